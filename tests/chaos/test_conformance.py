"""What the store in memory and a real API server have in common: single objects."""

from typing import Any

import pytest

from chaos.door import API, Door
from chaos.namespace import ATTEMPT, FINALIZER, Namespace, bare, recording, version

WORDS = {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "Pending"}]}


def test_our_kinds_are_served(door: Door) -> None:
    """The operator asks before it watches."""
    found = door.request("GET", API)
    plurals = {resource["name"] for resource in found.body["resources"]}

    assert {"cloudrecordings", "agoraprojects"} <= plurals


def test_a_new_object_has_defaults_and_generation_one(place: Namespace) -> None:
    """Of the spec and of the status, which is served although nobody has written one."""
    made = place.create()

    assert made["metadata"]["generation"] == 1
    assert made["spec"]["desiredState"] == "Recording"
    assert made["spec"]["projectRef"] == {"kind": "AgoraProject", "name": "default"}
    assert place.found()["status"]["phase"] == "Pending"
    assert place.found()["status"]["observedGeneration"] == -1
    assert bare(place.found()) == bare(made)


def test_a_status_given_at_creation_is_dropped(place: Namespace) -> None:
    """A restored manifest comes without the record of what runs."""
    body = recording("one") | {"status": {"phase": "Recording", "attempts": [ATTEMPT]}}
    place.door.request("POST", place.recordings, body)

    assert place.found()["status"]["phase"] == "Pending"
    assert "attempts" not in place.found()["status"]


def test_a_name_is_taken_once(place: Namespace) -> None:
    """Whoever creates it second is told so."""
    place.create()
    answer = place.door.request("POST", place.recordings, recording("one"))

    assert (answer.status, answer.body["reason"]) == (409, "AlreadyExists")


@pytest.mark.parametrize("part", ["", "/status"])
def test_what_does_not_exist_is_not_found(place: Namespace, part: str) -> None:
    """By all verbs."""
    assert place.get().status == 404
    assert place.delete().status == 404
    assert place.patch({"status": {}}, part=part).status == 404


def test_a_status_patch_changes_the_status_alone(place: Namespace) -> None:
    """Finalizers, annotations and spec in it are ignored, without a word."""
    before = place.create()
    patch = {
        "metadata": {"finalizers": [FINALIZER], "annotations": {"a": "b"}},
        "spec": {"desiredState": "Stopped"},
        "status": {"phase": "Starting", "attempts": [ATTEMPT]},
    }
    after = place.patch(patch, part="/status").body

    assert after["status"]["phase"] == "Starting"
    assert after["status"]["attempts"] == [ATTEMPT]
    assert after["status"]["observedGeneration"] == -1
    assert after["spec"] == before["spec"]
    assert "finalizers" not in after["metadata"]
    assert "annotations" not in after["metadata"]
    assert after["metadata"]["generation"] == 1
    assert version(after) > version(before)


def test_a_main_patch_leaves_the_status_alone(place: Namespace) -> None:
    """Also one that names it."""
    place.create()
    place.patch({"status": {"phase": "Starting"}}, part="/status")
    patch = {"metadata": {"finalizers": [FINALIZER]}, "status": {"phase": "Wrong"}}
    after = place.patch(patch).body

    assert after["metadata"]["finalizers"] == [FINALIZER]
    assert after["status"]["phase"] == "Starting"
    assert after["metadata"]["generation"] == 1


def test_only_another_spec_is_another_generation(place: Namespace) -> None:
    """Not another label, and not another status."""
    place.create()
    place.patch({"metadata": {"labels": {"a": "b"}}})
    assert place.found()["metadata"]["generation"] == 1

    after = place.patch({"spec": {"desiredState": "Stopped"}}).body
    assert after["metadata"]["generation"] == 2
    assert after["metadata"]["labels"] == {"a": "b"}


@pytest.mark.parametrize("part", ["", "/status"])
def test_a_stale_write_conflicts(place: Namespace, part: str) -> None:
    """It changes nothing, and says that it was a conflict."""
    before = place.create()
    now = place.patch({"spec": {"desiredState": "Stopped"}}).body
    stale = {"resourceVersion": before["metadata"]["resourceVersion"]}
    patch = {"metadata": stale, "status": {"phase": "X"}, "spec": {"desiredState": "Recording"}}
    answer = place.patch(patch, part=part)

    assert (answer.status, answer.body["reason"]) == (409, "Conflict")
    assert bare(place.found()) == bare(now)


