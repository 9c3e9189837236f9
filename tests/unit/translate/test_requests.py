from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora.hosts import HOSTS
from agora_recording.crd.layout import (
    CustomLayout,
    Fit,
    Layout,
    LayoutType,
    Region,
    UserBackground,
    VerticalLayout,
)
from agora_recording.crd.mode import (
    MODES,
    AudioProfile,
    FileType,
    Individual,
    Media,
    Mix,
    StreamMode,
    Video,
    VideoStream,
)
from agora_recording.crd.project import Area
from agora_recording.crd.recording import ChannelProfile, CloudRecordingSpec
from agora_recording.crd.storage import Encryption
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.crd.vendor import REGION_NUMBERS, VENDOR_NUMBERS, StorageVendor
from agora_recording.domain.claim import derived_uid
from agora_recording.domain.topic import Topic
from agora_recording.translate import requests, rtc
from agora_recording.translate.secrets import Purpose
from agora_recording.translate.storage import ENCRYPTIONS, NOWHERE, place, storage_config
from builders import page_spec, spec, storage

KEYS = {"accessKey": "access", "secretKey": "secret"}
SECRETS = {Purpose.STORAGE: KEYS}
ALL = ["#allstream#"]
MP4_FIRST = (FileType.MP4, FileType.HLS)


def test_the_shortest_spec() -> None:
    """Everything that the user leaves out has a value that Agora documents."""
    expected = {
        "recordingConfig": {
            "channelType": 0,
            "streamTypes": 2,
            "videoStreamType": 0,
            "audioProfile": 0,
            "maxIdleTime": 300,
            "transcodingConfig": {
                "mixedVideoLayout": 0,
                "backgroundColor": "#000000",
                "width": 360,
                "height": 640,
                "fps": 15,
                "bitrate": 500,
            },
        },
        "recordingFileConfig": {"avFileType": ["hls"]},
        "storageConfig": {
            "vendor": 1,
            "region": 0,
            "bucket": "bucket",
            "accessKey": "access",
            "secretKey": "secret",
        },
    }

    assert expected == requests.start_request(spec(), storage(), SECRETS)


def test_the_fullest_spec() -> None:
    """Every field arrives under Agora's name."""
    mix = Mix(
        media=Media.AUDIO_AND_VIDEO,
        video_stream=VideoStream.LOW,
        audio_profile=AudioProfile.HIGH_QUALITY_STEREO,
        video=Video(width=1280, height=720, fps=30, bitrate_kbps=2000),
        layout=Layout(
            type=LayoutType.VERTICAL,
            background_color="#101010",
            vertical=VerticalLayout(large_uid=9),
        ),
        file_types=(FileType.HLS, FileType.MP4),
    )
    wanted = spec(
        mix=mix,
        channel_profile=ChannelProfile.LIVE_BROADCASTING,
        max_idle_seconds=60,
        subscription=Subscription(audio=Selection(include=(1, 2)), video=Selection(exclude=(3,))),
    )
    request = requests.start_request(wanted, storage(prefix="team/standup"), SECRETS)

    assert request["recordingConfig"] == {
        "channelType": 1,
        "streamTypes": 2,
        "videoStreamType": 1,
        "audioProfile": 2,
        "maxIdleTime": 60,
        "subscribeAudioUids": ["1", "2"],
        "unsubscribeVideoUids": ["3"],
        "transcodingConfig": {
            "width": 1280,
            "height": 720,
            "fps": 30,
            "bitrate": 2000,
            "mixedVideoLayout": 2,
            "backgroundColor": "#101010",
            "maxResolutionUid": "9",
        },
    }
    assert request["recordingFileConfig"] == {"avFileType": ["hls", "mp4"]}
    assert request["storageConfig"]["fileNamePrefix"] == ["team", "standup"]


@pytest.mark.parametrize(
    "wanted",
    [spec(mix=Mix(file_types=MP4_FIRST)), page_spec(file_types=MP4_FIRST)],
    ids=["mix", "web"],
)
def test_file_types_are_sent_in_the_order_of_agoras_pages(wanted: CloudRecordingSpec) -> None:
    """In whichever order a manifest lists them: the pages know hls before mp4 alone."""
    request = requests.start_request(wanted, storage(), SECRETS)

    assert request["recordingFileConfig"] == {"avFileType": ["hls", "mp4"]}


