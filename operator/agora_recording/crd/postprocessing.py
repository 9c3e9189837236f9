"""What Agora makes of the files of each user once their recording has ended."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, rules


class PostProcessingType(StrEnum):
    """What is made."""

    TRANSCODING = "Transcoding"
    AUDIO_MIXING = "AudioMixing"


class Container(StrEnum):
    """The format of what is made."""

    MP4 = "MP4"
    MP3 = "MP3"
    M4A = "M4A"
    AAC = "AAC"


class MixedAudio(Model):
    """How the mixed sound is written."""

    sample_rate: Annotated[
        int,
        Field(
            json_schema_extra=rules(
                ("self in [16000, 32000, 48000]", "sampleRate must be 16000, 32000 or 48000")
            )
        ),
    ] = 48_000
    """Samples per second: 16000, 32000 or 48000 (Agora: ``sampleRate``)."""

    bitrate_kbps: Annotated[int, Field(ge=1, le=1000)] = 48
    """Bit rate in kbit/s (Agora: ``bitrate``, in bit/s)."""

    channels: Annotated[int, Field(ge=1, le=2)] = 2
    """1 for mono, 2 for stereo (Agora: ``channels``)."""


class PostProcessing(Model):
    """Files that Agora makes after the end, normally within a day.

    Agora fetches what it recorded for that: the storage's keys must be able to read the bucket too.
    """

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "!has(self.container) || (self.type == 'Transcoding') == (self.container == 'MP4')",
                "Transcoding makes MP4, and AudioMixing MP3, M4A or AAC; change container or type",
            ),
            (
                "self.type == 'AudioMixing' || !has(self.audio)",
                "audio belongs to type: AudioMixing; change type or remove audio",
            ),
        )
    )

    type: PostProcessingType
    """Transcoding makes an MP4 file of each user's streams, AudioMixing one file of the sound of
    all (Agora: ``appsCollection``, ``transConfig.transMode``)."""

    container: Container | None = None
    """MP4 for Transcoding; MP3, M4A or AAC for AudioMixing, of which MP3 is used if it is unset
    (Agora: ``container.format``)."""

    audio: MixedAudio | None = None
    """How the mixed sound is written; unset: 48000 samples per second, 48 kbit/s, stereo."""
