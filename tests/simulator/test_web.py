"""Mode web: a page is recorded, held, resumed and streamed elsewhere."""

from typing import Any

import pytest

from agora_simulator.calls import Call, Operation
from agora_simulator.ledger import shown_request
from agora_simulator.recordings import EndReason
from agora_simulator.settings import Settings
from simulator.caller import NOW, body
from simulator.client import Admin, Recorder
from simulator.pages import URL, WebCaller, payloads, web

HOUR = 3600


def names(services: dict[str, Any]) -> list[str]:
    """Return the names of the files of a page."""
    return [file["filename"] for file in services["web_recorder_service"]["fileList"]]


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ({"url": None}, "url"),
        ({"url": "the-page"}, "url"),
        ({"url": "ftp://pages.example"}, "url"),
        ({"audioProfile": None}, "audioProfile"),
        ({"audioProfile": 3}, "audioProfile"),
        ({"videoWidth": None}, "videoWidth"),
        ({"videoWidth": 239}, "videoWidth"),
        ({"videoHeight": 1921}, "videoHeight"),
        ({"videoWidth": 1920, "videoHeight": 1081}, "1920x1080"),
        ({"maxRecordingHour": None}, "maxRecordingHour"),
        ({"maxRecordingHour": 0}, "maxRecordingHour"),
        ({"maxRecordingHour": 721}, "maxRecordingHour"),
        ({"videoBitrate": 49}, "videoBitrate"),
        ({"videoBitrate": 8001}, "videoBitrate"),
        ({"videoFps": 4}, "videoFps"),
        ({"videoFps": 61}, "videoFps"),
        ({"mobile": "yes"}, "mobile"),
        ({"maxVideoDuration": 29}, "maxVideoDuration"),
        ({"maxVideoDuration": 241}, "maxVideoDuration"),
        ({"onhold": 1}, "onhold"),
        ({"readyTimeout": -1}, "readyTimeout"),
        ({"readyTimeout": 1.5}, "readyTimeout"),
        ({"readyTimeout": 61}, "readyTimeout"),
        ({"outputs": [{"rtmpUrl": URL}] * 2}, "outputs"),
        ({"outputs": [{"rtmpUrl": "https://live.example/the-key"}]}, "rtmpUrl"),
        ({"outputs": [{}]}, "rtmpUrl"),
    ],
)
def test_a_page_beyond_a_limit_is_refused(page: dict[str, Any], named: str) -> None:
    """Code 2 names the member, and none of the values."""
    caller = WebCaller()
    reply = caller.start(caller.acquire(), request=web(**page))

    assert (reply.code, named in str(reply.body["reason"])) == (2, True)
    assert "the-" not in str(reply.body)


@pytest.mark.parametrize(
    "page",
    [
        {"videoWidth": 240, "videoHeight": 1920},
        {"videoWidth": 1920, "videoHeight": 1080},
        {"maxRecordingHour": 720, "videoBitrate": 50, "videoFps": 5, "maxVideoDuration": 30},
        {"videoBitrate": 8000, "videoFps": 60, "maxVideoDuration": 240, "readyTimeout": 60},
        {"mobile": True, "onhold": True, "outputs": []},
        {"outputs": [{"rtmpUrl": "rtmps://live.example:443/app/key"}]},
    ],
)
def test_a_page_at_a_limit_is_taken(page: dict[str, Any]) -> None:
    """The limits themselves are within them."""
    caller = WebCaller()

    assert caller.start(caller.acquire(), request=web(**page)).status == 200


def test_a_start_of_a_page_has_members_of_its_own() -> None:
    """One web recorder, no service twice or unknown, nothing about a channel."""
    services = web([])["extensionServiceConfig"]["extensionServices"]
    config = "extensionServiceConfig"
    for broken in (
        {config: {"extensionServices": services[1:]}},
        {config: {"extensionServices": services * 2}},
        {config: {"extensionServices": [*services, {"serviceName": "aliyun_vod_service"}]}},
        {config: {"extensionServices": services, "errorHandlePolicy": "error_ignore"}},
        {config: {"extensionServices": [{**services[0], "errorHandlePolicy": "error_ignore"}]}},
        {config: {"extensionServices": []}},
        {config: None},
        {"recordingConfig": {"channelType": 0}},
        {"snapshotConfig": {"fileType": ["jpg"]}},
        {"recordingFileConfig": {"avFileType": ["mp4"]}},
    ):
        caller = WebCaller()

        assert caller.start(caller.acquire(), request={**web(), **broken}).code == 2


