"""What the simulator answers is what Agora's pages show: the answers of tests/answers."""

import json
from collections.abc import Callable
from functools import partial
from inspect import getmembers, isfunction, signature
from typing import Any, Final

import httpx
import pytest

from agora_simulator import replies
from agora_simulator.replies import Reply
from answers.answer import ANSWERS, Answer
from proofs.book import Proves
from proofs.row import answered
from simulator.client import APP, START, STORAGE, Admin, Recorder

SIMULATED: Final = [answer for answer in ANSWERS if answer.simulated]
IDS: Final = {"cname": "room", "uid": "7", "resourceId": "resource"}
TOLD_AS_THEY_ARE: Final = frozenset(
    {
        "code",
        "reason",
        "message",
        "fileListMode",
        "uploadingStatus",
        "trackType",
        "mixedAllUser",
        "serviceName",
        "state",
        "onhold",
        "status",
    }
)
"""Members that must have the value of the file; others need only be of its type."""
MP4: Final = {**START, "recordingFileConfig": {"avFileType": ["hls", "mp4"]}}
INDIVIDUAL: Final = {
    **START,
    "recordingConfig": {"channelType": 1, "subscribeUidGroup": 0, "streamTypes": 2},
}
SCREENSHOTS: Final = {**INDIVIDUAL, "snapshotConfig": {"captureInterval": 10, "fileType": ["jpg"]}}
PAGE: Final = {
    "url": "https://pages.example",
    "audioProfile": 0,
    "videoWidth": 1280,
    "videoHeight": 720,
    "maxRecordingHour": 2,
}
STREAM: Final = {"rtmpUrl": "rtmp://live.example/app/the-key-of-this-stream"}
UPDATE: Final = {"storageConfig": STORAGE}
REQUESTS: Final = {"update": UPDATE, "updateLayout": {}, "stop": {}}


class Stage:
    """A recorder and an admin, and the ways in which a call comes to its answer."""

    def __init__(self, recorder: Recorder, admin: Admin, operation: str) -> None:
        self.recorder = recorder
        self.admin = admin
        self.operation = operation

    def call(self, body: object = None) -> httpx.Response:
        """Make the call that is asked about, as it is or with another body."""
        if self.operation == "query":
            return self.recorder.query()
        if self.operation in REQUESTS:
            path = self.recorder.path(self.operation)
            sent = self.recorder.body(REQUESTS[self.operation]) if body is None else body
            return self.recorder.http.post(path, json=sent)
        path, made = f"{self.recorder.base}/acquire", self.recorder
        if self.operation == "start":
            path = f"{made.base}/resourceid/{made.resource}/mode/{made.mode}/start"
        request = START if self.operation == "start" else {}
        sent = self.recorder.body(request) if body is None else body
        return self.recorder.http.post(path, json=sent)

    def prepared(self) -> httpx.Response:
        """Make the call where nothing hinders it."""
        if self.operation == "start":
            self.recorder.acquire()
        elif self.operation != "acquire":
            self.recorder.begin()
            self.admin.advance(250)
        return self.call()


Scene = Callable[[Stage], httpx.Response]


def refused_app(stage: Stage) -> httpx.Response:
    """Ask with an App ID that is not among the known ones."""
    stage.admin.set(apps={"another": {}}).raise_for_status()
    return stage.call()


def without_credentials(stage: Stage) -> httpx.Response:
    """Ask without a header."""
    stage.recorder.http.auth = None
    return stage.call()


def with_wrong_credentials(stage: Stage) -> httpx.Response:
    """Ask with a header that is none."""
    stage.recorder.http.auth = None
    stage.recorder.http.headers["Authorization"] = "Bearer x"
    return stage.call()


def elsewhere(stage: Stage) -> httpx.Response:
    """Ask below a path that there is not."""
    stage.recorder.base += "/nowhere"
    return stage.call()


def too_often(stage: Stage) -> httpx.Response:
    """Ask twice where once is allowed."""
    stage.admin.set(requests_per_second=1).raise_for_status()
    stage.call()
    return stage.call()


def with_an_odd_body(stage: Stage) -> httpx.Response:
    """Send what lacks members."""
    return stage.call({"cname": stage.recorder.channel})


def with_text(stage: Stage) -> httpx.Response:
    """Send what is no JSON."""
    url = str(stage.prepared().request.url)
    return stage.recorder.http.post(url, content=b"{")


