"""A control plane, a simulator and an operator for the tests of the running operator."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator

import pytest

from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator, install
from testbed.simulator import Simulator

collect_ignore = [] if os.environ.get("CHAOS") == "full" else ["test_begin.py"]
"""What measures how fast the machine is belongs to `make chaos`."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[ControlPlane]:
    """A real control plane with ``deploy/`` applied and an audit log."""
    with ControlPlane.start(audit=True) as plane:
        install(plane)
        yield plane


@pytest.fixture(scope="session")
def simulator(cluster: ControlPlane) -> Iterator[Simulator]:
    """A simulator of Agora."""
    with Simulator.start(cluster.directory) as running:
        yield running


@pytest.fixture(scope="module")
def _operator(cluster: ControlPlane, simulator: Simulator) -> Iterator[Operator]:
    with Operator.start(cluster, simulator.api, poll_interval="PT1S") as running:
        yield running


@pytest.fixture
def operator(_operator: Operator) -> Operator:
    """The operator that most tests share."""
    return _operator


@pytest.fixture
def stage(request: pytest.FixtureRequest, cluster: ControlPlane, simulator: Simulator) -> Stage:
    """A namespace of this test's own, with project and Secrets."""
    words = re.sub("[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")
    unique = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]
    prepared = Stage(cluster, simulator, f"{words}-{unique}")
    prepared.set_up()
    return prepared
