"""The limits of a start in the modes that record a channel."""

import base64
import json
from typing import Any

import pytest

from simulator.caller import Caller, changed

SALT = base64.b64encode(bytes(32)).decode()
CONFIG = "recordingConfig"
LAYOUT = "recordingConfig.transcodingConfig"
PLACE = {"x_axis": 0, "y_axis": 0, "width": 1, "height": 1}
ENCRYPTED = {"channelType": 0, "secret": "the-secret"}

REFUSED = [
    ("recordingConfig.decryptionMode", 9, "decryptionMode"),
    (CONFIG, {"channelType": 0, "decryptionMode": 3}, "secret"),
    (CONFIG, {**ENCRYPTED, "decryptionMode": 7}, "salt"),
    (CONFIG, {**ENCRYPTED, "decryptionMode": 8, "salt": "the-salt"}, "salt"),
    (
        CONFIG,
        {**ENCRYPTED, "decryptionMode": 8, "salt": base64.b64encode(bytes(31)).decode()},
        "salt",
    ),
    ("recordingConfig.streamMode", "standard", "streamMode"),
    ("recordingConfig.subscribeAudioUids", ["0"], "subscribeAudioUids"),
    ("recordingConfig.subscribeAudioUids", ["4294967296"], "subscribeAudioUids"),
    ("recordingConfig.subscribeAudioUids", ["the-user"], "subscribeAudioUids"),
    ("recordingConfig.subscribeAudioUids", [1], "subscribeAudioUids"),
    ("recordingConfig.privateParams", "the-text", "privateParams"),
    ("recordingConfig.privateParams", {"correctEXTINF": True}, "privateParams"),
    ("recordingConfig.audioProfile", 3, "audioProfile"),
    ("recordingConfig.maxIdleTime", 2_592_001, "maxIdleTime"),
    (LAYOUT, {"fps": 0}, "fps"),
    (LAYOUT, {"fps": 15.5}, "fps"),
    (LAYOUT, {"mixedVideoLayout": 4}, "mixedVideoLayout"),
    (LAYOUT, {"backgroundColor": "#12345"}, "backgroundColor"),
    (LAYOUT, {"backgroundImage": "the-picture"}, "backgroundImage"),
    (LAYOUT, {"layoutConfig": [{**PLACE, "alpha": 2}]}, "alpha"),
    (LAYOUT, {"layoutConfig": [{**PLACE, "render_mode": 2}]}, "render_mode"),
    (LAYOUT, {"backgroundConfig": [{"image_url": "https://a/b.jpg"}]}, "uid"),
    (LAYOUT, {"backgroundConfig": [{"uid": "1", "image_url": "ftp://a/b"}]}, "image_url"),
    ("extensionServiceConfig", {}, "extensionServiceConfig"),
]
TAKEN = [
    (CONFIG, {**ENCRYPTED, "decryptionMode": 1}),
    (CONFIG, {**ENCRYPTED, "decryptionMode": 7, "salt": SALT}),
    ("recordingConfig.privateParams", json.dumps({"correctEXTINF": True})),
    ("recordingConfig.subscribeAudioUids", []),
    ("recordingConfig.subscribeAudioUids", [str(uid) for uid in range(1, 33)]),
    (LAYOUT, {"fps": 25}),
    (LAYOUT, {"layoutConfig": [{**PLACE, "uid": "1", "alpha": 0.123456}] * 17}),
    (LAYOUT, {"backgroundConfig": [{"uid": "1", "image_url": "https://a/b.jpg"}]}),
]


@pytest.mark.parametrize(("path", "value", "named"), REFUSED)
def test_a_start_beyond_a_limit_is_refused(path: str, value: object, named: str) -> None:
    """Code 2 names the member, and never the value."""
    caller = Caller()
    reply = caller.start(caller.acquire(), request=changed(path, value))

    assert (reply.status, reply.code) == (400, 2)
    assert named in str(reply.body["reason"])
    assert "the-" not in str(reply.body)


@pytest.mark.parametrize(("path", "value"), TAKEN)
def test_a_start_at_a_limit_is_taken(path: str, value: object) -> None:
    """The limits themselves are within them."""
    caller = Caller()

    assert caller.start(caller.acquire(), request=changed(path, value)).status == 200


