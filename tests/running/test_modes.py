"""What goes beyond the samples of the modes, with the operator as a process."""

from __future__ import annotations

from typing import Any

import pytest

from running.stage import Stage

pytestmark = [pytest.mark.usefixtures("operator"), pytest.mark.timeout(200)]


def calls(stage: Stage, operation: str) -> list[tuple[int, Any]]:
    """Return the HTTP status and the request of each call of an operation."""
    made = stage.simulator.calls(stage.channel, operation)
    return [(call["status"], call["clientRequest"]) for call in made]


def test_what_this_api_has_no_words_for_gets_there(stage: Stage) -> None:
    """Beside what it has words for."""
    added = {"newMember": {"a": [1, True]}}
    stage.record(
        placement={"geofence": "NorthAmerica", "affinity": "NorthAmerica"},
        privateParameters='{"correctEXTINF":true}',
        overrides={"start": {"recordingConfig": added}},
    )
    stage.delete()
    ((_, acquire),) = calls(stage, "acquire")
    ((code, start),) = calls(stage, "start")

    assert acquire | {"region": "NA", "regionAffinity": 4} == acquire
    assert code == 200
    assert start["recordingConfig"] | added == start["recordingConfig"]
    assert start["recordingConfig"]["privateParams"] == '{"correctEXTINF":true}'


def test_a_pair_that_is_applied_together_comes_apart(stage: Stage) -> None:
    """The second waits for the first, although it was seen before it."""
    away = {"awayFrom": [{"name": "first"}]}
    stage.apply(stage.recording("second", uid=2, placement=away), stage.recording("first", uid=1))
    for name in ("first", "second"):
        stage.wait_for_reason("Recording", name=name)
    resource = stage.status("first")["resourceId"]
    for name in ("first", "second"):
        stage.delete(name)
    excluded = [request.get("excludeResourceIds") for _, request in calls(stage, "acquire")]

    assert excluded == [None, [resource]]