def test_a_recording_of_sound_has_no_picture() -> None:
    """TranscodingConfig and lists of video are left out."""
    wanted = spec(mix=Mix(media=Media.AUDIO), subscription=Subscription())
    config = requests.start_request(wanted, storage(), SECRETS)["recordingConfig"]

    assert "transcodingConfig" not in config
    assert config["subscribeAudioUids"] == ALL
    assert "subscribeVideoUids" not in config


def test_a_custom_layout() -> None:
    """Regions keep their order; who is not named is left out."""
    regions = (
        Region(uid=5, left=0, top=0, width=0.5, height=1),
        Region(left=0.5, top=0, width=0.5, height=1, alpha=0.5, fit=Fit.FIT),
    )
    wanted = Layout(type=LayoutType.CUSTOM, custom=CustomLayout(regions=regions))

    assert rtc.layout(wanted) == {
        "mixedVideoLayout": 3,
        "backgroundColor": "#000000",
        "layoutConfig": [
            {
                "uid": "5",
                "x_axis": 0,
                "y_axis": 0,
                "width": 0.5,
                "height": 1,
                "alpha": 1,
                "render_mode": 0,
            },
            {"x_axis": 0.5, "y_axis": 0, "width": 0.5, "height": 1, "alpha": 0.5, "render_mode": 1},
        ],
    }


def test_images_where_no_picture_is() -> None:
    """Of the canvas, of anybody, and of single users."""
    walls = (
        UserBackground(uid=5, image_url="https://images.test/5.jpg"),
        UserBackground(uid=6, image_url="https://images.test/6.jpg", fit=Fit.FIT),
    )
    wanted = Layout(
        background_image_url="https://images.test/wall.jpg",
        default_user_image_url="https://images.test/nobody.jpg",
        user_backgrounds=walls,
    )

    assert rtc.layout(wanted) == {
        "mixedVideoLayout": 0,
        "backgroundColor": "#000000",
        "backgroundImage": "https://images.test/wall.jpg",
        "defaultUserBackgroundImage": "https://images.test/nobody.jpg",
        "backgroundConfig": [
            {"uid": "5", "image_url": "https://images.test/5.jpg", "render_mode": 0},
            {"uid": "6", "image_url": "https://images.test/6.jpg", "render_mode": 1},
        ],
    }


@pytest.mark.parametrize(
    ("media", "given_", "audio", "video"),
    [
        (Media.AUDIO_AND_VIDEO, None, {"subscribeAudioUids": ALL}, {"subscribeVideoUids": ALL}),
        (
            Media.AUDIO_AND_VIDEO,
            Subscription(audio=Selection(include=(1,))),
            {"subscribeAudioUids": ["1"]},
            {"subscribeVideoUids": ALL},
        ),
        (
            Media.AUDIO_AND_VIDEO,
            Subscription(video=Selection(exclude=(1,))),
            {"subscribeAudioUids": ALL},
            {"unsubscribeVideoUids": ["1"]},
        ),
        (Media.AUDIO, Subscription(), {"subscribeAudioUids": ALL}, None),
        (Media.VIDEO, Subscription(), None, {"subscribeVideoUids": ALL}),
    ],
    ids=[
        "nothing given is everybody",
        "sound of one, picture of all",
        "picture of all but one, sound of all",
        "sound only",
        "picture only",
    ],
)
def test_subscriptions(
    media: Media, given_: Subscription | None, audio: object, video: object
) -> None:
    """A list for one medium alone would silence the other."""
    lists = rtc.subscription(spec(mix=Mix(media=media), subscription=given_))

    assert audio == lists["streamSubscribe"].get("audioUidList")
    assert video == lists["streamSubscribe"].get("videoUidList")


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (rtc.CHANNEL_TYPES, ChannelProfile),
        (rtc.STREAM_TYPES, Media),
        (rtc.VIDEO_STREAM_TYPES, VideoStream),
        (rtc.STREAM_MODES, StreamMode),
        (rtc.AUDIO_PROFILES, AudioProfile),
        (rtc.LAYOUTS, LayoutType),
        (rtc.RENDER_MODES, Fit),
        (rtc.FILE_TYPES, FileType),
        (HOSTS, Area),
        (VENDOR_NUMBERS, StorageVendor),
        (REGION_NUMBERS, StorageVendor),
        (ENCRYPTIONS, Encryption),
    ],
)
def test_every_word_has_its_number(mapping: dict[Enum, object], words: type[Enum]) -> None:
    """No member of an enumeration is missing."""
    assert set(words) == set(mapping)


