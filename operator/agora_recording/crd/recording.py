"""CloudRecording, as a user writes it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from agora_recording.crd.layout import Layout
from agora_recording.crd.model import Model, ObjectName, Uid, list_of, rules
from agora_recording.crd.storage import Storage


class ChannelProfile(StrEnum):
    """The channel's profile in the SDK of its users."""

    COMMUNICATION = "Communication"
    LIVE_BROADCASTING = "LiveBroadcasting"


class Media(StrEnum):
    """Which media are recorded."""

    AUDIO_AND_VIDEO = "AudioAndVideo"
    AUDIO = "Audio"
    VIDEO = "Video"


class VideoStream(StrEnum):
    """Which stream of a user who sends two."""

    HIGH = "High"
    LOW = "Low"


class AudioProfile(StrEnum):
    """Sound quality of the mixed recording."""

    STANDARD = "Standard"
    HIGH_QUALITY = "HighQuality"
    HIGH_QUALITY_STEREO = "HighQualityStereo"


class FileType(StrEnum):
    """A format of the recorded files."""

    HLS = "HLS"
    MP4 = "MP4"


class DesiredState(StrEnum):
    """What is wanted of the recording now."""

    RECORDING = "Recording"
    STOPPED = "Stopped"


class DeletionPolicy(StrEnum):
    """What becomes of the recording when the object is deleted."""

    STOP = "Stop"
    ORPHAN = "Orphan"


class RestartPolicy(StrEnum):
    """Whether a recording that ended without being stopped is begun again."""

    ON_FAILURE = "OnFailure"
    NEVER = "Never"
    ALWAYS = "Always"


class ProjectReference(Model):
    """The project that records."""

    kind: Literal["AgoraProject"] = "AgoraProject"
    """Kind of the project."""

    name: ObjectName = "default"
    """Name of the project, in the same namespace."""


class Video(Model):
    """Size and rate of the mixed picture."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "self.width * self.height <= 2073600",
                "width times height may be at most 1920 x 1080; make one of them smaller",
            )
        )
    )

    width: Annotated[int, Field(ge=1, le=1920)]
    """Width in pixels (Agora: ``transcodingConfig.width``)."""

    height: Annotated[int, Field(ge=1, le=1920)]
    """Height in pixels (Agora: ``transcodingConfig.height``)."""

    fps: Annotated[
        int,
        Field(
            json_schema_extra=rules(
                (
                    "self in [1, 7, 10, 15, 24, 30, 60]",
                    "fps must be one of 1, 7, 10, 15, 24, 30, 60",
                )
            )
        ),
    ]
    """Frames per second: 1, 7, 10, 15, 24, 30 or 60 (Agora: ``transcodingConfig.fps``)."""

    bitrate_kbps: Annotated[int, Field(ge=1, le=6500)]
    """Bit rate in kbit/s (Agora: ``transcodingConfig.bitrate``)."""


class Mix(Model):
    """All users mixed into one recording (Agora: composite recording, ``mode: mix``)."""

    media: Media = Media.AUDIO_AND_VIDEO
    """Media to record (Agora: ``streamTypes``). Locked while recording."""

    video_stream: VideoStream = VideoStream.HIGH
    """Stream of users who send two (Agora: ``videoStreamType``). Locked while recording."""

    audio_profile: AudioProfile = AudioProfile.STANDARD
    """Sound quality: Standard 48 kbit/s mono, HighQuality 128 kbit/s mono, HighQualityStereo
    192 kbit/s stereo (Agora: ``audioProfile``). Locked while recording."""

    video: Video | None = None
    """Size and rate of the picture; unset: 360 x 640, 15 fps, 500 kbit/s
    (Agora: ``transcodingConfig``). Locked while recording."""

    layout: Layout | None = None
    """How the pictures are placed; unset: Floating. It can change while recording
    (Agora: ``updateLayout``)."""

    file_types: Annotated[
        tuple[FileType, ...],
        Field(
            min_length=1,
            max_length=2,
            json_schema_extra=list_of("set")
            | rules(
                ("'HLS' in self", "fileTypes must hold HLS; MP4 is made from it: [HLS, MP4]"),
            ),
        ),
    ] = (FileType.HLS,)
    """Formats of the files (Agora: ``avFileType``). Locked while recording."""


UidList = Annotated[
    tuple[Uid, ...],
    Field(min_length=1, max_length=32, json_schema_extra=list_of("set")),
]


class Selection(Model):
    """Users whose stream is recorded, by inclusion or by exclusion."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "has(self.include) != has(self.exclude)",
                "give include or exclude, one of the two; leave the selection out for everybody",
            )
        )
    )

    include: UidList | None = None
    """Only these users, at most 32."""

    exclude: UidList | None = None
    """All but these users, at most 32."""


class Subscription(Model):
    """Whose streams are recorded. What is left out means everybody."""

    audio: Selection | None = None
    """Whose sound (Agora: ``subscribeAudioUids``, ``unsubscribeAudioUids``)."""

    video: Selection | None = None
    """Whose picture (Agora: ``subscribeVideoUids``, ``unsubscribeVideoUids``)."""


class CloudRecordingSpec(Model):
    """What is to be recorded, and how."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            ("has(self.mix)", "say what to record: set mix; the shortest form is mix: {}")
        )
    )

    project_ref: ProjectReference = ProjectReference()
    """The AgoraProject that records. Locked while recording."""

    channel: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            json_schema_extra=rules(
                (
                    r"self.matches('^[a-zA-Z0-9 !#$%&()+:;<=.>?@\\[\\]^_{}|~,-]*$')",
                    (
                        "channel may hold letters, digits, spaces and ! # $ % & ( ) + - : ; < = . "
                        "> ? @ [ ] ^ _ { } | ~ , only"
                    ),
                )
            ),
        ),
    ]
    """Name of the channel, at most 64 characters (Agora: ``cname``). Locked while recording."""

    uid: Uid | None = None
    """User number of the recorder, used by nobody else in the channel; unset: derived from App
    ID, namespace, name and channel (Agora: ``uid``). Locked while recording."""

    channel_profile: ChannelProfile | None = None
    """Profile of the channel, which must be that of its users' SDK; unset: Communication
    (Agora: ``channelType``). Locked while recording."""

    mix: Mix | None = None
    """Record all users mixed into one. The shortest form is ``mix: {}``."""

    subscription: Subscription | None = None
    """Whose streams are recorded; unset: everybody's. It can change while recording
    (Agora: ``update``)."""

    storage: Storage | None = None
    """Where the files go; unset: the project's storage. Locked while recording, except for
    ``credentialsSecretRef``."""

    max_idle_seconds: Annotated[int | None, Field(ge=5, le=2_592_000)] = None
    """End the recording when the channel has been empty for so many seconds; unset: 300
    (Agora: ``maxIdleTime``). Locked while recording."""

    desired_state: DesiredState = DesiredState.RECORDING
    """Recording, or Stopped to end it and keep the object. Recording after Stopped begins a new
    recording."""

    restart_policy: RestartPolicy = RestartPolicy.ON_FAILURE
    """Whether an attempt that failed is followed by another: OnFailure, Never, or Always, which
    also begins anew after the channel was empty for ``maxIdleSeconds``."""

    max_restarts: Annotated[int, Field(ge=0, le=1000)] = 10
    """Failed attempts in a row that are followed by another."""

    deletion_policy: DeletionPolicy = DeletionPolicy.STOP
    """What becomes of the recording when this object is deleted: Stop ends it first, Orphan
    leaves it running."""
