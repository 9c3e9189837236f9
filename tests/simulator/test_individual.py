"""Mode individual: each user has files of their own, or screenshots, or both."""

from typing import Any

import pytest

from simulator.caller import NOW, Caller, changed
from simulator.client import START

SNAPSHOTS = {"captureInterval": 10, "fileType": ["jpg"]}
FILES = {"avFileType": ["hls"]}


def individual(config: dict[str, object], **members: object) -> dict[str, Any]:
    """Return a start request with its recordingConfig and other members."""
    return {**START, "recordingConfig": {"channelType": 1, **config}, **members}


def uids(*numbers: int) -> list[str]:
    """Return uids as the API has them."""
    return [str(number) for number in numbers]


@pytest.mark.parametrize(
    ("count", "groups"),
    [
        (1, {0}),
        (2, {0}),
        (3, {1}),
        (7, {1}),
        (8, {2}),
        (12, {2}),
        (13, {3}),
        (17, {3, 4}),
        (18, {4}),
        (31, {4}),
        (32, {4, 5}),
        (33, {5}),
        (49, {5}),
        (50, set()),
    ],
)
def test_the_group_must_fit_the_number_of_uids(count: int, groups: set[int]) -> None:
    """Over both lists, each counted once; pages disagree on 17 and 32."""
    audio, video = uids(*range(1, min(count, 32) + 1)), uids(*range(max(count - 31, 1), count + 1))
    taken = set()
    for group in range(6):
        caller = Caller("individual")
        config = {
            "subscribeUidGroup": group,
            "subscribeAudioUids": audio,
            "subscribeVideoUids": video[:32],
        }
        if caller.start(caller.acquire(), request=individual(config)).status == 200:
            taken.add(group)

    assert taken == groups


@pytest.mark.parametrize(
    "lists",
    [
        {},
        {"subscribeAudioUids": ["#allstream#"], "subscribeVideoUids": ["1", "2", "3"]},
        {"unsubscribeAudioUids": ["1", "2", "3"]},
        {"subscribeAudioUids": []},
    ],
)
def test_any_group_is_taken_where_the_number_is_not_known(lists: dict[str, object]) -> None:
    """Everybody, or everybody but some, may be any number."""
    for group in (0, 5):
        caller = Caller("individual")
        config = {"subscribeUidGroup": group, **lists}

        assert caller.start(caller.acquire(), request=individual(config)).status == 200


@pytest.mark.parametrize(
    ("config", "members", "named"),
    [
        ({}, {}, "subscribeUidGroup"),
        ({"subscribeUidGroup": 6}, {}, "subscribeUidGroup"),
        ({"subscribeUidGroup": 0, "audioProfile": 1}, {}, "audioProfile"),
        ({"subscribeUidGroup": 0, "streamMode": "original"}, {}, "streamMode"),
        ({"subscribeUidGroup": 0, "streamMode": "merged"}, {}, "streamMode"),
        ({"subscribeUidGroup": 0, "streamTypes": 0}, {"snapshotConfig": SNAPSHOTS}, "streamTypes"),
        (
            {"subscribeUidGroup": 0, "subscribeAudioUids": ["1"]},
            {"snapshotConfig": SNAPSHOTS},
            "subscribeVideoUids",
        ),
        ({"subscribeUidGroup": 0}, {"snapshotConfig": {}}, "fileType"),
        ({"subscribeUidGroup": 0}, {"snapshotConfig": {"fileType": ["png"]}}, "fileType"),
        (
            {"subscribeUidGroup": 0},
            {"snapshotConfig": {**SNAPSHOTS, "captureInterval": 3601}},
            "captureInterval",
        ),
    ],
)
def test_a_start_beyond_a_limit_of_the_mode_is_refused(
    config: dict[str, object], members: dict[str, object], named: str
) -> None:
    """The reason names the member."""
    caller = Caller("individual")
    reply = caller.start(caller.acquire(), request=individual(config, **members))

    assert (reply.code, named in str(reply.body.get("reason"))) == (2, True)


@pytest.mark.parametrize(("shortest", "code"), [(1, None), (5, 2)])
def test_the_shortest_interval_can_be_chosen(shortest: int, code: int | None) -> None:
    """One page says 1, the others 5."""
    caller = Caller("individual", shortest_capture_interval=shortest)
    snapshots = {**SNAPSHOTS, "captureInterval": 4}
    request = individual({"subscribeUidGroup": 0}, snapshotConfig=snapshots)

    assert caller.start(caller.acquire(), request=request).code == code


@pytest.mark.parametrize("members", [{"snapshotConfig": SNAPSHOTS}, {"recordingFileConfig": FILES}])
def test_screenshots_only_need_no_file_config(members: dict[str, object]) -> None:
    """Which all others need, where that is so set."""
    caller = Caller("individual", recording_file_config_required=True)
    bare = caller.start(caller.acquire(), request=individual({"subscribeUidGroup": 0}))
    request = individual({"subscribeUidGroup": 0}, **members)

    assert bare.code == 2
    assert caller.start(caller.acquire(), request=request).status == 200


@pytest.mark.parametrize("members", [{}, {"recordingFileConfig": FILES}])
def test_with_screenshots_no_files_are_listed(members: dict[str, object]) -> None:
    """Whether there is a recording beside them or not."""
    caller = Caller("individual")
    request = individual({"subscribeUidGroup": 0}, snapshotConfig=SNAPSHOTS, **members)
    query = caller.begin(request=request)
    stopped = caller.stop(query, NOW + 60).body["serverResponse"]

    assert set(caller.response(query, NOW + 60)) == {"status", "sliceStartTime"}
    assert stopped == {"uploadingStatus": "uploaded"}


@pytest.mark.parametrize(
    ("config", "tracks"),
    [
        ({}, ["audio", "video"]),
        ({"streamTypes": 0}, ["audio"]),
        ({"streamTypes": 1}, ["video"]),
        ({"streamTypes": 0, "streamMode": "original"}, ["audio"]),
        ({"streamMode": "standard"}, ["audio", "video", "av"]),
    ],
)
def test_each_user_and_track_has_an_index(config: dict[str, object], tracks: list[str]) -> None:
    """With streamMode standard a merged one too."""
    caller = Caller("individual")
    caller.world.join(("app", "room"), 5, NOW)
    query = caller.begin(request=individual({"subscribeUidGroup": 0, **config}))
    response = caller.response(query, NOW + 60)
    stopped = caller.stop(query, NOW + 60).body["serverResponse"]

    stem = f"a/b/{query.sid}_room__uid_s_5__uid_e_"
    assert [item["fileName"] for item in response["fileList"]] == [
        f"{stem}{track}.m3u8" for track in tracks
    ]
    assert {item["uid"] for item in response["fileList"]} == {"5"}
    assert (stopped["fileListMode"], stopped["fileList"]) == ("json", response["fileList"])


@pytest.mark.parametrize(("unit", "start"), [("ms", int(NOW + 3) * 1000), ("s", int(NOW + 3))])
def test_the_unit_of_the_first_slice_can_be_chosen(unit: str, start: int) -> None:
    """Text and examples of Agora's pages differ."""
    caller = Caller(slice_start_unit=unit)
    query = caller.begin(request=changed("recordingFileConfig", {"avFileType": ["hls", "mp4"]}))
    response = caller.response(query, NOW + 60)

    assert response["sliceStartTime"] == response["fileList"][0]["sliceStartTime"] == start
