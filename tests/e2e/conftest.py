"""The real control plane that the end-to-end tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from testbed.controlplane import ControlPlane

CRDS = Path(__file__).parents[2] / "crds"


@pytest.fixture(scope="session")
def cluster() -> Iterator[ControlPlane]:
    """Start a control plane that knows the API types; no operator runs in it."""
    with ControlPlane.start() as running:
        running.kubectl("apply", "--server-side", "-f", str(CRDS))
        running.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        yield running