def test_a_file_config_may_be_required_of_pages() -> None:
    """Newer pages say so."""
    request = web()
    del request["recordingFileConfig"]
    strict, lenient = WebCaller(recording_file_config_required=True), WebCaller()

    assert strict.start(strict.acquire(), request=request).code == 2
    assert lenient.start(lenient.acquire(), request=request).code is None


@pytest.mark.parametrize(("scene", "code"), [(0, 432), (1, None), (2, 432)])
def test_a_page_needs_a_resource_for_pages(scene: int, code: int | None) -> None:
    """Scene 1, and no other."""
    caller = WebCaller()

    assert caller.start(caller.acquire(scene=scene), request=web()).code == code


def test_the_life_of_a_page() -> None:
    """Loaded, recorded, stopped: what query and stop say of it."""
    caller = WebCaller(ready_after=10, in_progress_after=30)
    query = caller.begin(request=web())
    loading = caller.response(query, NOW + 9)
    recorded = caller.response(query, NOW + 40)
    stop = caller.stop(query, NOW + 50)
    stem = f"a/b/{query.sid}_room"
    start = int(NOW + 30) * 1000
    files = [
        {"filename": f"{stem}.m3u8", "sliceStartTime": start},
        {"filename": f"{stem}_0.mp4", "sliceStartTime": start},
    ]
    recorder = {"state": "inProgress", "onhold": False, "fileList": files}

    assert (set(loading), loading["status"]) == ({"status", "extensionServiceState"}, 3)
    assert payloads(loading) == {
        "web_recorder_service": {**recorder, "state": "init", "fileList": []}
    }
    assert (recorded["status"], payloads(recorded)) == (4, {"web_recorder_service": recorder})
    assert set(stop.body["serverResponse"]) == {"extensionServiceState"}
    assert payloads(stop.body["serverResponse"]) == {
        "upload_service": {"uploadingStatus": "uploaded"},
        "web_recorder_service": {**recorder, "state": "exit"},
    }


def test_a_page_asks_for_no_users() -> None:
    """It has no idle end, and rules for users of channels do not reach it."""
    caller = WebCaller(channels_have_users=False)
    query = caller.begin(request=web())
    rule = {"appid": "app", "cname": "room", "privileges": ["join_channel"]}
    caller.world.carry_out(Call(Operation.KICKING_RULE, "app", body=rule), NOW + 1)
    later = caller.world.recordings(NOW + HOUR)[0]

    assert (later.ended_at, caller.stop(query, NOW + HOUR).status) == (None, 200)


@pytest.mark.parametrize("hours", [1, 720])
def test_a_page_ends_by_itself(hours: int) -> None:
    """After maxRecordingHour, to the second; its end is a normal one."""
    caller = WebCaller(exiting_seconds=10)
    query = caller.begin(request=web(maxRecordingHour=hours))
    end = NOW + hours * HOUR
    running = caller.ended(end - 1)

    assert running == (None, None)
    assert caller.ended(end + 1) == (EndReason.MAX_RECORDING_HOUR, end)
    assert hours == 720 or caller.response(query, end + 1)["status"] in {6, 7}


@pytest.mark.parametrize(("minutes", "parts"), [(30, 4), (60, 2), (120, 1)])
def test_a_new_video_begins_after_the_longest_duration(minutes: int, parts: int) -> None:
    """Numbered from 0."""
    caller = WebCaller(in_progress_after=0, ready_after=0)
    query = caller.begin(request=web(maxVideoDuration=minutes))
    files = names(caller.services(query, NOW + 2 * HOUR - 1))

    assert files[1:] == [f"a/b/{query.sid}_room_{number}.mp4" for number in range(parts)]


