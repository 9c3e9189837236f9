"""The files of a recording: when there are which, by what names, with what in them."""

from dataclasses import replace
from typing import Any

import pytest

from agora_simulator.calls import Call, Operation
from agora_simulator.settings import Settings
from agora_simulator.stored import next_file_at, stored_files
from agora_simulator.uploads import Outbox
from simulator.caller import NOW, Caller, body
from simulator.client import START, STORAGE
from simulator.pages import WebCaller, web

DAY = "19700112"  # NOW is 13:46:40 on that day
PLAIN = {"recordingConfig": {"channelType": 1, "subscribeUidGroup": 0}}


def stored(caller: Caller, now: float, **settings: Any) -> dict[str, str]:
    """Return names, without prefix and sid, and texts of the files of the first recording."""
    recording = caller.world.recordings(now)[0]
    files = stored_files(recording, now, Settings(**settings), caller.world.heard(recording))
    return {
        file.name.removeprefix("a/b/").replace(f"{recording.sid}_", ""): file.content.decode(
            "latin-1"
        )
        for file in files
    }


def test_a_recording_is_cut_into_slices() -> None:
    """Of 15 seconds from the first one on, each named after its begin; the last one is shorter."""
    caller = Caller(in_progress_after=3)
    query = caller.begin()
    counts = [len(stored(caller, NOW + at)) for at in (2, 3, 17, 18, 33)]
    caller.stop(query, NOW + 40.25)
    files = stored(caller, NOW + 60)

    assert counts == [0, 1, 1, 2, 3]
    assert list(files) == [
        f"room_{DAY}134643000.ts",
        f"room_{DAY}134658000.ts",
        f"room_{DAY}134713000.ts",
        "room.m3u8",
    ]
    assert all(len(files[name]) == 188 for name in files if name.endswith(".ts"))


def test_an_index_has_the_tags_of_agora() -> None:
    """No comma after EXTINF, where each track begins, how large the video is, and the end."""
    caller = Caller(in_progress_after=3)
    query = caller.begin()
    running = stored(caller, NOW + 20)["room.m3u8"]
    caller.stop(query, NOW + 22.5)
    ended = stored(caller, NOW + 60)["room.m3u8"]
    sid = query.sid

    assert running.splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-ALLOW-CACHE:YES",
        "#EXT-X-TARGETDURATION:15",
        "#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=AUDIO,TIME=1000003000",
        "#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=VIDEO,TIME=1000003000",
        "#EXT-X-AGORA-ROTATE:WIDTH=360,HEIGHT=640,ROTATE=0,TIME=1000003000",
        "#EXTINF:15.000000",
        f"{sid}_room_{DAY}134643000.ts",
    ]
    assert ended.removeprefix(running).splitlines() == [
        "#EXTINF:4.500000",
        f"{sid}_room_{DAY}134658000.ts",
        "#EXT-X-ENDLIST",
    ]


@pytest.mark.parametrize(
    ("params", "comma"),
    [('{"correctEXTINF":true}', ","), ('{"correctEXTINF":false}', ""), ("[]", ""), (None, "")],
)
def test_a_private_parameter_corrects_the_index(params: str | None, comma: str) -> None:
    """It adds the comma that players expect."""
    caller = Caller()
    config = {"channelType": 1} | ({"privateParams": params} if params else {})
    caller.begin(request={**START, "recordingConfig": config})

    assert f"#EXTINF:15.000000{comma}\n" in stored(caller, NOW + 60)["room.m3u8"]


@pytest.mark.parametrize(
    ("config", "kinds"),
    [
        ({}, {"audio": ["AUDIO"], "video": ["VIDEO"]}),
        ({"streamTypes": 0}, {"audio": ["AUDIO"]}),
        (
            {"streamMode": "standard"},
            {"audio": ["AUDIO"], "video": ["VIDEO"], "av": ["AUDIO", "VIDEO"]},
        ),
    ],
)
def test_each_user_has_files(config: dict[str, object], kinds: dict[str, list[str]]) -> None:
    """In mode individual, an index for each track with what is in it."""
    caller = Caller("individual")
    caller.world.join(("app", "room"), 5, NOW)
    caller.begin(request={**START, "recordingConfig": {**PLAIN["recordingConfig"], **config}})
    files = stored(caller, NOW + 20)
    indices = {name: text for name, text in files.items() if name.endswith(".m3u8")}

    assert set(indices) == {f"room__uid_s_5__uid_e_{kind}.m3u8" for kind in kinds}
    for kind, inside in kinds.items():
        text = indices[f"room__uid_s_5__uid_e_{kind}.m3u8"]
        assert [word for word in ("AUDIO", "VIDEO") if f"TRACK_TYPE={word}" in text] == inside
        assert f"room__uid_s_5__uid_e_{kind}_{DAY}134643000.ts" in files


