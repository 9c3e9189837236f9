"""A control plane, a simulator and an operator between two proxies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Final

import pytest

from chaos.processes.objects import Objects, Scene
from chaos.processes.replica import Replica
from chaos.processes.round import Say
from chaos.processes.table import FULL
from proxy.agora import AgoraReader
from testbed.controlplane import ControlPlane
from testbed.operator import install, unguard
from testbed.processes import wait_for
from testbed.simulator import Simulator

collect_ignore = [] if FULL else ["test_trouble.py"]
POLL: Final = "PT30S"
"""How often the operators look at recordings; what is found out only so is not waited for."""


@pytest.fixture(scope="session")
def scene() -> Iterator[Scene]:
    """A real control plane with ``deploy/`` applied, and Agora with short times.

    The policy that keeps finalizers is left out: people take them off by hand here.

    A stopped recording answers 49 for a while, so that a repeated stop need not wait for the two
    minutes of 404 that prove an absence.
    """
    quick = {"ready_after": 0.5, "in_progress_after": 1.0, "exiting_seconds": 15.0}
    with ControlPlane.start() as cluster:
        install(cluster)
        unguard(cluster)
        with (
            Simulator.start(cluster.directory, **quick) as simulator,
            Objects.of(cluster) as objects,
        ):
            yield Scene(cluster, simulator, objects)


@pytest.fixture(scope="module")
def reader() -> AgoraReader:
    """What all proxies before Agora know of its resources."""
    return AgoraReader()


@pytest.fixture(scope="module")
def replica(scene: Scene, reader: AgoraReader) -> Iterator[Replica]:
    """An operator between proxies."""
    with Replica.start(scene, "first", reader, poll_interval=POLL) as running:
        wait_for(running.operator.leads, 30, "the only operator to lead")
        yield running


@pytest.fixture(scope="module")
def standby(scene: Scene, reader: AgoraReader, replica: Replica) -> Iterator[Replica]:
    """Another one, which watches and waits until the first fails."""
    with Replica.start(scene, "second", reader, poll_interval=POLL) as running:
        assert replica.operator.leads()
        yield running


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Say:
    """Tells how it goes, to whoever sits before the terminal."""
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def tell(text: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            print(f"\n{text}", end="", flush=True)  # noqa: T201 - for the person who waits

    return tell