def with_a_fault(name: str, **members: object) -> Scene:
    """Return a scene in which a call meets a fault."""

    def scene(stage: Stage) -> httpx.Response:
        stage.admin.fault(
            name, operation=stage.operation, channel=stage.recorder.channel, **members
        ).raise_for_status()
        return stage.prepared()

    return scene


def without_users(stage: Stage) -> httpx.Response:
    """Record where nobody is."""
    stage.admin.set(channels_have_users=False).raise_for_status()
    stage.recorder.begin()
    stage.admin.advance(10)
    return stage.call()


def at_the_beginning(stage: Stage, request: object = START) -> httpx.Response:
    """Ask as soon as all is ready, when there is no file yet."""
    stage.recorder.begin(request)
    stage.admin.advance(150)
    return stage.call()


def recorded(request: object, mode: str = "mix") -> Scene:
    """Return a scene in which something has been recorded as a request asks."""

    def scene(stage: Stage) -> httpx.Response:
        stage.recorder.mode = mode
        stage.admin.join(stage.recorder.channel, 41).raise_for_status()
        stage.recorder.begin(request)
        stage.admin.advance(250)
        return stage.call()

    return scene


def aged(seconds: float) -> Scene:
    """Return a scene in which a recording is so many seconds old."""

    def scene(stage: Stage) -> httpx.Response:
        stage.recorder.begin()
        stage.admin.advance(seconds)
        return stage.call()

    return scene


def ending(seconds: float) -> Scene:
    """Return a scene in which a recording was stopped so many seconds ago."""

    def scene(stage: Stage) -> httpx.Response:
        stage.recorder.begin()
        stage.admin.advance(250)
        stage.recorder.stop()
        stage.admin.advance(seconds)
        return stage.call()

    return scene


def broken_off(stage: Stage) -> httpx.Response:
    """Ask of a recording that broke off."""
    stage.recorder.begin()
    stage.admin.advance(250)
    path = f"/admin/recordings/{stage.recorder.sid}/exit"
    stage.admin.http.post(path, json={"abnormal": True}).raise_for_status()
    return stage.call()


def page(*outputs: object, seconds: float = 250, onhold: bool = False, **settings: object) -> Scene:
    """Return a scene in which a page is recorded, and streamed to outputs if there are any."""
    recorder = {"serviceName": "web_recorder_service", "serviceParam": {**PAGE, "onhold": onhold}}
    push = {"serviceName": "rtmp_publish_service", "serviceParam": {"outputs": outputs}}
    services = [recorder, push] if outputs else [recorder]
    request = {"storageConfig": STORAGE, "extensionServiceConfig": {"extensionServices": services}}

    def scene(stage: Stage) -> httpx.Response:
        stage.admin.set(**settings).raise_for_status()
        stage.recorder.mode = "web"
        stage.recorder.acquire(scene=1)
        stage.recorder.start(request)
        stage.admin.advance(seconds)
        return stage.call()

    return scene


def with_settings(scene: Scene, **settings: object) -> Scene:
    """Return a scene in a simulator that is set otherwise."""

    def play(stage: Stage) -> httpx.Response:
        stage.admin.set(**settings).raise_for_status()
        return scene(stage)

    return play


def without_files_yet(stage: Stage) -> httpx.Response:
    """Ask of a recording in individual mode that has no file yet."""
    stage.recorder.mode = "individual"
    return at_the_beginning(stage, INDIVIDUAL)


def again(stage: Stage, *, sid: bool) -> httpx.Response:
    """Start a resource twice."""
    stage.admin.set(already_started_carries_sid=sid).raise_for_status()
    stage.recorder.begin()
    return stage.call()


def with_a_second_resource(stage: Stage) -> httpx.Response:
    """Start what is recorded already, with another resource."""
    stage.recorder.begin()
    return stage.prepared()


def beyond_the_limit(stage: Stage) -> httpx.Response:
    """Acquire where no recording may run."""
    stage.admin.set(concurrent_recordings=0).raise_for_status()
    return stage.call()


def in_a_state(state: str) -> Scene:
    """Return a scene in which the App ID is in a state."""

    def scene(stage: Stage) -> httpx.Response:
        stage.admin.set(apps={APP: {"state": state}}).raise_for_status()
        return stage.call()

    return scene


def with_another_uid(stage: Stage) -> httpx.Response:
    """Start somebody else's resource."""
    stage.recorder.acquire()
    stage.recorder.uid = "8"
    return stage.call()