@pytest.mark.parametrize("part", ["", "/status"])
def test_a_write_of_the_version_that_is_there_is_done(place: Namespace, part: str) -> None:
    """Neither its version nor its uid is in the way."""
    before = place.create()
    names = {name: before["metadata"][name] for name in ("resourceVersion", "uid")}
    patch: dict[str, Any] = {"metadata": names, "status": {"phase": "X"}}
    patch["spec"] = {"desiredState": "Stopped"}

    assert place.patch(patch, part=part).status == 200


@pytest.mark.parametrize("part", ["", "/status"])
def test_a_write_to_another_incarnation_is_refused(place: Namespace, part: str) -> None:
    """The object of this name is not the one that was looked at."""
    before = place.create()
    place.delete()
    now = place.create()
    exactly = {name: before["metadata"][name] for name in ("resourceVersion", "uid")}
    answer = place.patch({"metadata": exactly, "status": {"phase": "X"}}, part=part)

    assert now["metadata"]["uid"] != before["metadata"]["uid"]
    assert (answer.status, answer.body["reason"]) == (409, "Conflict")
    assert bare(place.found()) == bare(now)


@pytest.mark.parametrize("part", ["", "/status"])
def test_a_write_that_changes_nothing_keeps_the_version(place: Namespace, part: str) -> None:
    """And nobody who watches is told; but a first write stores the status that was a default."""
    made = place.create()
    patch = {"status": {"phase": "Pending"}, "spec": {"channel": "standup"}}
    before = place.patch(patch, part=part).body
    after = place.patch(patch, part=part).body

    assert version(before) > version(made)
    assert before["status"] == made["status"]
    assert bare(after) == bare(before)
    assert [event.type for event in place.events(made)] == ["MODIFIED"]


@pytest.mark.parametrize(
    "status",
    [{"surprise": 1}, {"attempts": [ATTEMPT | {"surprise": 1}]}, {"query": {"surprise": 1}}],
    ids=["in the status", "in a list", "in an object"],
)
def test_an_unknown_field_is_refused_where_that_is_asked_for(
    place: Namespace, status: dict[str, Any]
) -> None:
    """An older CRD must not silently drop an intent."""
    before = place.create()
    answer = place.patch({"status": status}, part="/status")

    assert answer.status in {400, 422}
    assert "surprise" in answer.body["message"]
    assert bare(place.found()) == bare(before)


def test_a_map_takes_members_of_any_name(place: Namespace) -> None:
    """Strictness included; their values are of one type."""
    place.create()
    told = ATTEMPT | {"told": {"anything": "word"}}
    answer = place.patch({"status": {"attempts": [told]}}, part="/status")
    wrong = place.patch({"status": {"attempts": [ATTEMPT | {"told": {"a": 1}}]}}, part="/status")

    assert answer.body["status"]["attempts"][0]["told"] == {"anything": "word"}
    assert wrong.status == 422


def test_an_unknown_field_is_dropped_otherwise(place: Namespace) -> None:
    """That is why the operator asks for strictness."""
    place.create()
    path = f"{place.recordings}/one/status"
    answer = place.door.request("PATCH", path, {"status": {"surprise": 1, "phase": "X"}})

    assert answer.status == 200
    assert "surprise" not in answer.body["status"]
    assert answer.body["status"]["phase"] == "X"


@pytest.mark.parametrize(
    "status",
    [{"phase": 1}, {"attempts": [{"number": 1}]}, {"restarts": "many"}],
    ids=["a wrong type", "a missing member", "no integer"],
)
def test_what_breaks_the_schema_is_refused(place: Namespace, status: dict[str, Any]) -> None:
    """And nothing is changed."""
    before = place.create()
    answer = place.patch({"status": status}, part="/status")

    assert (answer.status, answer.body["reason"]) == (422, "Invalid")
    assert bare(place.found()) == bare(before)


def test_null_removes_a_member_and_lists_are_replaced(place: Namespace) -> None:
    """A merge patch (RFC 7386); a removed status is the default again."""
    place.create()
    another = ATTEMPT | {"resourceId": "r2"}
    place.patch({"status": {"sid": "s", "attempts": [ATTEMPT, another]}}, part="/status")
    after = place.patch({"status": {"sid": None, "attempts": [another]}}, part="/status").body
    assert after["status"]["attempts"] == [another]
    assert "sid" not in after["status"]

    wiped = place.patch({"status": None}, part="/status").body
    assert wiped["status"]["phase"] == "Pending"
    assert "attempts" not in wiped["status"]
    assert bare(place.found()) == bare(wiped)
