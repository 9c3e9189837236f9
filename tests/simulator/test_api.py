import pytest

from simulator.client import START, STORAGE, Admin, Program, Recorder, coded


def test_a_recording_from_acquire_to_gone(recorder: Recorder, admin: Admin) -> None:
    """The usual life of a recording, with the answers Agora's pages show."""
    acquired = recorder.acquire()
    ids = {"cname": recorder.channel, "uid": "7", "resourceId": recorder.resource}

    assert (acquired.status_code, acquired.json()) == (200, ids)
    assert len(recorder.resource) == 200

    started = recorder.start()

    assert (started.status_code, started.json()) == (200, {**ids, "sid": recorder.sid})
    assert len(bytes.fromhex(recorder.sid)) == 16

    admin.advance(200)
    queried = recorder.query().json()
    response = queried.pop("serverResponse")
    slice_start = response.pop("sliceStartTime")

    assert queried == started.json()
    assert slice_start > 1_600_000_000_000
    assert response == {
        "status": 5,
        "fileListMode": "string",
        "fileList": f"a/b/{recorder.sid}_{recorder.channel}.m3u8",
    }

    stopped = recorder.stop()

    assert stopped.json()["serverResponse"]["uploadingStatus"] == "uploaded"
    assert recorder.query().json()["serverResponse"]["status"] == 6

    admin.advance(60)

    assert recorder.query().json()["serverResponse"]["status"] == 7

    admin.advance(40)

    assert coded(recorder.query()) == (404, 404, "failed to find worker")


def test_mp4_makes_the_file_list_json(recorder: Recorder, admin: Admin) -> None:
    """With mp4 beside hls the files are listed one by one."""
    recorder.begin({**START, "recordingFileConfig": {"avFileType": ["hls", "mp4"]}})
    empty = recorder.query().json()["serverResponse"]
    admin.advance(200)
    response = recorder.query().json()["serverResponse"]
    stem = f"a/b/{recorder.sid}_{recorder.channel}"

    assert (empty["fileList"], empty["status"] < 4) == ([], True)
    assert response["fileListMode"] == "json"
    assert [item["fileName"] for item in response["fileList"]] == [f"{stem}.m3u8", f"{stem}_0.mp4"]
    assert response["fileList"][0] == {
        "fileName": f"{stem}.m3u8",
        "trackType": "audio_and_video",
        "uid": "0",
        "mixedAllUser": True,
        "isPlayable": True,
        "sliceStartTime": response["sliceStartTime"],
    }


def test_individual_mode_lists_files_per_user(individual: Recorder, admin: Admin) -> None:
    """Each user has a file per medium."""
    admin.join(individual.channel, 41)
    individual.begin({**START, "recordingConfig": {"channelType": 1, "subscribeUidGroup": 0}})
    admin.advance(200)
    files = individual.query().json()["serverResponse"]["fileList"]

    assert [(item["uid"], item["trackType"]) for item in files] == [
        ("41", "audio"),
        ("41", "video"),
    ]


def test_screenshots_have_no_file_list(individual: Recorder, admin: Admin) -> None:
    """Only the time of the first slice is told."""
    config = {"channelType": 1, "subscribeUidGroup": 0, "streamTypes": 1}
    snapshots = {"captureInterval": 10, "fileType": ["jpg"]}
    individual.begin({**START, "recordingConfig": config, "snapshotConfig": snapshots})
    admin.advance(200)

    assert set(individual.query().json()["serverResponse"]) == {"status", "sliceStartTime"}


@pytest.mark.parametrize(
    ("channel", "uid", "request_members", "expected"),
    [
        ("no/slash", "1", {}, (400, 401, "invalid_channel_name")),
        ("", "1", {}, (400, 401, "invalid_channel_name")),
        ("x" * 65, "1", {}, (400, 401, "invalid_channel_name")),
        ("room", "0", {}, (400, 2, "post method api body check failed!")),
        ("room", "4294967296", {}, (400, 2, "post method api body check failed!")),
        ("room", "x", {}, (400, 2, "post method api body check failed!")),
        ("room", 1, {}, (400, 2, "post method api body check failed!")),
        ("room", "1", None, (400, 2, "post method api body check failed!")),
        (
            "room",
            "1",
            {"resourceExpiredHour": 721},
            (400, 2, "Acquire: invalid resourceExpiredHour value!"),
        ),
    ],
)
def test_acquire_refuses(
    recorder: Recorder, channel: str, uid: object, request_members: object, expected: object
) -> None:
    """Names and uids have limits."""
    body = {"cname": channel, "uid": uid, "clientRequest": request_members}

    assert coded(recorder.http.post(f"{recorder.base}/acquire", json=body)) == expected


def test_a_body_that_is_no_json(recorder: Recorder) -> None:
    """It has a code of its own."""
    answer = recorder.http.post(f"{recorder.base}/acquire", content=b"{")

    assert coded(answer) == (400, 8, "the body is not JSON")