def with_a_resource_for(scene: int) -> Scene:
    """Return a scene in which a resource is started in a mode that it is not for."""

    def play(stage: Stage) -> httpx.Response:
        stage.recorder.acquire(scene=scene)
        return stage.call()

    return play


def too_late(stage: Stage) -> httpx.Response:
    """Start an old resource."""
    stage.recorder.acquire()
    stage.admin.advance(400)
    return stage.call()


def with_nonsense(stage: Stage) -> httpx.Response:
    """Start what is no resource."""
    stage.recorder.resource = "nonsense"
    return stage.call()


def at_once(stage: Stage) -> httpx.Response:
    """Stop without waiting for the upload."""
    stage.recorder.begin()
    return stage.call(stage.recorder.body({"async_stop": True}))


def twice(stage: Stage) -> httpx.Response:
    """Stop what is exiting."""
    stage.recorder.begin()
    stage.recorder.stop()
    return stage.call()


def too_slow(status: int) -> Scene:
    """Return a scene in which an upload takes too long."""

    def scene(stage: Stage) -> httpx.Response:
        stage.admin.set(
            stop_seconds=30, sync_stop_limit_seconds=0, sync_stop_limit_status=status
        ).raise_for_status()
        return stage.prepared()

    return scene


def out_of_reach(stage: Stage) -> httpx.Response:
    """Ask about a recording that there is not."""
    stage.recorder.begin()
    stage.recorder.sid = "38f8e3cfdc474cd56fc1ceba380d7e1a"
    return stage.call()


def with_an_odd_expiry(stage: Stage) -> httpx.Response:
    """Acquire for too many hours."""
    return stage.recorder.acquire(resourceExpiredHour=721)


def with_an_odd_channel(stage: Stage) -> httpx.Response:
    """Acquire for a channel that there cannot be."""
    stage.recorder.channel = "no/slash"
    return stage.call()


def with_ids_only(stage: Stage) -> httpx.Response:
    """Ask where answers do not name the target."""
    stage.admin.set(answers_name_target=False).raise_for_status()
    return stage.prepared()


def while_it_exits(stage: Stage) -> httpx.Response:
    """Ask what has just been stopped, where that is an error."""
    stage.admin.set(exiting_query_status=400).raise_for_status()
    stage.recorder.begin()
    stage.recorder.stop()
    return stage.call()


def a_rule(stage: Stage) -> httpx.Response:
    """Make a kicking rule."""
    rule = {"appid": APP, "cname": stage.recorder.channel, "uid": 8, "time": 1}
    rule["privileges"] = ["join_channel"]
    return stage.recorder.http.post("/dev/v1/kicking-rule", json=rule)