@pytest.mark.parametrize(
    ("members", "mode"), [({"mix": Mix()}, "mix"), ({"individual": Individual()}, "individual")]
)
def test_the_member_that_is_set_is_the_mode(members: dict[str, object], mode: str) -> None:
    """In Agora's word; of each that joins a channel there is a least that a probe asks for."""
    assert spec(**{"mix": None, **members}).mode == mode
    assert requests.LEAST.keys() == set(MODES) - {"web"}


@pytest.mark.parametrize(
    ("vendor", "region", "number"),
    [(v, name, number) for v, names in REGION_NUMBERS.items() for name, number in names.items()],
)
def test_every_region_arrives(vendor: StorageVendor, region: str, number: int) -> None:
    """A region is sent as Agora's number of it."""
    config = storage_config(storage(vendor=vendor, region=region), KEYS)

    assert (VENDOR_NUMBERS[vendor], number) == (config["vendor"], config["region"])


def test_what_only_some_vendors_have_arrives() -> None:
    """An endpoint, an encryption and a tag, each under Agora's name and alone."""
    own = storage(vendor=StorageVendor.S3_COMPATIBLE, region="eu", endpoint="s3.example.com/v1")
    amazon = storage(encryption=Encryption.KMS, object_tag="team=standup")
    config = storage_config(own, KEYS)

    assert (config["vendor"], config["region"]) == (11, 0)
    assert config["extensionParams"] == {"endpoint": "s3.example.com/v1"}
    assert storage_config(amazon, KEYS)["extensionParams"] == {"sse": "kms", "tag": "team=standup"}
    assert "extensionParams" not in storage_config(storage(), KEYS)


def test_a_storage_of_ones_own_is_searched_over_https() -> None:
    """Its endpoint is a host; what is searched is a URL."""
    own = storage(vendor=StorageVendor.S3_COMPATIBLE, region=None, endpoint="s3.example.com/v1")

    assert place(own, KEYS).endpoint == "https://s3.example.com/v1"
    assert place(storage(), KEYS).endpoint is None


def test_a_region_by_number_wins() -> None:
    """A region newer than this release is given by its number."""
    config = storage_config(storage(region=None, region_number=99), KEYS)

    assert config["region"] == 99


names = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=20)


@given(names, names, names, names)
def test_a_derived_uid_is_one_that_agora_takes(
    app: str, channel: str, space: str, name: str
) -> None:
    """1 to 2^31 - 1, and always the same."""
    uid = derived_uid(app, channel, space, name)

    assert 1 <= uid <= 2**31 - 1
    assert uid == derived_uid(app, channel, space, name)


def test_derived_uids_differ() -> None:
    """Each of the four parts counts, and their borders."""
    uids = {
        derived_uid(*parts)
        for parts in [
            ("a", "b", "c", "d"),
            ("x", "b", "c", "d"),
            ("a", "x", "c", "d"),
            ("a", "b", "x", "d"),
            ("a", "b", "c", "x"),
            ("ab", "", "c", "d"),
        ]
    }

    assert len(uids) == 6


def test_a_derived_uid_never_changes_between_releases() -> None:
    """Another uid would be another recording, paid for twice."""
    assert derived_uid("app", "channel", "default", "standup") == 1_072_885_320


def test_hashes_follow_what_agora_is_told() -> None:
    """A default that is written out is no change; another layout is."""
    plain = requests.wanted(spec())

    assert plain == requests.wanted(spec(mix=Mix(layout=Layout()), subscription=Subscription()))
    changed = requests.wanted(spec(mix=Mix(layout=Layout(type=LayoutType.BEST_FIT))))
    assert plain[Topic.LAYOUT] != changed[Topic.LAYOUT]
    assert plain[Topic.SUBSCRIPTION] == changed[Topic.SUBSCRIPTION]


@pytest.mark.parametrize("media", Media)
def test_a_probe_asks_for_as_little_as_agora_takes(media: Media) -> None:
    """Sound only, of nobody, for the shortest time, whatever the spec says (protocol 16)."""
    video = Selection(include=(5,))
    wanted = spec(
        mix=Mix(media=media), subscription=Subscription(video=video), max_idle_seconds=999
    )
    request = requests.probe_request(wanted, 7, storage(), SECRETS)

    assert request["recordingConfig"] == {
        "channelType": 0,
        "streamTypes": 0,
        "videoStreamType": 0,
        "audioProfile": 0,
        "maxIdleTime": 5,
        "subscribeAudioUids": ["7"],
    }


def test_a_start_can_be_repeated_without_its_keys() -> None:
    """What stands for them is no secret, and Agora takes it."""
    config = storage_config(NOWHERE, {})

    assert (config["accessKey"], config["secretKey"]) == ("none", "none")
