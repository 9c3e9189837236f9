"""What Agora is told of a page that is recorded."""

from datetime import timedelta

import pytest

from agora_recording.agora.wire import Extension, ServerResponse
from agora_recording.crd.mode import AudioProfile, FileType
from agora_recording.crd.model import SecretKeyReference
from agora_recording.crd.project import CertificateReference
from agora_recording.crd.recording import MODES
from agora_recording.crd.web import Device, PageVideo, Web
from agora_recording.domain.topic import ON_HOLD, WRITING, Topic
from agora_recording.translate import requests, web
from agora_recording.translate.placement import SCENES, acquire_request
from agora_recording.translate.secrets import Purpose, SecretNeed, needs_of, project_needs_of, unfit
from builders import NOW, attempt, page_spec, project, spec, storage

KEYS = {"accessKey": "access", "secretKey": "secret"}
SECRETS = {
    Purpose.STORAGE: KEYS,
    Purpose.WEB_URL: {"url": "https://example.com/?token=hidden"},
    Purpose.RTMP_URL: {"url": "rtmp://example.com/live/key"},
}
FROM_SECRET = {"url": None, "url_secret_ref": SecretKeyReference(name="page", key="address")}
TO_SECRET = {"rtmp_url_secret_ref": SecretKeyReference(name="stream", key="target")}
RECORDER = {
    "url": "https://example.com/stage",
    "audioProfile": 0,
    "videoWidth": 1280,
    "videoHeight": 720,
    "videoFps": 15,
    "mobile": False,
    "maxRecordingHour": 2,
    "maxVideoDuration": 120,
    "onhold": False,
    "readyTimeout": 0,
}


def recorder(**param: object) -> dict[str, object]:
    """Return the service that records the page."""
    return {
        "serviceName": "web_recorder_service",
        "errorHandlePolicy": "error_abort",
        "serviceParam": {**RECORDER, **param},
    }


def pushing(url: str) -> dict[str, object]:
    """Return the service that streams the page elsewhere."""
    return {
        "serviceName": "rtmp_publish_service",
        "errorHandlePolicy": "error_ignore",
        "serviceParam": {"outputs": [{"rtmpUrl": url}]},
    }


def services(request: object) -> list[object]:
    """Return the services of a start."""
    return request["extensionServiceConfig"]["extensionServices"]  # type: ignore[index]


def test_the_shortest_page() -> None:
    """Everything that the user leaves out is said, and nothing of a channel is."""
    request = requests.start_request(page_spec(), storage(), SECRETS)

    assert request == {
        "extensionServiceConfig": {
            "errorHandlePolicy": "error_abort",
            "extensionServices": [recorder()],
        },
        "recordingFileConfig": {"avFileType": ["hls"]},
        "storageConfig": request["storageConfig"],
    }
    assert request["storageConfig"]["bucket"] == "bucket"


def test_the_fullest_page() -> None:
    """Every field arrives under Agora's name."""
    wanted = page_spec(
        audio_profile=AudioProfile.HIGH_QUALITY_STEREO,
        video=PageVideo(width=720, height=1280, fps=60, bitrate_kbps=8000),
        device=Device.MOBILE,
        ready_timeout_seconds=60,
        file_types=(FileType.HLS, FileType.MP4),
        max_file_seconds=14_400,
        on_hold=True,
        rtmp_url="rtmps://example.com/live/key",
    )
    request = requests.start_request(wanted, storage(), SECRETS)

    assert request["recordingFileConfig"] == {"avFileType": ["hls", "mp4"]}
    assert services(request) == [
        recorder(
            audioProfile=2,
            videoWidth=720,
            videoHeight=1280,
            videoFps=60,
            videoBitrate=8000,
            mobile=True,
            maxVideoDuration=240,
            onhold=True,
            readyTimeout=60,
        ),
        pushing("rtmps://example.com/live/key"),
    ]


def test_urls_that_are_secrets_come_from_their_secrets() -> None:
    """The one of the page, and the one of the stream."""
    request = requests.start_request(page_spec(**FROM_SECRET, **TO_SECRET), storage(), SECRETS)

    assert services(request) == [
        recorder(url="https://example.com/?token=hidden"),
        pushing("rtmp://example.com/live/key"),
    ]


def test_a_start_can_be_repeated_without_its_urls() -> None:
    """What stands for the page is one that anybody can open; nothing stands for a stream."""
    request = requests.start_request(page_spec(**FROM_SECRET, **TO_SECRET), storage(), {})

    assert services(request) == [recorder(url="https://example.com/")]


