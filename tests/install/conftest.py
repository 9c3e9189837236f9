"""A control plane with nodes that run the operator's pods, and a simulator of Agora."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from install.release import IMAGE
from testbed.controlplane import ControlPlane
from testbed.nodes import Nodes, operator_image
from testbed.simulator import Simulator


@pytest.fixture(scope="module")
def cluster() -> Iterator[ControlPlane]:
    """A real control plane with an audit log."""
    with ControlPlane.start(audit=True) as plane:
        yield plane


@pytest.fixture(scope="module")
def nodes(cluster: ControlPlane) -> Iterator[Nodes]:
    """Two nodes; on them the operator's image is this checkout."""
    with Nodes.start(cluster, {IMAGE: operator_image()}) as running:
        yield running


@pytest.fixture(scope="module")
def simulator(cluster: ControlPlane) -> Iterator[Simulator]:
    """A simulator of Agora."""
    with Simulator.start(cluster.directory) as running:
        yield running
