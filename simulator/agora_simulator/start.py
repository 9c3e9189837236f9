"""What the starts of all modes have in common: storage, token and kinds of files."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agora_simulator.parts import Part
from agora_simulator.storage import StorageConfig


class RecordingFileConfig(Part):
    """The kinds of files made."""

    av_file_type: Annotated[list[Literal["hls", "mp4"]], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _mp4_needs_hls(self) -> Self:
        if self.av_file_type is not None and "hls" not in self.av_file_type:
            raise ValueError("avFileType mp4 needs hls beside it")
        return self


class StartOptions(Part, extra="forbid"):
    """The clientRequest of start, as far as it is the same in all modes."""

    token: str | None = None
    storage_config: StorageConfig
    recording_file_config: RecordingFileConfig | None = None

    @property
    def file_types(self) -> list[str]:
        """The kinds of files asked for; hls where nothing is said."""
        chosen = self.recording_file_config and self.recording_file_config.av_file_type
        return [*chosen] if chosen else ["hls"]

    @property
    def video(self) -> dict[str, int] | None:
        """Size, rate and bitrate of the one video that is made; None where there is none."""
        return None

    @property
    def max_idle_seconds(self) -> int | None:
        """How long it goes on without users; None is until it is stopped."""
        return None
