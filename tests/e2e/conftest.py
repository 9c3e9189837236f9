"""The real control plane that the end-to-end tests share."""

from collections.abc import Iterator

import pytest

from e2e.kubeapi import control_plane
from testbed.controlplane import ControlPlane


@pytest.fixture(scope="session")
def cluster() -> Iterator[ControlPlane]:
    """Start a control plane that knows the API types; no operator runs in it."""
    with control_plane() as running:
        yield running
