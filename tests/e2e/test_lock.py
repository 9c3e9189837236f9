"""The lock on a real API server: what cannot change while something may exist at Agora."""

import json
from collections.abc import Iterator

import pytest

from agora_recording.crd.lock import LOCKED, MUTABLE, lock_rule
from e2e.kubeapi import KubeApi, Object, connect
from e2e.objects import PAGE, PROJECT, RECORDING
from proofs.book import Proves
from proofs.row import Row
from testbed.controlplane import ControlPlane

CHANGES: dict[str, Object] = {
    "projectRef": {"projectRef": {"name": "other"}},
    "channel": {"channel": "other"},
    "uid": {"uid": 2},
    "channelProfile": {"channelProfile": "Communication"},
    "individual": {"individual": {}, "mix": None},
    "mix.media": {"mix": {"media": "Video"}, "subscription": {"audio": None}},
    "mix.videoStream": {"mix": {"videoStream": "Low"}},
    "mix.audioProfile": {"mix": {"audioProfile": "HighQuality"}},
    "mix.video": {"mix": {"video": {"width": 640, "height": 360, "fps": 15, "bitrateKbps": 500}}},
    "mix.fileTypes": {"mix": {"fileTypes": ["HLS"]}},
    "storage.vendor": {"storage": {"vendor": "AlibabaOSS"}},
    "storage.region": {"storage": {"region": "us-west-1"}},
    "storage.regionNumber": {"storage": {"region": None, "regionNumber": 1}},
    "storage.bucket": {"storage": {"bucket": "other"}},
    "storage.prefix": {"storage": {"prefix": "other"}},
    "tokenSecretRef": {"tokenSecretRef": {"name": "other"}},
    "storage.endpoint": {"storage": {"endpoint": "other.example.com"}},
    "storage.encryption": {"storage": {"encryption": "KMS"}},
    "storage.objectTag": {"storage": {"objectTag": "team=other"}},
    "encryption": {"encryption": {"secretRef": {"keys": {"salt": "pepper"}}}},
    "placement": {"placement": {"affinity": "NorthAmerica"}},
    "maxIdleSeconds": {"maxIdleSeconds": 30},
    "privateParameters": {"privateParameters": "{}"},
    "overrides": {"overrides": {"start": {"recordingConfig": {"newMember": 2}}}},
    "maxDurationSeconds": {"maxDurationSeconds": 60},
}
"""For each locked field, but for those of a page, a change of the good object."""

PAGE_CHANGES: dict[str, Object] = {
    "web.url": {"web": {"url": "https://example.com/other"}},
    "web.urlSecretRef": {"web": {"url": None, "urlSecretRef": {"name": "urls", "key": "page"}}},
    "web.audioProfile": {"web": {"audioProfile": "HighQuality"}},
    "web.video": {"web": {"video": {"fps": 15}}},
    "web.device": {"web": {"device": "Mobile"}},
    "web.readyTimeoutSeconds": {"web": {"readyTimeoutSeconds": None}},
    "web.fileTypes": {"web": {"fileTypes": ["HLS"]}},
    "web.maxFileSeconds": {"web": {"maxFileSeconds": 1800}},
}
"""For each locked field of a page a change of the good page."""

REMOVALS: dict[str, Object] = {
    "uid": {"uid": None},
    "channelProfile": {"channelProfile": None},
    "mix.video": {"mix": {"video": None}},
    "storage.prefix": {"storage": {"prefix": None}},
    "storage.encryption": {"storage": {"encryption": None}},
    "storage.objectTag": {"storage": {"objectTag": None}},
    "storage.bucket": {"storage": None},
    "encryption": {"encryption": None},
    "placement": {"placement": None},
    "maxIdleSeconds": {"maxIdleSeconds": None},
    "privateParameters": {"privateParameters": None},
    "overrides": {"overrides": None},
    "maxDurationSeconds": {"maxDurationSeconds": None},
}
"""For each locked field that is optional, its removal; `storage.bucket` goes with its parent."""

MUTABLE_CHANGES: dict[str, Object] = {
    "mix.layout": {"mix": {"layout": {"type": "BestFit", "custom": None}}},
    "subscription": {"subscription": None},
    "storage.credentialsSecretRef": {"storage": {"credentialsSecretRef": {"name": "new"}}},
    "desiredState": {"desiredState": "Stopped"},
    "restartPolicy": {"restartPolicy": "Never"},
    "maxRestarts": {"maxRestarts": 3},
    "deletionPolicy": {"deletionPolicy": "Orphan"},
}

