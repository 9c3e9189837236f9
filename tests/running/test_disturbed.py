"""Somebody else writes to the same objects all the time."""

from __future__ import annotations

from running.disturbance import disturbed
from running.stage import Stage
from testbed.operator import Operator


def test_a_recording_runs_and_stops_while_its_object_is_annotated_all_the_time(
    stage: Stage,
) -> None:
    """Up to 200 times a second, the project too: recorded once, and deletion does not hang."""
    stage.apply(stage.recording(desiredState="Stopped"))
    with (
        disturbed(stage.cluster, stage.recording(), stage.project()),
        Operator.start(stage.cluster, stage.simulator.api),
    ):
        stage.kubectl("patch", "crec/lesson", "--type=merge", "-p", RECORD)
        stage.wait_for_reason("Recording")
        stage.delete()

    assert len(stage.simulator.calls(stage.channel, "acquire")) == 1
    assert len(stage.simulator.recordings(stage.channel)) == 1
    assert not stage.running()


RECORD = '{"spec":{"desiredState":"Recording"}}'