def test_too_many_recordings(program: Program, recorder: Recorder, admin: Admin) -> None:
    """The limit counts running recordings of the App ID."""
    other = Recorder(program.urls["api"], recorder.channel, app="limited")
    with other:
        other.begin()
        admin.set(concurrent_recordings=1)
        refused = other.acquire()

    assert coded(refused) == (400, 406, "vendor_over_load")


def test_a_second_start_names_the_sid_or_not(recorder: Recorder, admin: Admin) -> None:
    """No source says which; both can be had."""
    recorder.begin()
    ids = {"cname": recorder.channel, "uid": "7", "resourceId": recorder.resource}
    repeated = recorder.start()
    admin.set(already_started_carries_sid=False)
    bare = recorder.start()

    assert (repeated.status_code, repeated.json()) == (
        201,
        {"code": 7, "reason": "already started", **ids, "sid": recorder.sid},
    )
    assert (bare.status_code, "sid" in bare.json()) == (201, False)


def test_a_target_records_once(recorder: Recorder) -> None:
    """A second resource for the same target conflicts."""
    recorder.begin()

    assert coded(recorder.begin()) == (400, 53, "task conflict")


def test_a_resource_is_bound_to_its_target(recorder: Recorder) -> None:
    """Another uid cannot use it."""
    recorder.acquire()
    recorder.uid = "8"

    assert coded(recorder.start())[:2] == (400, 432)


def test_an_old_resource(recorder: Recorder, admin: Admin) -> None:
    """It lives five minutes."""
    recorder.acquire()
    admin.advance(301)

    assert coded(recorder.start())[:2] == (400, 433)


def test_an_unknown_resource(recorder: Recorder) -> None:
    """It cannot be parsed."""
    recorder.resource = "nonsense"

    assert coded(recorder.start())[:2] == (400, 1001)


def test_a_web_scene_resource_is_for_web_only(recorder: Recorder) -> None:
    """Agora's own words for it."""
    recorder.acquire(scene=1)

    assert coded(recorder.start()) == (400, 432, "webResource is not allowed for this scene!")


@pytest.mark.parametrize("verb", ["query", "update", "updateLayout", "stop"])
def test_a_sid_belongs_to_its_resource(recorder: Recorder, verb: str) -> None:
    """Another resource does not reach it."""
    recorder.begin()
    recorder.acquire()
    request = {"storageConfig": STORAGE} if verb == "update" else {}
    answer = recorder.query() if verb == "query" else recorder.post(verb, request)

    assert coded(answer) == (404, 404, "failed to find worker")


def test_nobody_to_record(recorder: Recorder, admin: Admin) -> None:
    """A stop then has an effect and an error code."""
    admin.set(channels_have_users=False)
    recorder.begin()

    assert coded(recorder.stop()) == (206, 435, "no recorded data")
    assert coded(recorder.stop()) == (400, 49, "invalid operation")


def test_an_asynchronous_stop_knows_nothing_of_files(recorder: Recorder, admin: Admin) -> None:
    """It answers at once, however long uploads take."""
    admin.set(stop_seconds=3600)
    recorder.begin()
    answer = recorder.stop(async_stop=True)

    assert (answer.status_code, answer.json()["serverResponse"]) == (200, {})


def test_an_upload_beyond_the_limit(recorder: Recorder, admin: Admin) -> None:
    """A synchronous stop gives up; the stop has happened all the same."""
    admin.set(stop_seconds=30, sync_stop_limit_seconds=0)
    recorder.begin()

    assert coded(recorder.stop())[:2] == (206, 50)
    assert coded(recorder.stop())[:2] == (400, 49)


def test_a_stop_names_the_recorder(recorder: Recorder) -> None:
    """Channel and uid must be those of acquire."""
    recorder.begin()
    recorder.uid = "8"

    assert coded(recorder.stop())[:2] == (400, 2)


@pytest.mark.parametrize(
    ("verb", "request_members", "named"),
    [
        ("update", {}, "streamSubscribe"),
        ("update", {"streamSubscribe": {"audioUidList": {"subscribeAudioUids": []}}}, "audioUid"),
        ("update", {"webRecordingConfig": {"onhold": True}}, "webRecordingConfig"),
        ("updateLayout", {"mixedVideoLayout": 4}, "mixedVideoLayout"),
        ("updateLayout", {"transcodingConfig": {}}, "transcodingConfig"),
        ("stop", {"async_stop": "yes"}, "async_stop"),
    ],
)
def test_a_broken_change_is_refused(
    recorder: Recorder, verb: str, request_members: object, named: str
) -> None:
    """The reason names the member."""
    recorder.begin()
    status, code, reason = coded(recorder.post(verb, request_members))

    assert (status, code, named in reason) == (400, 2, True)
