"""What happens while hosts of Agora cannot be reached: one recording, whatever host hears of it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from proxy.agora import AgoraReader, before_agora
from proxy.deeds import lose_answer
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

NOBODY: Final = "http://127.0.0.1:1"
"""A host that refuses connections."""


def test_a_recording_starts_though_the_first_host_is_dead(
    stage: Stage, cluster: ControlPlane, simulator: Simulator
) -> None:
    """And is stopped; each is sent once."""
    with Operator.start(cluster, f"{NOBODY},{simulator.api}") as operator:
        stage.record()
        (attempt,) = stage.status()["attempts"]
        stage.delete()
        told = operator.logs()

    assert attempt["endpoint"] == simulator.api
    assert len(simulator.calls(stage.channel, "start")) == 1
    assert len(simulator.calls(stage.channel, "stop")) == 1
    assert len(simulator.recordings(stage.channel)) == 1
    assert stage.running() == []
    assert told.count("Leaving a host of Agora that cannot be reached") == 1


def test_a_start_whose_host_dies_with_the_answer_is_found_at_the_next(
    stage: Stage, cluster: ControlPlane, simulator: Simulator
) -> None:
    """The same start there tells the sid, and the recording is stopped there, too."""
    reader = AgoraReader()
    with before_agora(simulator.api, reader) as second, ExitStack() as life_of_first:
        first = life_of_first.enter_context(before_agora(simulator.api, reader))
        order = first.order(lose_answer, "start", stage.channel)
        with Operator.start(cluster, f"{first.url},{second.url}", poll_interval="PT1S"):
            stage.apply(stage.recording())
            wait_for(lambda: order.struck, 30, "the start", every=0.01)
            life_of_first.close()
            stage.wait_for_reason("Recording", timeout=60)
            (attempt,) = stage.status()["attempts"]
            (recording,) = simulator.recordings(stage.channel)
            stage.delete()

    assert attempt["endpoint"] == first.url
    assert attempt["sid"] == recording["sid"]
    assert len(simulator.recordings(stage.channel)) == 1
    assert stage.running() == []
