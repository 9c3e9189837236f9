"""The main job, on real parts: apply, record, follow, delete."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from running.audit import writes
from running.stage import APP_ID, Stage
from testbed.processes import wait_for

pytestmark = pytest.mark.usefixtures("operator")
LOOKS_SECONDS = 15
"""How long two looks at a recording may take; the operator of these tests polls each second."""


def test_the_status_says_what_agora_said(stage: Stage) -> None:
    """resourceId, sid and query are Agora's own answers."""
    stage.record()

    status, recording = stage.status(), stage.simulator.recordings(stage.channel)[0]
    url = (
        f"{stage.simulator.api}/v1/apps/{APP_ID}/cloud_recording/resourceid/"
        f"{recording['resourceId']}/sid/{recording['sid']}/mode/mix/query"
    )
    said = httpx.get(url, auth=("any", "body")).json()["serverResponse"]
    assert (status["resourceId"], status["sid"]) == (recording["resourceId"], recording["sid"])
    assert (status["query"]["status"], status["query"]["state"]) == (said["status"], "InProgress")
    assert [file["name"] for file in status["files"]] == [said["fileList"]]
    assert (status["phase"], status["channel"], status["appId"]) == (
        "Recording",
        stage.channel,
        APP_ID,
    )


def test_the_operator_writes_status_and_finalizer_only(stage: Stage) -> None:
    """ManagedFields show that the spec belongs to the user alone."""
    stage.record()

    text = stage.kubectl("get", "crec", "lesson", "-o", "json", "--show-managed-fields")
    entries: list[dict[str, Any]] = json.loads(text)["metadata"]["managedFields"]
    ours = [e for e in entries if e["manager"] == "agora-recording-operator"]
    assert {e.get("subresource", "") for e in ours} == {"", "status"}
    for entry in ours:
        wanted = {"f:status"} if entry.get("subresource") else {"f:metadata"}
        assert set(entry["fieldsV1"]) == wanted


def test_a_normal_life_takes_five_writes_and_no_more_than_four_events(
    stage: Stage,
) -> None:
    """Intent, finalizer, sid, confirmation, release; and nothing for an unchanged look."""
    stage.record()
    polls = len(stage.simulator.calls(stage.channel, "query"))
    wait_for(
        lambda: len(stage.simulator.calls(stage.channel, "query")) >= polls + 2,
        LOOKS_SECONDS,
        "two more looks at the recording",
    )
    stage.delete()

    wait_for(lambda: _events(stage) >= 3, 10, "the last event")
    ours = writes(stage.cluster, stage.namespace)
    assert [w for w in ours if "cloudrecordings" in w] == [
        "patch cloudrecordings/status",
        "patch cloudrecordings",
        "patch cloudrecordings/status",
        "patch cloudrecordings/status",
        "patch cloudrecordings",
    ]
    assert sum("events" in write for write in ours) <= 4


def _events(stage: Stage) -> int:
    return sum("events" in write for write in writes(stage.cluster, stage.namespace))


def test_a_changed_subscription_is_one_update(stage: Stage) -> None:
    """The subscription is followed with exactly one update."""
    stage.record()

    stage.apply(stage.recording(subscription={"audio": {"include": [7]}}))

    wait_for(lambda: stage.simulator.calls(stage.channel, "update"), 10, "the update")
    _after_two_looks(stage)
    (call,) = stage.simulator.calls(stage.channel, "update")
    assert call["clientRequest"]["streamSubscribe"]["audioUidList"] == {"subscribeAudioUids": ["7"]}
    assert stage.simulator.calls(stage.channel, "updateLayout") == []


def test_a_changed_layout_is_one_update_of_the_layout(stage: Stage) -> None:
    """The layout is followed with exactly one updateLayout, and the status says so."""
    stage.record()

    stage.apply(stage.recording(mix={"layout": {"type": "BestFit"}}))

    wait_for(lambda: stage.simulator.calls(stage.channel, "updateLayout"), 10, "the new layout")
    _after_two_looks(stage)
    (call,) = stage.simulator.calls(stage.channel, "updateLayout")
    assert call["clientRequest"]["mixedVideoLayout"] == 1
    assert stage.simulator.calls(stage.channel, "update") == []
    assert stage.status()["observedGeneration"] == 2
    assert stage.ready()["reason"] == "Recording"


