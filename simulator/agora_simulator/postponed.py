"""What is made of the files of mode individual after its end: the members that go with scene 2."""

from typing import Final, Literal, Self

from pydantic import model_validator

from agora_simulator.parts import Part

FORMATS: Final = {"postponeTranscoding": ("mp4",), "audioMix": ("mp3", "m4a", "aac")}
"""By transMode, the default first."""


class AppsCollection(Part):
    """Whether anything is made of the files."""

    combination_policy: Literal["default", "postpone_transcoding"] = "default"


class Container(Part):
    """The kind of file that is made."""

    format: Literal["mp4", "mp3", "m4a", "aac"] | None = None


class TransConfig(Part):
    """What is made."""

    trans_mode: Literal["postponeTranscoding", "audioMix"]


class MixedAudio(Part):
    """How mixed audio sounds; the numbers are texts."""

    sample_rate: Literal["48000", "32000", "16000"] = "48000"
    bitrate: str = "48000"
    channels: Literal["1", "2"] = "2"


class TranscodeOptions(Part):
    """What is made of the files, and how."""

    trans_config: TransConfig
    container: Container | None = None
    audio: MixedAudio | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        mode = self.trans_config.trans_mode
        if self.format not in FORMATS[mode]:
            raise ValueError(f"container.format is none of those of transMode {mode}")
        if self.audio is not None and mode != "audioMix":
            raise ValueError("audio is for transMode audioMix only")
        return self

    @property
    def format(self) -> str:
        """The kind of file that is made."""
        chosen = self.container.format if self.container is not None else None
        return chosen or FORMATS[self.trans_config.trans_mode][0]