@pytest.mark.parametrize("recorded", [False, True])
def test_screenshots_are_taken_at_intervals(recorded: bool) -> None:  # noqa: FBT001 - a column
    """Beside a recording or alone."""
    caller = Caller("individual")
    snapshots = {"captureInterval": 60, "fileType": ["jpg"]}
    files = {"recordingFileConfig": {"avFileType": ["hls"]}} if recorded else {}
    caller.begin(request={**START, **PLAIN, "snapshotConfig": snapshots, **files})
    names = list(stored(caller, NOW + 3 + 120))

    assert [name for name in names if name.endswith(".jpg")] == [
        f"room__uid_s_1__uid_e_video_{DAY}134643000.jpg",
        f"room__uid_s_1__uid_e_video_{DAY}134743000.jpg",
    ]
    assert any(name.endswith(".m3u8") for name in names) is recorded


def test_a_video_is_there_when_it_is_full_or_ends() -> None:
    """And is listed while it is written."""
    caller = Caller(mp4_part_seconds=100, in_progress_after=0)
    query = caller.begin(request={**START, "recordingFileConfig": {"avFileType": ["hls", "mp4"]}})
    listed = caller.response(query, NOW + 150)["fileList"]
    full = stored(caller, NOW + 150, mp4_part_seconds=100, in_progress_after=0)
    caller.stop(query, NOW + 160)
    ended = stored(caller, NOW + 170, mp4_part_seconds=100, in_progress_after=0)

    assert [file["fileName"].rpartition("_")[2] for file in listed] == [
        "room.m3u8",
        "0.mp4",
        "1.mp4",
    ]
    assert [file["sliceStartTime"] for file in listed] == [NOW * 1000] * 2 + [(NOW + 100) * 1000]
    assert [name for name in full if name.endswith(".mp4")] == ["room_0.mp4"]
    assert [name for name in ended if name.endswith(".mp4")] == ["room_0.mp4", "room_1.mp4"]


def test_a_held_page_has_no_slices_meanwhile() -> None:
    """The index tells the break; nothing is lost before it."""
    caller = WebCaller()
    query = caller.begin(request=web())
    caller.hold(query, NOW + 23)
    caller.hold(query, NOW + 100, onhold=False)
    files = stored(caller, NOW + 120)

    assert [name for name in files if name.endswith(".ts")] == [
        f"room_{DAY}134643000.ts",
        f"room_{DAY}134658000.ts",
        f"room_{DAY}134820000.ts",
    ]
    before, after = files["room.m3u8"].split("#EXT-X-DISCONTINUITY\n")
    assert (before.count("#EXTINF:"), "#EXTINF:5.000000" in before) == (2, True)
    assert after.count("#EXTINF:") == 1


def test_a_move_begins_new_names() -> None:
    """The old index ends where the new one begins."""
    caller = Caller()
    query = caller.begin()
    caller.world.move(query.sid or "", 30, NOW + 23)
    caller.world.move(query.sid or "", 30, NOW + 60)
    files = stored(caller, NOW + 78)

    assert [name for name in files if name.endswith(".m3u8")] == [
        "room.m3u8",
        "bak0_room.m3u8",
        "bak1_room.m3u8",
    ]
    assert f"bak0_room_{DAY}134703000.ts" in files
    assert files["bak1_room.m3u8"].count("#EXTINF:") == 1


@pytest.mark.parametrize(
    ("options", "made"),
    [
        ({}, ["room__uid_s_5__uid_e_av.mp4", "room__uid_s_6__uid_e_av.mp4"]),
        (
            {"transcodeOptions": {"transConfig": {"transMode": "audioMix"}}},
            ["room.mp3"],
        ),
    ],
)
def test_what_is_made_later_comes_later(options: dict[str, object], made: list[str]) -> None:
    """After the end, and the time that it takes."""
    caller = Caller("individual")
    for uid in (5, 6):
        caller.world.join(("app", "room"), uid, NOW)
    postponed = {"appsCollection": {"combinationPolicy": "postpone_transcoding"}}
    request = {**START, **PLAIN, **postponed, **options}
    query = caller.query_of(caller.start(caller.acquire(scene=2), request=request))
    caller.stop(query, NOW + 60)
    before, after = (set(stored(caller, NOW + 60 + at)) for at in (3599, 3600))

    assert sorted(after - before) == made