def test_a_held_page_makes_no_files_until_it_is_resumed() -> None:
    """It is open and billed all the same."""
    caller = WebCaller()
    query = caller.begin(request=web(onhold=True))
    held = caller.services(query, NOW + 60)["web_recorder_service"]
    resumed = caller.hold(query, NOW + 100, onhold=False)
    going = caller.services(query, NOW + 160)["web_recorder_service"]
    caller.hold(query, NOW + 200)

    assert held == {"state": "inProgress", "onhold": True, "fileList": []}
    assert (resumed.status, going["onhold"]) == (200, False)
    assert going["fileList"][0]["sliceStartTime"] == (NOW + 100) * 1000
    assert caller.services(query, NOW + 201)["web_recorder_service"]["onhold"] is True
    assert (caller.entry(NOW + 300)["onhold"], caller.entry(NOW + 300)["seconds"]) == (True, 300)


def test_a_page_that_was_never_resumed_has_no_files() -> None:
    """A stop says so with an empty list."""
    caller = WebCaller()
    query = caller.begin(request=web(onhold=True))
    response = payloads(caller.stop(query, NOW + 60).body["serverResponse"])

    assert response["web_recorder_service"]["fileList"] == []


def test_a_hold_before_the_first_slice_puts_it_off() -> None:
    """Until the page is resumed; holding and resuming may be repeated."""
    caller = WebCaller(in_progress_after=30)
    query = caller.begin(request=web())
    for at, onhold in ((10, True), (20, True), (50, False), (60, False)):
        caller.hold(query, NOW + at, onhold=onhold)
    (first, *_) = caller.services(query, NOW + 70)["web_recorder_service"]["fileList"]

    assert first["sliceStartTime"] == (NOW + 50) * 1000


@pytest.mark.parametrize(
    ("at", "hold", "reachable", "status"),
    [
        (5, False, True, "connecting"),
        (60, False, True, "publishing"),
        (60, True, True, "onhold"),
        (60, False, False, "disconnected"),
    ],
)
def test_the_stream_of_a_page_has_a_status(
    at: float,
    hold: bool,  # noqa: FBT001 - a column
    reachable: bool,  # noqa: FBT001 - a column
    status: str,
) -> None:
    """In words, beside its address."""
    caller = WebCaller(ready_after=10, rtmp_reachable=reachable)
    query = caller.begin(request=web([{"rtmpUrl": URL}], onhold=hold))

    assert caller.services(query, NOW + at)["rtmp_publish_service"] == {
        "outputs": [{"rtmpUrl": URL, "status": status}]
    }


def test_where_a_page_is_streamed_can_be_changed() -> None:
    """To one output or none; the ledger has the last, without its key."""
    caller = WebCaller()
    query = caller.begin(request=web())
    before = caller.entry()["outputs"]
    caller.update(query, NOW + 1, rtmpPublishConfig={"outputs": [{"rtmpUrl": URL}]})
    streamed = caller.entry()["outputs"]
    caller.update(query, NOW + 2, rtmpPublishConfig={"outputs": []})

    assert (before, streamed) == ([], ["rtmp://live.example/***"])
    assert set(caller.services(query, NOW + 60)) == {"web_recorder_service"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"webRecordingConfig": {}},
        {"webRecordingConfig": {"onhold": "true"}},
        {"webRecordingConfig": {"onHold": True}},
        {"rtmpPublishConfig": {"outputs": [{"rtmpUrl": URL}] * 2}},
        {"rtmpPublishConfig": {"outputs": [{"rtmpUrl": "live.example"}]}},
        {"rtmpPublishConfig": {}},
        {"streamSubscribe": {}},
    ],
)
def test_a_broken_change_of_a_page_is_refused(change: dict[str, object]) -> None:
    """And nothing is changed."""
    caller = WebCaller()
    query = caller.begin(request=web())

    assert caller.update(query, NOW + 1, **change).code == 2
    assert caller.entry()["onhold"] is False


def test_a_page_of_error_ends_the_recording() -> None:
    """As soon as it is opened, abnormally."""
    caller = WebCaller(page_status=503, exiting_seconds=60, ready_after=5)
    query = caller.begin(request=web())

    assert caller.response(query, NOW + 4)["status"] == 3
    assert caller.response(query, NOW + 6)["status"] == 20
    assert caller.services(query, NOW + 6)["web_recorder_service"]["state"] == "exit"
    assert caller.ended(NOW + 6) == (EndReason.PAGE_FAILED, NOW + 5)