SCENES: Final[dict[str, Scene]] = {
    "app-unknown": refused_app,
    "no-credentials": without_credentials,
    "wrong-credentials": with_wrong_credentials,
    "no-route": elsewhere,
    "rate-limited": too_often,
    "parameter-refused": with_an_odd_body,
    "parameter-refused-with-500": with_settings(with_an_odd_body, bad_start_status=500),
    "request-malformed": with_text,
    "request-not-completed": with_a_fault("lose_answer", status=206),
    "request-timeout": with_a_fault("lose_answer", status=504),
    "worker-not-found": out_of_reach,
    "acquired": Stage.prepared,
    "expired-hour-refused": with_an_odd_expiry,
    "service-not-enabled": in_a_state("service_not_enabled"),
    "channel-name-refused": with_an_odd_channel,
    "app-suspended": in_a_state("disabled"),
    "too-many-recordings": beyond_the_limit,
    "acquire-internal-error": with_a_fault("server_error"),
    "started": Stage.prepared,
    "already-started": partial(again, sid=False),
    "already-started-with-sid": partial(again, sid=True),
    "task-conflict": with_a_second_resource,
    "start-timeout": with_a_fault("lose_answer", status=500),
    "resource-mismatch": with_another_uid,
    "wrong-scene": with_a_resource_for(1),
    "wrong-mode": with_a_resource_for(2),
    "resource-expired": too_late,
    "resource-unreadable": with_nonsense,
    "mix-hls": recorded(START),
    "mix-hls-no-file-yet": at_the_beginning,
    "mix-hls-mp4": recorded(MP4),
    "individual": recorded(INDIVIDUAL, "individual"),
    "individual-no-file-yet": without_files_yet,
    "screenshots": recorded(SCREENSHOTS, "individual"),
    "slice-start-in-seconds": with_settings(recorded(START), slice_start_unit="s"),
    "status-initialised": aged(30),
    "status-starting": aged(60),
    "status-partly-ready": aged(80),
    "status-stop-requested": ending(1),
    "status-stopped": ending(60),
    "status-abnormal": broken_off,
    "web": page(STREAM),
    "web-in-progress-with-status-0": page(seconds=150, onhold=True, web_running_status=0),
    "web-beginning": page(STREAM, seconds=30),
    "updated": Stage.prepared,
    "stopped-mix-hls": recorded(START),
    "stopped-mix-hls-mp4": recorded(MP4),
    "stopped-screenshots": recorded(SCREENSHOTS, "individual"),
    "stopped-async": at_once,
    "stopped-unknown": with_settings(recorded(START), uploading_status="unknown"),
    "stopped-unknow": with_settings(recorded(START), uploading_status="unknow"),
    "stopped-web": page(),
    "stopped-web-misspelt-with-outputs": page(
        STREAM, web_payload_key="playload", web_file_name_key="fileName"
    ),
    "no-recorded-data": without_users,
    "already-exiting": twice,
    "upload-too-slow": too_slow(206),
    "upload-too-slow-500": too_slow(500),
    "stop-500": with_a_fault("server_error"),
    "rule-made": a_rule,
    "acquired-older": with_ids_only,
    "started-older": with_ids_only,
    "updated-older": with_ids_only,
    "exiting-older": while_it_exits,
}
"""How each answer comes about."""


@pytest.mark.parametrize("answer", SIMULATED, ids=lambda answer: answer.id)
def test_the_simulator_answers_as_agora_does(
    recorder: Recorder, admin: Admin, answer: Answer, proves: Proves
) -> None:
    """With the same status, members and words; ids, names and times are its own."""
    stage = Stage(recorder, admin, answer.operation)
    given = SCENES[answer.row["name"]](stage)

    assert (answer.http, shape(answer.body)) == (given.status_code, shape(given.json()))
    proves(answered(answer.operation, answer.http, answer.code))


def shape(value: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return what of an answer must be the same whoever gives it."""
    if isinstance(value, dict):
        return {key: shape(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    if isinstance(value, str) and name == "fileList":
        return bool(value)
    return value if name in TOLD_AS_THEY_ARE else type(value).__name__


def test_each_answer_of_the_simulator_has_a_scene() -> None:
    """And no scene is left of an answer that it gives no more."""
    assert SCENES.keys() == {answer.row["name"] for answer in SIMULATED}


MADE: Final[dict[str, list[tuple[Any, ...]]]] = {
    "bad_body": [()],
    "not_json": [()],
    "resource_unreadable": [(400,)],
    "resource_mismatch": [(400,)],
    "resource_expired": [(400,)],
    "exiting": [(400,)],
    "wrong_scene": [(400, 1), (400, 2)],
    "rule_made": [(1,)],
    "rate_limited": [()],
    "unfinished": [(206,), (500,), (504,)],
    "upload_too_slow": [(206,), (500,)],
    "already_started": [(IDS,), ({**IDS, "sid": "sid"},)],
    "no_recorded_data": [({**IDS, "sid": "sid"},)],
    "success": [(IDS,), ({**IDS, "sid": "sid"},), ({**IDS, "sid": "sid"}, {})],
}
"""Arguments with which each function of ``replies`` makes its answers."""
TOOLS: Final = {"message", "error"}
"""Functions by which the others, and the constants, are made."""


def test_all_that_the_simulator_can_say_is_in_the_file() -> None:
    """Each constant of its replies, and each function that makes one."""
    constants = [made for _, made in getmembers(replies) if isinstance(made, Reply)]
    made = [getattr(replies, name)(*args) for name, calls in MADE.items() for args in calls]
    known = [(answer.http, shape(answer.body)) for answer in SIMULATED]

    assert [r.body for r in (*constants, *made) if (r.status, shape(r.body)) not in known] == []


def test_no_reply_is_forgotten() -> None:
    """A new one must be tried as well."""
    makers = {
        name
        for name, function in getmembers(replies, isfunction)
        if signature(function).return_annotation is Reply
    }

    assert makers == MADE.keys() | TOOLS
