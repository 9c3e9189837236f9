"""The images as shipped, and what they run beside. Only `make image-test` collects these tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from image.engine import Engine, debian_base
from testbed.controlplane import ControlPlane
from testbed.operator import install

collect_ignore_glob = [] if os.environ.get("IMAGE_TEST") else ["*"]
"""They install and build for minutes, as root, with tools that few machines have."""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Buildah and podman with the base in their store."""
    with Engine.start() as started:
        started.add_base(debian_base())
        yield started


@pytest.fixture(scope="session")
def operator_image(engine: Engine) -> str:
    """The operator's image."""
    return engine.build("operator")


@pytest.fixture(scope="session")
def simulator_image(engine: Engine) -> str:
    """The simulator's image, built from nothing as well."""
    return engine.build("simulator")


@pytest.fixture(scope="session")
def cluster() -> Iterator[ControlPlane]:
    """A real control plane with ``deploy/`` applied."""
    with ControlPlane.start() as plane:
        install(plane)
        yield plane
