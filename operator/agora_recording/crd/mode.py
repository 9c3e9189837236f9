"""What is recorded in which way: the modes of Agora Cloud Recording."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from agora_recording.crd.layout import Layout
from agora_recording.crd.model import Model, list_of, rules
from agora_recording.crd.postprocessing import PostProcessing

MODES: Final = ("individual", "mix", "web")
"""Agora's words for the ways to record; each is the member of the spec that asks for it."""


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
    """Sound quality of a mixed recording, or of a page."""

    STANDARD = "Standard"
    HIGH_QUALITY = "HighQuality"
    HIGH_QUALITY_STEREO = "HighQualityStereo"


class FileType(StrEnum):
    """A format of the recorded files."""

    HLS = "HLS"
    MP4 = "MP4"


class StreamMode(StrEnum):
    """What becomes of the streams of one user."""

    DEFAULT = "Default"
    STANDARD = "Standard"
    ORIGINAL = "Original"


FileTypes = Annotated[
    tuple[FileType, ...],
    Field(
        min_length=1,
        max_length=2,
        json_schema_extra=list_of("set")
        | rules(
            ("'HLS' in self", "fileTypes must hold HLS; MP4 is made from it: [HLS, MP4]"),
        ),
    ),
]
"""Formats of the files of one recording."""

AREA_RULE: Final = (
    "self.width * self.height <= 2073600",
    "width times height may be at most 1920 x 1080; make one of them smaller",
)
"""What bounds the size of every picture."""


class Video(Model):
    """Size and rate of the mixed picture."""

    model_config = ConfigDict(json_schema_extra=rules(AREA_RULE))

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

    model_config = ConfigDict(
        json_schema_extra=rules(
            *(
                (
                    f"!has(self.{member}) || self.media != 'Audio'",
                    f"media: Audio makes no picture; remove {member}, or set media: AudioAndVideo",
                )
                for member in ("video", "layout")
            )
        )
    )

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

    file_types: FileTypes = (FileType.HLS,)
    """Formats of the files (Agora: ``avFileType``). Locked while recording."""


class Snapshots(Model):
    """Screenshots of each user's video (Agora: ``snapshotConfig``)."""

    interval_seconds: Annotated[int, Field(ge=5, le=3600)] = 10
    """Seconds from one screenshot of a user to the next (Agora: ``captureInterval``)."""

    only: bool = False
    """Whether screenshots are all that is made: then nothing is recorded beside them, and
    ``status.files`` stays empty, since Agora lists no screenshots."""


class Individual(Model):
    """Each user recorded into files of their own (Agora: ``mode: individual``)."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "self.streamMode != 'Original' || self.media == 'Audio'",
                "streamMode: Original keeps sound alone; set media: Audio, or another streamMode",
            ),
            (
                "!has(self.snapshots) || self.media != 'Audio'",
                "snapshots are taken of video; remove snapshots, or record AudioAndVideo or Video",
            ),
            (
                (
                    "!has(self.postProcessing) || self.postProcessing.type != 'AudioMixing' || "
                    "self.streamMode == 'Original'"
                ),
                (
                    "AudioMixing mixes the sound as it was sent; set media: Audio and streamMode: "
                    "Original, or another postProcessing"
                ),
            ),
            (
                "!has(self.postProcessing) || !has(self.snapshots) || !self.snapshots.only",
                "screenshots alone leave nothing to process; remove postProcessing or only",
            ),
        )
    )

    media: Media = Media.AUDIO_AND_VIDEO
    """Media to record (Agora: ``streamTypes``)."""

    video_stream: VideoStream = VideoStream.HIGH
    """Stream of users who send two (Agora: ``videoStreamType``)."""

    stream_mode: StreamMode = StreamMode.DEFAULT
    """Default writes sound and picture of a user apart, Standard adds an index that joins them,
    Original keeps the sound as it was sent, without transcoding it (Agora: ``streamMode``)."""

    snapshots: Snapshots | None = None
    """Screenshots of each user's video, beside the recording or alone; unset: none."""

    post_processing: PostProcessing | None = None
    """What Agora makes of the files once the recording has ended; unset: nothing
    (Agora: ``scene`` 2)."""
