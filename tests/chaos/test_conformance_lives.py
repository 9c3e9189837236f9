"""What the store in memory and a real API server have in common: how objects come and go."""

from typing import Any
from urllib.parse import urlencode

from chaos.door import API, Door
from chaos.namespace import ATTEMPT, FINALIZER, Namespace, bare, recording, version

METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


def test_without_finalizers_a_deletion_is_the_end(place: Namespace) -> None:
    """At once."""
    made = place.create()
    assert place.delete().status == 200

    assert place.get().status == 404
    (event,) = place.events(made)
    assert (event.type, event.object["metadata"]["uid"]) == ("DELETED", made["metadata"]["uid"])
    assert version(event.object) > version(made)


def test_a_finalizer_keeps_a_deleted_object(place: Namespace) -> None:
    """It is marked, and counts as another generation; a second deletion changes nothing."""
    made = place.create(finalizers=[FINALIZER])
    assert place.delete().status == 200
    marked = place.found()
    assert "deletionTimestamp" in marked["metadata"]
    assert marked["metadata"]["generation"] == 2
    assert version(marked) > version(made)

    assert place.delete().status == 200
    assert bare(place.found()) == bare(marked)
    assert [event.type for event in place.events(made)] == ["MODIFIED"]


def test_a_deleted_object_goes_with_its_last_finalizer(place: Namespace) -> None:
    """The write that takes it off is answered with the object as it was at last."""
    made = place.create(finalizers=["example.com/other", FINALIZER])
    place.delete()
    assert place.patch({"status": {"phase": "Stopping"}}, part="/status").status == 200
    assert place.patch({"metadata": {"finalizers": ["example.com/other"]}}).status == 200
    assert place.get().status == 200
    last = place.patch({"metadata": {"finalizers": []}})

    assert last.status == 200
    assert "finalizers" not in last.body["metadata"]
    assert last.body["status"]["phase"] == "Stopping"
    assert place.get().status == 404
    types = [event.type for event in place.events(made)]
    assert types == ["MODIFIED", "MODIFIED", "MODIFIED", "DELETED"]
    assert "finalizers" in place.events(made)[2].object["metadata"]


def test_a_deleted_object_takes_no_new_finalizer(place: Namespace) -> None:
    """Whoever comes too late with it is refused."""
    place.create(finalizers=["example.com/other"])
    place.delete()
    answer = place.patch({"metadata": {"finalizers": ["example.com/other", FINALIZER]}})

    assert (answer.status, answer.body["reason"]) == (422, "Invalid")
    assert place.found()["metadata"]["finalizers"] == ["example.com/other"]


def test_after_the_end_a_write_finds_nothing(place: Namespace) -> None:
    """Neither to the object nor to its status."""
    made = place.create()
    place.delete()
    exactly = {name: made["metadata"][name] for name in ("resourceVersion", "uid")}

    for part in ("", "/status"):
        assert place.patch({"metadata": exactly, "status": {}}, part=part).status == 404


def test_a_replacement_wipes_finalizers_and_keeps_the_status(place: Namespace) -> None:
    """`kubectl replace` with a manifest from Git; the generation stays."""
    made = place.create(finalizers=[FINALIZER])
    place.patch({"status": {"phase": "Recording", "attempts": [ATTEMPT]}}, part="/status")
    assert place.put(recording("one")).status == 422
    current = place.found()["metadata"]["resourceVersion"]
    after = place.put(recording("one", {"resourceVersion": current}))

    assert after.status == 200
    assert "finalizers" not in after.body["metadata"]
    assert after.body["status"]["attempts"] == [ATTEMPT]
    assert after.body["metadata"]["generation"] == 1
    assert after.body["metadata"]["uid"] == made["metadata"]["uid"]
    assert place.put(recording("one", {"resourceVersion": current})).status == 409


def test_a_replaced_status_is_what_was_given(place: Namespace) -> None:
    """A person who edits the status can wipe what runs; the spec in it is ignored."""
    place.create()
    place.patch({"status": {"phase": "Recording", "attempts": [ATTEMPT]}}, part="/status")
    found = place.found()
    body: dict[str, Any] = {**found, "status": {"phase": "Wiped"}}
    body["spec"] = {**found["spec"], "desiredState": "Stopped"}
    after = place.put(body, part="/status").body

    assert after["status"]["phase"] == "Wiped"
    assert "attempts" not in after["status"]
    assert after["spec"]["desiredState"] == "Recording"


