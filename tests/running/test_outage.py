"""What happens while Agora, or the API server, does not answer."""

from __future__ import annotations

import pytest

from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for

pytestmark = pytest.mark.usefixtures("operator")


def test_a_deletion_waits_out_an_outage(stage: Stage) -> None:
    """Agora answers 500 to the stop for a minute: the object stays, and goes when it stopped."""
    stage.record()
    fault = stage.simulator.fault("server_error", operation="stop", channel=stage.channel)
    stage.kubectl("delete", "crec", "lesson", "--wait=false")
    wait_for(lambda: _refused_for(stage) >= 60, 120, "a minute of failing stops", every=1)
    found = stage.get()
    assert found is not None
    assert found["metadata"]["finalizers"] == ["recording.agora.io/stop"]
    assert stage.ready()["reason"] == "AgoraUnavailable"
    assert len(stage.running()) == 1
    stage.simulator.clear_fault(fault)

    wait_for(lambda: stage.get() is None, 60, "the object to go", every=0.2)
    assert stage.running() == []


def _refused_for(stage: Stage) -> float:
    """Return how many seconds ago the first stop was refused, by the simulator's clock."""
    ledger = stage.simulator.ledger(stage.channel)
    stops = [call["at"] for call in ledger["calls"] if call["operation"] == "stop"]
    return float(ledger["now"]) - float(stops[0]) if stops else 0.0


def test_a_recording_outlives_an_outage_of_the_api_server(
    stage: Stage, cluster: ControlPlane
) -> None:
    """The API server is away for a while in the middle of a start: one recording, known."""
    stage.simulator.fault("delay", operation="start", channel=stage.channel, times=1, seconds=3)
    stage.apply(stage.recording())
    wait_for(lambda: stage.simulator.calls(stage.channel, "start"), 20, "the start")
    cluster.apiserver.pause()
    wait_for(stage.running, 20, "the recording to run")

    cluster.apiserver.resume()
    cluster.wait_until_ready()

    stage.wait_for_reason("Recording", timeout=60)
    (recording,) = stage.simulator.recordings(stage.channel)
    assert stage.status()["sid"] == recording["sid"]
    stage.delete()
    assert stage.running() == []