def test_two_quick_edits_end_at_the_last(stage: Stage) -> None:
    """However edits and calls overtake each other, Agora ends at what the spec says."""
    stage.record()
    stage.simulator.fault(
        "delay", operation="updateLayout", channel=stage.channel, times=1, seconds=1.0
    )

    stage.apply(stage.recording(mix={"layout": {"type": "BestFit"}}))
    stage.apply(stage.recording(mix={"layout": {"type": "Vertical"}}))

    def layout() -> int | None:
        found: int | None = stage.simulator.recordings(stage.channel)[0]["layout"].get(
            "mixedVideoLayout"
        )
        return found

    wait_for(lambda: layout() == 2, 15, "the last layout")
    _after_two_looks(stage)
    assert layout() == 2
    assert len(stage.simulator.calls(stage.channel, "updateLayout")) <= 2


def test_an_unchanged_apply_makes_no_call(stage: Stage) -> None:
    """Applying the same manifest again is nothing to Agora, and nothing to the API server."""
    stage.record()
    written = writes(stage.cluster, stage.namespace)

    stage.apply(stage.recording())
    stage.apply(stage.recording())

    _after_two_looks(stage)
    operations = [call["operation"] for call in stage.simulator.calls(stage.channel)]
    assert set(operations) == {"acquire", "start", "query"}
    assert writes(stage.cluster, stage.namespace) == written


def test_deletion_returns_only_after_the_stop(stage: Stage) -> None:
    """Kubectl delete --wait comes back when Agora has stopped, not before."""
    stage.record()
    stage.simulator.fault("delay", operation="stop", channel=stage.channel, times=1, seconds=2.0)

    began = time.monotonic()
    stage.delete()

    assert time.monotonic() - began >= 2.0
    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["endReason"] == "Stopped"


def test_stopped_and_recording_again_is_a_new_recording(stage: Stage) -> None:
    """DesiredState ends a recording and begins another, with the same uid and no overlap."""
    stage.record()

    stage.apply(stage.recording(desiredState="Stopped"))
    stage.wait_for_reason("Stopped")
    status = stage.status()
    found = stage.get()
    assert (status["phase"], status["endReason"], status.get("resourceId")) == (
        "Stopped",
        "User",
        None,
    )
    assert status["uploadingStatus"] == "Uploaded"
    assert found is not None
    assert "finalizers" not in found["metadata"]

    stage.apply(stage.recording(desiredState="Recording"))
    stage.wait_for_reason("Recording", timeout=60)
    first, second = stage.simulator.recordings(stage.channel)
    assert first["endedAt"] <= second["startedAt"]
    assert first["uid"] == second["uid"]
    assert [past["sid"] for past in stage.status()["lastAttempts"]] == [first["sid"]]
    stage.delete()
    assert stage.running() == []


def test_orphan_leaves_the_recording_running(stage: Stage) -> None:
    """DeletionPolicy Orphan lets go without a stop, and says which recording runs on."""
    stage.record(deletionPolicy="Orphan")

    stage.delete()

    (recording,) = stage.running()
    assert stage.simulator.calls(stage.channel, "stop") == []

    def told() -> bool:
        return recording["sid"] in stage.kubectl("get", "events", "-o", "yaml")

    wait_for(told, 10, "the event that names the sid")


def test_an_idle_end_is_completed_and_not_begun_again(stage: Stage) -> None:
    """A recording that says that it ended by itself is over, and says what to do."""
    stage.record()
    sid = stage.status()["sid"]
    stage.simulator.set(exiting_seconds=30.0)
    try:
        stage.simulator.exit(sid)
        stage.wait_for_reason("Completed", timeout=20)
    finally:
        stage.simulator.set(exiting_seconds=1.0)

    assert "desiredState" in stage.ready()["message"]
    assert stage.status()["endReason"] == "Idle"
    assert len(stage.simulator.calls(stage.channel, "start")) == 1
    stage.delete()


def _after_two_looks(stage: Stage) -> None:
    """Wait until the operator has looked at the recording twice more."""
    looks = len(stage.simulator.calls(stage.channel, "query"))
    wait_for(
        lambda: len(stage.simulator.calls(stage.channel, "query")) >= looks + 2,
        LOOKS_SECONDS,
        "two more looks at the recording",
    )


def test_a_deletion_is_followed_by_its_stop_within_two_seconds(stage: Stage) -> None:
    """The bound of docs/guarantees.md, by the simulator's clock."""
    stage.record()
    before = float(stage.simulator.ledger("none")["now"])
    stage.kubectl("delete", "crec", "lesson", "--wait=false")
    wait_for(lambda: stage.simulator.calls(stage.channel, "stop"), 20, "the stop", every=0.1)

    (stop,) = stage.simulator.calls(stage.channel, "stop")
    assert stop["at"] - before <= 2.0