@pytest.mark.parametrize("streams", [{}, {"streamTypes": 0}])
def test_a_recording_of_nobody_has_no_files(streams: dict[str, object]) -> None:
    """However long it goes on."""
    caller = Caller(channels_have_users=False)
    caller.begin(request={**START, "recordingConfig": {"channelType": 1, **streams}})

    assert stored(caller, NOW + 999) == {}


def test_there_is_an_end_to_slices() -> None:
    """A month of them would help nobody."""
    caller = Caller()
    caller.begin()

    assert len(stored(caller, NOW + 30 * 24 * 3600)) == 401


def test_indices_alone_can_be_wanted() -> None:
    """Which is quicker."""
    caller = Caller()
    caller.begin(request={**START, "recordingFileConfig": {"avFileType": ["hls", "mp4"]}})

    assert list(stored(caller, NOW + 9000, uploaded_files="index")) == ["room.m3u8"]


@pytest.mark.parametrize("mode", ["mix", "individual"])
def test_nothing_changes_before_the_moment_that_is_told(mode: str) -> None:
    """Whoever waits until then misses no file; a second earlier there is none."""
    caller = Caller(mode)
    config = {"channelType": 1, "subscribeUidGroup": 0}
    query = caller.begin(request={**START, "recordingConfig": config})
    (recording,) = caller.world.recordings(NOW)
    at = NOW
    for _ in range(5):
        before = stored_files(recording, at, Settings(), [1])
        at_next = next_file_at(recording, at, Settings())
        just_before = stored_files(recording, at_next - 0.001, Settings(), [1])
        assert just_before == before
        assert stored_files(recording, at_next, Settings(), [1]) != before
        at = at_next
    caller.stop(query, at)
    (ended,) = caller.world.recordings(at)

    assert next_file_at(ended, at, Settings()) == float("inf")


def sent(outbox: Outbox, caller: Caller, now: float) -> list[str]:
    """Return how the names of the files end that are to be uploaded."""
    due = outbox.due(caller.world, now, Settings())
    return [upload.file.name.rpartition("_")[2] for uploads in due for upload in uploads]


def test_each_file_is_sent_once_and_an_index_whenever_it_grows() -> None:
    """Also after a move has brought back what was stopped."""
    caller = Caller(stop_undone_by_move=True)
    outbox = Outbox()
    query = caller.begin()
    looks = [sent(outbox, caller, NOW + at) for at in (0, 3, 4, 17, 18, 19)]
    caller.stop(query, NOW + 20)
    looks.append(sent(outbox, caller, NOW + 20))
    looks.append(sent(outbox, caller, NOW + 40))
    caller.world.move(query.sid or "", 30, NOW + 41)
    looks.append(sent(outbox, caller, NOW + 60))

    index = "room.m3u8"
    assert looks[:6] == [[], [index], [], [], [f"{DAY}134643000.ts", index], []]
    assert looks[6:8] == [[f"{DAY}134658000.ts", index], []]
    assert index in looks[8]


def test_users_who_join_add_files() -> None:
    """In mode individual."""
    caller = Caller("individual")
    outbox = Outbox()
    caller.world.join(("app", "room"), 5, NOW)
    caller.begin(request={**START, **PLAIN})
    first = sent(outbox, caller, NOW + 3)
    caller.world.join(("app", "room"), 6, NOW + 4)

    assert (first, sent(outbox, caller, NOW + 4)) == (["audio.m3u8", "video.m3u8"],) * 2


def test_lapsed_keys_upload_nothing_until_they_are_renewed() -> None:
    """Then what was kept in the backup comes too."""
    caller = Caller(sts_lapse="backs_up")
    outbox = Outbox()
    lapse = int(NOW) + 4 * 3600
    storage = {**STORAGE, "stsToken": "the-sts-token", "stsExpiration": lapse}
    query = caller.begin(request={**START, "storageConfig": storage})
    before = sent(outbox, caller, lapse - 1)
    lapsed = sent(outbox, caller, lapse + 30)
    renewed = {"storageConfig": {**storage, "stsExpiration": lapse + 9 * 3600}}
    update: Call = replace(query, operation=Operation.UPDATE, body=body(renewed))
    caller.world.carry_out(update, lapse + 31)
    caller.stop(query, lapse + 32)
    ((index,),) = outbox.due(caller.world, lapse + 33, Settings())

    assert (len(before), lapsed) == (401, [])
    assert (index.file.is_index, index.storage.lapses_at) == (True, lapse + 9 * 3600)
