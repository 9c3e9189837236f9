"""Recording each user apart: what Agora is asked for."""

import pytest

from agora_recording.crd.mode import Individual, Media, Snapshots, StreamMode, VideoStream
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.domain.topic import Topic
from agora_recording.translate import requests, rtc
from agora_recording.translate.secrets import Purpose
from builders import spec, storage

SECRETS = {Purpose.STORAGE: {"accessKey": "access", "secretKey": "secret"}}
ALL = ["#allstream#"]
LARGEST = 5


def each_user(subscription: Subscription | None = None, **members: object) -> CloudRecordingSpec:
    """Return the spec of a recording of each user."""
    individual = Individual.model_validate(members)
    return spec(mix=None, individual=individual, subscription=subscription)


def request(subscription: Subscription | None = None, **members: object) -> dict[str, object]:
    """Return what start sends."""
    return {**requests.start_request(each_user(subscription, **members), storage(), SECRETS)}


def test_the_shortest_spec() -> None:
    """Nothing of a mixed picture is sent, and room is made for everybody."""
    sent = request()

    assert sent.keys() == {"recordingConfig", "recordingFileConfig", "storageConfig"}
    assert sent["recordingFileConfig"] == {"avFileType": ["hls"]}
    assert sent["recordingConfig"] == {
        "channelType": 0,
        "streamTypes": 2,
        "videoStreamType": 0,
        "streamMode": "default",
        "subscribeUidGroup": LARGEST,
        "maxIdleTime": 300,
    }


def test_the_fullest_spec() -> None:
    """Every field arrives under Agora's name."""
    sent = request(
        media=Media.VIDEO,
        video_stream=VideoStream.LOW,
        stream_mode=StreamMode.STANDARD,
        snapshots=Snapshots(interval_seconds=60),
        subscription=Subscription(video=Selection(include=(1, 2, 3))),
    )

    assert sent["recordingConfig"] == {
        "channelType": 0,
        "streamTypes": 1,
        "videoStreamType": 1,
        "streamMode": "standard",
        "subscribeVideoUids": ["1", "2", "3"],
        "subscribeUidGroup": 1,
        "maxIdleTime": 300,
    }
    assert sent["recordingFileConfig"] == {"avFileType": ["hls"]}
    assert sent["snapshotConfig"] == {"captureInterval": 60, "fileType": ["jpg"]}


def test_screenshots_alone_have_no_files_of_media() -> None:
    """Agora refuses recordingFileConfig beside them."""
    sent = request(snapshots=Snapshots(only=True))

    assert "recordingFileConfig" not in sent
    assert sent["snapshotConfig"] == {"captureInterval": 10, "fileType": ["jpg"]}


def named(*uids: int) -> Selection:
    """Return a selection of these users."""
    return Selection(include=uids)


@pytest.mark.parametrize(
    ("users", "group"),
    [(1, 0), (2, 0), (3, 1), (7, 1), (8, 2), (12, 2), (13, 3), (17, 3), (18, 4), (32, 4)],
)
def test_the_group_is_the_one_of_so_many_users(users: int, group: int) -> None:
    """Both sides of each border."""
    uids = named(*range(1, users + 1))
    wanted = each_user(Subscription(audio=uids, video=uids))

    assert rtc.uid_group(wanted) == group


@pytest.mark.parametrize(
    ("media", "subscription", "group"),
    [
        (Media.AUDIO_AND_VIDEO, Subscription(audio=named(1, 2), video=named(2, 3)), 1),
        (Media.AUDIO_AND_VIDEO, Subscription(audio=named(*range(1, 33)), video=named(99)), LARGEST),
        (Media.AUDIO_AND_VIDEO, Subscription(audio=named(1)), LARGEST),
        (Media.AUDIO_AND_VIDEO, Subscription(video=named(1)), LARGEST),
        (Media.AUDIO, Subscription(audio=named(1)), 0),
        (Media.VIDEO, Subscription(video=named(1)), 0),
        (Media.AUDIO, Subscription(audio=Selection(exclude=(1,))), LARGEST),
        (Media.AUDIO, None, LARGEST),
    ],
    ids=[
        "a user in both lists counts once",
        "both lists together",
        "everybody's picture",
        "everybody's sound",
        "sound only",
        "picture only",
        "all but one",
        "everybody",
    ],
)
def test_the_group_cuts_nobody_off(
    media: Media, subscription: Subscription | None, group: int
) -> None:
    """Where it is not known how many come, it is the largest."""
    assert rtc.uid_group(each_user(subscription, media=media)) == group


def test_there_is_no_layout_to_tell() -> None:
    """Whose streams are recorded can change, and nothing else."""
    assert requests.wanted(each_user()).keys() == {Topic.SUBSCRIPTION}


def test_a_probe_asks_for_as_little_as_agora_takes() -> None:
    """In the same mode: sound only, of nobody, for the shortest time (protocol 16)."""
    wanted = each_user(snapshots=Snapshots(only=True), streamMode=StreamMode.STANDARD)
    sent = requests.probe_request(wanted, 7, storage(), SECRETS)

    assert sent["recordingConfig"] == {
        "channelType": 0,
        "streamTypes": 0,
        "videoStreamType": 0,
        "streamMode": "default",
        "subscribeAudioUids": ["7"],
        "subscribeUidGroup": 0,
        "maxIdleTime": 5,
    }
    assert "snapshotConfig" not in sent
    assert sent["recordingFileConfig"] == {"avFileType": ["hls"]}