@pytest.mark.parametrize(
    ("settings", "path", "value", "codes"),
    [
        (
            {"unsubscribe_spelling": "unsubscribe"},
            "recordingConfig.unSubscribeAudioUids",
            ["1"],
            (2, None),
        ),
        (
            {"unsubscribe_spelling": "unSubscribe"},
            "recordingConfig.unsubscribeVideoUids",
            ["1"],
            (2, None),
        ),
        ({"recording_file_config_required": True}, "recordingFileConfig", {}, (None, None)),
        ({"recording_file_config_required": True}, "token", "x", (2, None)),
        ({"video_profile_required": True}, LAYOUT, {"width": 640}, (2, None)),
        ({"regions_known": False}, "storageConfig.region", 27, (None, 2)),
        ({"bad_start_status": 500}, "recordingConfig.channelType", 7, (2, 2)),
    ],
)
def test_where_sources_disagree_a_start_can_be_refused_or_taken(
    settings: dict[str, Any], path: str, value: object, codes: tuple[int | None, int | None]
) -> None:
    """By a setting; the second code is what comes without it."""
    replies = []
    for chosen in (settings, {}):
        caller = Caller(**chosen)
        replies.append(caller.start(caller.acquire(), request=changed(path, value)))

    assert tuple(reply.code for reply in replies) == codes
    assert replies[0].status == settings.get("bad_start_status", 400 if codes[0] else 200)


@pytest.mark.parametrize(
    ("settings", "channel", "scene", "uid", "expected"),
    [
        ({}, "ü" * 512, 1, "4294967295", 200),
        ({}, "ü" * 513, 1, "1", 400),
        ({"web_label_bytes": 128}, "x" * 129, 1, "1", 400),
        ({"max_uid": 2**31 - 1}, "room", 0, "2147483648", 400),
    ],
)
def test_the_limits_of_names_and_uids_can_be_chosen(
    settings: dict[str, Any], channel: str, scene: int, uid: str, expected: int
) -> None:
    """Newer and older pages differ."""
    assert Caller(**settings).acquired(channel, uid, scene=scene).status == expected


@pytest.mark.parametrize(
    ("asked", "taken"), [(24, 24), (25, 15), (60, 60), (1, 1), (7, 7), (30, 30), (1000, 15)]
)
def test_an_unsupported_frame_rate_becomes_the_default(asked: int, taken: int) -> None:
    """It is no error; the ledger tells what is recorded."""
    caller = Caller()
    caller.begin(request=changed(LAYOUT, {"width": 1280, "height": 720, "fps": asked}))

    assert caller.entry()["video"] == {"width": 1280, "height": 720, "fps": taken, "bitrate": 500}


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"region": "US"}, "region"),
        ({"region": ""}, "region"),
        ({"regionAffinity": 5}, "regionAffinity"),
        ({"excludeResourceIds": "x"}, "excludeResourceIds"),
        ({"scene": 3}, "scene"),
        ({"scene": 2, "region": "CN"}, "region"),
        ({"scene": 2, "region": None}, "region"),
        ({"startParameter": []}, "startParameter"),
    ],
)
def test_acquire_has_limits(members: dict[str, object], named: str) -> None:
    """With scene 2 the region must not even be empty."""
    reply = Caller().acquired("room", "7", **members)

    assert (reply.code, named in str(reply.body["reason"])) == (2, True)


def test_the_ledger_tells_where_a_recording_was_wanted() -> None:
    """Geofence, affinity, and what it keeps away from."""
    caller = Caller()
    wanted = {"region": "NA", "regionAffinity": 4, "excludeResourceIds": ["x"]}
    caller.start(caller.acquire(**wanted))

    assert caller.entry()["placement"] == wanted


@pytest.mark.parametrize(
    ("parameter", "code"),
    [("same", None), ("other", 2), (None, None)],
)
def test_the_parameter_of_acquire_must_be_that_of_start(
    parameter: str | None, code: int | None
) -> None:
    """Start fails, not acquire, and says that the hashes differ."""
    caller = Caller()
    told = {"same": changed("token", "the-token"), "other": changed("token", "the-other")}
    members = {} if parameter is None else {"startParameter": told[parameter]}
    reply = caller.start(caller.acquire(**members), request=changed("token", "the-token"))

    assert reply.code == code
    assert code is None or reply.body["reason"] == "request_hash mismatch"