def test_a_watch_shows_changes_in_their_order(place: Namespace) -> None:
    """Of all objects; the versions grow, over the kinds too."""
    first = place.create()
    place.create("two")
    place.patch({"status": {"phase": "X"}}, part="/status")
    place.patch({"spec": {"desiredState": "Stopped"}}, name="two")
    place.delete()
    seen = place.events(first)

    assert [(e.type, e.object["metadata"]["name"]) for e in seen] == [
        ("ADDED", "two"),
        ("MODIFIED", "one"),
        ("MODIFIED", "two"),
        ("DELETED", "one"),
    ]
    versions = [version(event.object) for event in seen]
    assert versions == sorted(versions)
    assert seen[0].object["status"]["phase"] == "Pending"


def test_a_list_comes_in_pages_of_one_moment(place: Namespace) -> None:
    """With metadata only; what changes between two pages does not show."""
    for name in ("a", "b", "c"):
        place.create(name)
    names, versions, more = [], set(), ""
    while True:
        query = urlencode({"limit": 2, "continue": more})
        page = place.door.request("GET", f"{place.recordings}?{query}", None, METADATA).body
        names += [item["metadata"]["name"] for item in page["items"]]
        assert all(item["metadata"]["uid"] and "spec" not in item for item in page["items"])
        versions.add(page["metadata"]["resourceVersion"])
        place.delete("c")
        if place.get("d").status == 404:
            place.create("d")
        if not (more := page["metadata"].get("continue", "")):
            break

    assert names == ["a", "b", "c"]
    (as_of,) = versions
    assert version(place.found("b")) <= int(as_of) < version(place.found("d"))


def test_a_list_with_metadata_only_has_null_for_nothing(place: Namespace) -> None:
    """A list of whole objects has an empty array."""
    metadata = place.door.request("GET", place.recordings, None, METADATA).body
    whole = place.door.request("GET", place.recordings).body

    assert (metadata["items"], whole["items"]) == (None, [])


def test_a_list_covers_all_namespaces(place: Namespace) -> None:
    """Its version is not older than what is in it."""
    made = place.create("everywhere")
    page = place.door.request("GET", f"{API}/cloudrecordings?limit=500").body
    found = [one for one in page["items"] if one["metadata"]["uid"] == made["metadata"]["uid"]]

    assert [bare(one)["spec"] for one in found] == [made["spec"]]
    assert int(page["metadata"]["resourceVersion"]) >= version(made)


def test_a_secret_is_read_by_name(place: Namespace) -> None:
    """Its values are in base64."""
    path = f"/api/v1/namespaces/{place.name}/secrets"
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}}
    assert place.door.request("POST", path, secret | {"data": {"key": "dmFsdWU="}}).status == 201

    assert place.door.request("GET", f"{path}/s").body["data"] == {"key": "dmFsdWU="}
    assert place.door.request("GET", f"{path}/t").status == 404
    assert place.door.request("PATCH", f"{path}/s", {"data": {"key": None, "other": "dg=="}}).body[
        "data"
    ] == {"other": "dg=="}


def test_a_lease_is_taken_by_one(place: Namespace) -> None:
    """A stale write to it conflicts, and so does a second creation."""
    path = f"/apis/coordination.k8s.io/v1/namespaces/{place.name}/leases"
    kind = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
    lease = {**kind, "metadata": {"name": "l"}, "spec": {"holderIdentity": "a"}}
    made = place.door.request("POST", path, lease).body
    assert place.door.request("POST", path, lease).status == 409
    exactly = {"resourceVersion": made["metadata"]["resourceVersion"]}
    taken = {"metadata": exactly, "spec": {"holderIdentity": "b"}}

    assert place.door.request("PATCH", f"{path}/l", taken).body["spec"] == {"holderIdentity": "b"}
    answer = place.door.request("PATCH", f"{path}/l", taken)
    assert (answer.status, answer.body["reason"]) == (409, "Conflict")


def test_an_event_is_created_and_becomes_a_series(door: Door, place: Namespace) -> None:
    """As the operator tells news."""
    path = f"/apis/events.k8s.io/v1/namespaces/{place.name}/events"
    time = "2026-12-01T09:00:00.000000Z"
    event = {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": "e", "namespace": place.name},
        "eventTime": time,
        "type": "Normal",
        "reason": "Recording",
        "action": "Reconcile",
        "note": "It records",
        "regarding": {"kind": "CloudRecording", "namespace": place.name, "name": "one"},
        "reportingController": "test",
        "reportingInstance": "test-1",
    }
    assert door.request("POST", path, event).status == 201
    series = {"series": {"count": 2, "lastObservedTime": time}}

    assert door.request("PATCH", f"{path}/e", series).body["series"]["count"] == 2
    assert door.request("PATCH", f"{path}/none", series).status == 404
