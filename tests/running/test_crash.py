"""Killed at any point of a start, the operator goes on with exactly one recording.

The kill is a SIGKILL from outside, while a proxy holds the call to Agora.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proxy.agora import before_agora
from proxy.deeds import Moment
from proxy.proxy import Proxy
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator


@pytest.fixture(scope="module")
def wire(simulator: Simulator) -> Iterator[Proxy]:
    """A proxy before the simulator."""
    with before_agora(simulator.api) as running:
        yield running


@pytest.fixture(scope="module")
def mortal(cluster: ControlPlane, wire: Proxy) -> Iterator[Operator]:
    """An operator of this module's own, to be killed; it reaches Agora through the proxy."""
    with Operator.start(cluster, wire.url, poll_interval="PT3S") as running:
        yield running


MOMENTS = [
    pytest.param("acquire", Moment.BEFORE, id="before acquire reaches Agora"),
    pytest.param("acquire", Moment.AFTER, id="right after acquire"),
    pytest.param(
        "start", Moment.BEFORE, id="after the intent is stored, before start reaches Agora"
    ),
    pytest.param("start", Moment.AFTER, id="right after Agora started"),
    pytest.param("query", Moment.BEFORE, id="right after the sid is stored"),
]


@pytest.mark.parametrize(("operation", "moment"), MOMENTS)
def test_a_kill_leaves_exactly_one_recording(
    stage: Stage, wire: Proxy, mortal: Operator, operation: str, moment: Moment
) -> None:
    """After the restart one recording runs, it is the only one there ever was, and it stops."""
    held = wire.hold(operation, stage.channel, moment)
    stage.apply(stage.recording())
    held.wait()

    mortal.kill()
    wire.release_all()
    mortal.restart()

    stage.wait_for_reason("Recording", timeout=60)
    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["sid"] == stage.status()["sid"]
    stage.delete()
    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["endReason"] == "Stopped"


@pytest.mark.usefixtures("mortal")
def test_a_lost_answer_to_start_leaves_exactly_one_recording(stage: Stage) -> None:
    """The start took effect and its answer never came: the same start yields the sid."""
    stage.simulator.fault("lose_answer", operation="start", channel=stage.channel, times=1)

    stage.record()

    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["sid"] == stage.status()["sid"]
    stage.delete()
    assert stage.running() == []
    assert len(stage.simulator.recordings(stage.channel)) == 1


@pytest.mark.usefixtures("mortal")
def test_a_start_that_takes_effect_late_is_not_started_twice(stage: Stage) -> None:
    """The start is done by Agora only after the client gave up."""
    stage.simulator.fault(
        "late_effect", operation="start", channel=stage.channel, times=1, seconds=3
    )

    stage.record()

    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["sid"] == stage.status()["sid"]
    stage.delete()
    assert stage.running() == []


def test_deleted_while_the_start_is_unknown(stage: Stage, wire: Proxy, mortal: Operator) -> None:
    """Killed after Agora started, and deleted meanwhile: the recording is found and stopped."""
    held = wire.hold("start", stage.channel, Moment.AFTER)
    stage.apply(stage.recording())
    held.wait()
    mortal.kill()
    wire.release_all()
    stage.kubectl("delete", "crec", "lesson", "--wait=false")

    mortal.restart()

    wait_for(lambda: stage.get() is None, 60, "the object to go", every=0.2)
    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["endReason"] == "Stopped"


def test_killed_between_the_stop_and_the_release(
    stage: Stage, wire: Proxy, mortal: Operator
) -> None:
    """The stop was answered and the finalizer still there: the next process lets go in time."""
    stage.record()
    stage.simulator.set(exiting_seconds=30.0)
    held = wire.hold("stop", stage.channel, Moment.AFTER)
    stage.kubectl("delete", "crec", "lesson", "--wait=false")
    held.wait()

    mortal.kill()
    wire.release_all()
    mortal.restart()

    try:
        wait_for(lambda: stage.get() is None, 30, "the object to go", every=0.2)
    finally:
        stage.simulator.set(exiting_seconds=1.0)
    assert len(stage.simulator.recordings(stage.channel)) == 1
    assert stage.running() == []


def test_a_removed_finalizer_does_not_leave_a_recording_running(
    stage: Stage, mortal: Operator
) -> None:
    """Somebody removes the finalizer by hand and deletes: this process stops it all the same."""
    stage.record()
    mortal.process.pause()
    stage.drop_finalizer()
    stage.kubectl("delete", "crec", "lesson", "--wait=true")
    mortal.process.resume()

    wait_for(lambda: not stage.running(), 30, "the recording to be stopped")