MUTABLE_PAGE_CHANGES: dict[str, Object] = {
    "web.onHold": {"web": {"onHold": True}},
    "web.rtmpUrl": {"web": {"rtmpUrl": None}},
    "web.rtmpUrlSecretRef": {
        "web": {"rtmpUrl": None, "rtmpUrlSecretRef": {"name": "urls", "key": "stream"}}
    },
}


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Connect, and make one good object of each kind."""
    with connect(cluster, "lock") as connection:
        assert connection.create(RECORDING, dry_run=False).accepted
        assert connection.create(PROJECT, dry_run=False).accepted
        yield connection


@pytest.fixture(scope="module")
def locked(api: KubeApi) -> str:
    """Return the name of a full recording at which something may exist at Agora."""
    return with_resource(api, "locked", RECORDING["spec"])


@pytest.fixture(scope="module")
def minimal(api: KubeApi) -> str:
    """Return the name of the shortest recording, with something at Agora."""
    return with_resource(api, "minimal", {"channel": "standup", "mix": {}})


@pytest.fixture(scope="module")
def page(api: KubeApi) -> str:
    """Return the name of a recording of a page, with something at Agora."""
    return with_resource(api, "page", PAGE)


def with_resource(api: KubeApi, name: str, spec: Object) -> str:
    """Create a recording with a resourceId in its status, as the operator would set it."""
    manifest = RECORDING | {"metadata": {"name": name}, "spec": spec}
    assert api.create(manifest, dry_run=False).accepted
    status = {"resourceId": "r", "conditions": []}
    assert api.patch("CloudRecording", name, {"status": status}, dry_run=False).accepted
    return name


def refusal(field: str) -> str:
    """Return what the user reads who changed a locked field."""
    return (
        f"cannot change {field}, while a recording may exist at Agora (status.resourceId is set): "
        "set desiredState: Stopped and wait until that is gone, or create another CloudRecording"
    )


def test_each_field_has_a_change() -> None:
    """The tables below leave no field of the spec out."""
    assert CHANGES.keys() | PAGE_CHANGES.keys() == set(LOCKED)
    assert MUTABLE_CHANGES.keys() | MUTABLE_PAGE_CHANGES.keys() == set(MUTABLE)


@pytest.mark.parametrize("field", CHANGES)
def test_a_locked_field_cannot_change_while_something_may_exist(
    api: KubeApi, locked: str, field: str, proves: Proves
) -> None:
    """The error names the field and the way out; without a resourceId the change is allowed."""
    patch = {"spec": CHANGES[field]}
    answer = api.patch("CloudRecording", locked, patch)
    forbidden = [each.message for each in answer.causes if each.field == "spec"]

    assert not answer.accepted
    named = "the mode" if field == "individual" else field  # which the good object does not have
    assert any(f"{named}, " in each and "desiredState: Stopped" in each for each in forbidden)
    if field not in {"storage.vendor", "storage.endpoint"}:  # which take more than one change
        assert api.patch("CloudRecording", "full", patch).accepted
    proves(Row("CloudRecording", f"spec.{field}"))
    proves(Row("CloudRecording", "", lock_rule()["message"]))


def test_a_change_of_the_mode_is_called_that(api: KubeApi, locked: str) -> None:
    """All that one mode has and the other has not would hide it."""
    answer = api.patch("CloudRecording", locked, {"spec": {"individual": {}, "mix": None}})
    apart = with_resource(api, "apart", {"channel": "standup", "individual": {}})
    within = api.patch("CloudRecording", apart, {"spec": {"individual": {"media": "Audio"}}})

    assert f"Forbidden: {refusal('the mode')}" in [each.message for each in answer.causes]
    assert [each.message for each in within.causes] == [f"Forbidden: {refusal('individual')}"]


def test_a_change_that_brings_another_status_is_refused_all_the_same(
    cluster: ControlPlane, locked: str
) -> None:
    """As of somebody who replaces an object by an old one: the API server ignores its status."""
    for status in (None, {"resourceId": None}, {"phase": "Stopped"}):
        patch = json.dumps({"spec": {"channel": "other"}, "status": status})
        with pytest.raises(RuntimeError, match="cannot change channel"):
            cluster.kubectl("-n", "lock", "patch", "crec", locked, "--type=merge", "-p", patch)


@pytest.mark.parametrize("field", REMOVALS)
def test_a_locked_field_cannot_be_removed(api: KubeApi, locked: str, field: str) -> None:
    """To leave a field out means something else than what it said."""
    patch = {"spec": REMOVALS[field]}
    answer = api.patch("CloudRecording", locked, patch)

    assert [each.field for each in answer.causes] == ["spec"]
    assert f"{field}, " in answer.body["message"]
    assert api.patch("CloudRecording", "full", patch).accepted


@pytest.mark.parametrize("field", ["uid", "channelProfile", "mix.video", "maxIdleSeconds"])
def test_a_locked_field_cannot_be_added(api: KubeApi, minimal: str, field: str) -> None:
    """The message names that field alone."""
    answer = api.patch("CloudRecording", minimal, {"spec": CHANGES[field]})

    assert [each.message for each in answer.causes] == [f"Forbidden: {refusal(field)}"]


def test_a_storage_cannot_be_added_and_the_message_names_what_it_holds(
    api: KubeApi, minimal: str
) -> None:
    """Members that the new storage does not have are no change."""
    storage = RECORDING["spec"]["storage"]
    answer = api.patch("CloudRecording", minimal, {"spec": {"storage": storage}})
    held = ", ".join(f"storage.{name}" for name in storage if name != "credentialsSecretRef")

    assert [each.message for each in answer.causes] == [f"Forbidden: {refusal(held)}"]


@pytest.mark.parametrize("field", PAGE_CHANGES)
def test_a_locked_field_of_a_page_cannot_change(
    api: KubeApi, page: str, field: str, proves: Proves
) -> None:
    """The error names the field and the way out."""
    answer = api.patch("CloudRecording", page, {"spec": PAGE_CHANGES[field]})
    forbidden = [each.message for each in answer.causes if each.field == "spec"]

    assert not answer.accepted
    assert any(f"{field}, " in each and "desiredState: Stopped" in each for each in forbidden)
    proves(Row("CloudRecording", f"spec.{field}"))


def test_a_page_cannot_become_a_channel(api: KubeApi, page: str) -> None:
    """It would be another recording."""
    answer = api.patch("CloudRecording", page, {"spec": {"web": None, "mix": {}}})

    assert not answer.accepted
    assert "cannot change the mode, " in answer.body["message"]


@pytest.mark.parametrize("field", MUTABLE_PAGE_CHANGES)
def test_a_page_can_be_held_and_streamed_while_it_is_recorded(
    api: KubeApi, page: str, field: str
) -> None:
    """A running recording follows it."""
    assert api.patch("CloudRecording", page, {"spec": MUTABLE_PAGE_CHANGES[field]}).accepted


@pytest.mark.parametrize("field", MUTABLE_CHANGES)
def test_a_mutable_field_can_always_change(api: KubeApi, locked: str, field: str) -> None:
    """A running recording follows it."""
    for name in (locked, "full"):
        assert api.patch("CloudRecording", name, {"spec": MUTABLE_CHANGES[field]}).accepted


@pytest.mark.parametrize(
    "spec",
    [
        {"projectRef": {"kind": "AgoraProject", "name": "default"}},
        {"mix": {"media": "AudioAndVideo", "fileTypes": ["HLS"]}},
        {"projectRef": None, "desiredState": None, "deletionPolicy": None},
    ],
)
def test_to_write_a_default_out_or_to_leave_it_out_is_no_change(
    api: KubeApi, minimal: str, spec: Object
) -> None:
    """The API server compares what is stored, defaults and all."""
    assert api.patch("CloudRecording", minimal, {"spec": spec}).accepted


def test_the_order_of_file_types_is_no_change(api: KubeApi, locked: str) -> None:
    """They are a set."""
    patch = {"spec": {"mix": {"fileTypes": ["MP4", "HLS"]}}}

    assert api.patch("CloudRecording", locked, patch).accepted


def test_a_locked_object_still_takes_a_status_and_a_finalizer(api: KubeApi, locked: str) -> None:
    """The lock is about the spec alone."""
    status = {"status": {"resourceId": None, "sid": "s", "phase": "Completed"}}
    finalizer = {"metadata": {"finalizers": ["recording.agora.io/stop"]}}

    assert api.patch("CloudRecording", locked, status).accepted
    assert api.patch("CloudRecording", locked, finalizer).accepted