@pytest.mark.parametrize(
    ("timeout", "says_after", "ready", "end"),
    [
        (0, None, 5, None),
        (20, 15, 20, None),
        (20, 20, 25, None),
        (20, 21, None, 45),
        (9, None, None, 23),
    ],
)
def test_a_page_can_be_waited_for(
    timeout: int, says_after: float | None, ready: float | None, end: float | None
) -> None:
    """It is loaded once more when it does not say that it is ready, and then given up."""
    caller = WebCaller(page_ready_seconds=says_after, ready_after=5, in_progress_after=0)
    query = caller.begin(request=web(readyTimeout=timeout))
    if ready is not None:
        states = [
            caller.services(query, NOW + at)["web_recorder_service"] for at in (ready - 1, ready)
        ]

        assert [state["state"] for state in states] == ["init", "inProgress"]
        assert states[1]["fileList"][0]["sliceStartTime"] == (NOW + ready) * 1000
    reason = None if end is None else EndReason.PAGE_FAILED

    assert caller.ended(NOW + 100) == (reason, None if end is None else NOW + end)


@pytest.mark.parametrize("status", [0, 4, 5])
def test_the_status_of_a_page_can_be_chosen(status: int) -> None:
    """Agora's examples have 4, and 0 together with inProgress."""
    caller = WebCaller(web_running_status=status)
    query = caller.begin(request=web())

    assert caller.response(query, NOW + 60)["status"] == status


def test_misspelt_answers_can_be_had() -> None:
    """As older pages have them."""
    caller = WebCaller(web_payload_key="playload", web_file_name_key="fileName")
    query = caller.begin(request=web())
    response = caller.stop(query, NOW + 60).body["serverResponse"]
    recorder = payloads(response, "playload")["web_recorder_service"]

    assert [set(file) for file in recorder["fileList"]] == [{"fileName", "sliceStartTime"}] * 2


def test_special_characters_become_hyphens_in_names() -> None:
    """In mode web only."""
    label = "a!@#$%^&*()+_.=[]{}~|,;:?<>-b"
    caller = WebCaller()
    query = caller.begin(request=web(), channel=label)
    files = names(caller.services(query, NOW + 60))

    assert files[0] == f"a/b/{query.sid}_a{'-' * (len(label) - 3)}-b.m3u8"


def test_pages_have_a_limit_of_their_own() -> None:
    """Recordings of channels do not count for it."""
    caller = WebCaller(concurrent_web_recordings=1, concurrent_recordings=0)
    caller.begin(request=web())

    assert caller.acquired("other", "7", scene=1).code == 406
    assert caller.acquired("other", "7").code == 406
    caller.world.configure(Settings(concurrent_recordings=1), NOW)
    assert caller.acquired("other", "7").code is None


def test_the_ledger_tells_no_login_of_a_page() -> None:
    """Nor the key of its stream, in whatever member."""
    caller = WebCaller()
    caller.start(caller.acquire(), request=web([{"rtmpUrl": URL}]))
    shown = str(caller.entry()) + str(shown_request(body(web([{"rtmpUrl": URL}]))))

    assert "the-" not in shown
    assert "https://pages.example/board?***" in shown
    assert "rtmp://live.example/***" in shown


def test_a_page_over_http(recorder: Recorder, admin: Admin) -> None:
    """The whole life once with sockets: hold, resume, stop."""
    recorder.mode = "web"
    recorder.acquire(scene=1)
    recorder.start(web([{"rtmpUrl": URL}], onhold=True)).raise_for_status()
    admin.advance(300)
    recorder.post("update", {"webRecordingConfig": {"onhold": False}}).raise_for_status()
    admin.advance(10)
    queried = payloads(recorder.query().json()["serverResponse"])
    stopped = recorder.stop()

    assert len(queried["web_recorder_service"]["fileList"]) == 2
    assert set(payloads(stopped.json()["serverResponse"])) == {
        "upload_service",
        "web_recorder_service",
        "rtmp_publish_service",
    }
    assert admin.ledger(recorder.channel)["recordings"][0]["endReason"] == "Stopped"


def test_a_stop_of_a_page_waits_for_its_uploads(recorder: Recorder, admin: Admin) -> None:
    """Beyond the limit it gives up, as in the other modes."""
    recorder.mode = "web"
    recorder.acquire(scene=1)
    recorder.start(web())
    admin.set(stop_seconds=30, sync_stop_limit_seconds=0)

    assert recorder.stop().json()["code"] == 50