def test_only_the_secrets_that_a_page_names_are_needed() -> None:
    """By the keys that it names; a mixed recording has no page."""
    needs = needs_of(page_spec(**FROM_SECRET, **TO_SECRET), storage())

    assert needs[Purpose.WEB_URL] == SecretNeed("page", {"url": "address"})
    assert needs[Purpose.RTMP_URL] == SecretNeed("stream", {"url": "target"})
    assert set(needs_of(page_spec(), storage())) == {Purpose.STORAGE}
    assert set(needs_of(spec(), storage())) == {Purpose.STORAGE}


def test_no_token_is_made_for_a_page() -> None:
    """It joins no channel, so the App Certificate is not even read."""
    made = project(app_certificate_secret_ref=CertificateReference(name="certificate"))

    assert project_needs_of(made, page_spec()) == {}
    assert set(project_needs_of(made, spec())) == {Purpose.CERTIFICATE}


@pytest.mark.parametrize(
    ("purpose", "url", "why"),
    [
        (Purpose.WEB_URL, "https://a", None),
        (Purpose.WEB_URL, "http://a", None),
        (Purpose.WEB_URL, "a?token=hidden", "must begin with https:// or http://"),
        (Purpose.RTMP_URL, "rtmps://a", None),
        (Purpose.RTMP_URL, "rtmp://a", None),
        (Purpose.RTMP_URL, "https://a/hidden", "must begin with rtmps:// or rtmp://"),
    ],
)
def test_a_secret_must_hold_a_url(purpose: Purpose, url: str, why: str | None) -> None:
    """Why one is of no use is said without a word of it."""
    assert unfit(purpose, {"url": url}) == ({"url": why} if why else {})


@pytest.mark.parametrize(("seconds", "hours"), [(1, 1), (3600, 1), (3601, 2), (2_592_000, 720)])
def test_the_longest_time_is_told_in_whole_hours(seconds: int, hours: int) -> None:
    """Agora ends it no sooner than the spec says."""
    wanted = page_spec().model_copy(update={"max_duration_seconds": seconds})
    (service,) = services(requests.start_request(wanted, storage(), SECRETS))

    assert service == recorder(maxRecordingHour=hours)


def test_only_of_a_page_it_is_known_by_when_agora_ends_it() -> None:
    """Eight minutes until its start can be no more, its whole hours, and ten minutes of margin."""
    ends = {"must_end_by": NOW + timedelta(hours=2, minutes=18)}

    assert requests.pinned_end(page_spec(), NOW) == ends
    assert requests.pinned_end(spec(max_duration_seconds=5400), NOW) == {}


@pytest.mark.parametrize(("wanted", "scene"), [(spec(), 0), (page_spec(), 1)])
def test_a_resource_is_acquired_for_its_mode(wanted: object, scene: int) -> None:
    """The mode of the start must fit the scene."""
    request = acquire_request(wanted, ())  # type: ignore[arg-type]

    assert request == {"scene": scene, "resourceExpiredHour": 720}


def test_the_scenes_are_those_of_all_modes() -> None:
    """No mode is without one."""
    assert set(MODES) == set(SCENES)


def test_a_probe_of_a_page_writes_and_streams_nothing() -> None:
    """The page is the same, since no other is known that Agora can open (protocol 16)."""
    wanted = page_spec(**FROM_SECRET, **TO_SECRET, on_hold=False)
    request = requests.probe_request(wanted, 7, storage(), SECRETS)

    assert services(request) == [
        recorder(url="https://example.com/?token=hidden", onhold=True, maxRecordingHour=1)
    ]
    assert "recordingConfig" not in request


def test_a_page_on_hold_is_probed_without_its_url_in_the_spec_either() -> None:
    """A stream that the spec names is not begun."""
    request = requests.probe_request(page_spec(rtmp_url="rtmp://example.com/a"), 7, storage(), {})

    assert services(request) == [recorder(onhold=True, maxRecordingHour=1)]


def test_files_are_named_after_the_label_without_special_characters() -> None:
    """Of a page; in a channel they bear its name as it is (REST reference, manage files)."""
    label = "Q&A (week_1): a-b c!"
    page, channel = attempt(mode="web", channel=label), attempt(channel=label)

    assert requests.name_in_files(page) == "Q-A -week-1-- a-b c-"
    assert requests.name_in_files(channel) == label


