"""The real control plane that the end-to-end tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.kubeapi import control_plane
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane


@pytest.fixture(scope="session")
def cluster() -> Iterator[ControlPlane]:
    """Start a control plane that knows the API types; no operator runs in it."""
    with control_plane() as running:
        yield running


@pytest.fixture(scope="session")
def helm() -> Path:
    """Return the path of Helm."""
    return find_or_build_helm()