def test_what_no_page_of_agora_names_as_special_stays_in_the_names_of_files() -> None:
    """A label may have what no channel has: a slash, quotes, letters of other scripts."""
    label = "Townhall 2026/11 \N{EN DASH} 'München' 会议"

    assert web.name_in_files(label) == label


@pytest.mark.parametrize("character", web.SPECIAL)
def test_each_special_character_stands_as_a_hyphen(character: int) -> None:
    """As many hyphens as there were characters."""
    assert web.name_in_files(f"a{chr(character)}b") == "a-b"


def told(**page: object) -> dict[Topic, str]:
    """Return what Agora should be told of a page whose Secrets are of version 1."""
    return dict(requests.wanted(page_spec(**page), None, "v1"))


def test_what_is_wanted_of_a_page_is_its_hold_and_where_it_is_streamed_to() -> None:
    """It has neither a layout nor users to choose from."""
    assert told().keys() == {Topic.HOLD, Topic.OUTPUTS}
    assert told()[Topic.HOLD] == WRITING
    assert told(on_hold=True)[Topic.HOLD] == ON_HOLD


def test_another_url_is_another_word_and_another_secret_too() -> None:
    """A word is made of the version of a Secret, and never of what it holds."""
    ref = SecretKeyReference(name="stream", key="target")
    renewed = requests.wanted(page_spec(rtmp_url_secret_ref=ref), None, "v2")
    words = [
        told()[Topic.OUTPUTS],
        told(rtmp_url="rtmp://a/1")[Topic.OUTPUTS],
        told(rtmp_url="rtmp://a/2")[Topic.OUTPUTS],
        told(rtmp_url_secret_ref=ref)[Topic.OUTPUTS],
        renewed[Topic.OUTPUTS],
    ]
    assert len(set(words)) == len(words)


def test_where_to_stream_to_is_told_once_its_secret_was_read() -> None:
    """Until then nothing can be said of it."""
    ref = SecretKeyReference(name="stream", key="target")
    assert requests.wanted(page_spec(rtmp_url_secret_ref=ref), None, None).keys() == {Topic.HOLD}


@pytest.mark.parametrize(
    ("page", "topic", "request_"),
    [
        ({"on_hold": True}, Topic.HOLD, {"webRecordingConfig": {"onhold": True}}),
        ({}, Topic.HOLD, {"webRecordingConfig": {"onhold": False}}),
        ({}, Topic.OUTPUTS, {"rtmpPublishConfig": {"outputs": []}}),
        (
            TO_SECRET,
            Topic.OUTPUTS,
            {"rtmpPublishConfig": {"outputs": [{"rtmpUrl": "rtmp://example.com/live/key"}]}},
        ),
    ],
    ids=["hold", "resume", "stream nowhere", "stream somewhere"],
)
def test_a_change_is_told_alone(
    page: dict[str, object], topic: Topic, request_: dict[str, object]
) -> None:
    """An empty list ends the streaming."""
    assert requests.update(topic, page_spec(**page), None, SECRETS) == request_


RTMP = "rtmp_publish_service"


@pytest.mark.parametrize(
    ("said", "page", "elsewhere"),
    [
        (Extension(RTMP, urls=("rtmp://b",)), {"rtmp_url": "rtmp://a"}, True),
        (Extension(RTMP, urls=("rtmp://a",)), {"rtmp_url": "rtmp://a"}, False),
        (Extension(RTMP), {"rtmp_url": "rtmp://a"}, True),
        (Extension("web_recorder_service"), {"rtmp_url": "rtmp://a"}, False),
        (Extension(RTMP, urls=("rtmp://a",)), {}, False),
        (Extension(RTMP, urls=("rtmp://a",)), TO_SECRET, False),
    ],
    ids=["another", "there", "none", "silent", "not wanted", "unread"],
)
def test_another_url_than_the_one_that_is_wanted_is_noticed(
    said: Extension, page: dict[str, object], *, elsewhere: bool
) -> None:
    """A change whose answer was lost may come late, and undo a later one."""
    response = ServerResponse(status=5, extensions=(said,))
    assert web.streams_elsewhere(page_spec(**page).web or Web(), response, {}) is elsewhere


def test_the_url_of_a_stream_is_not_shown() -> None:
    """It holds the key of the stream."""
    assert "hidden" not in repr(Extension("rtmp_publish_service", urls=("rtmp://a/hidden",)))
