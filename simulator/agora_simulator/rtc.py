"""The rules of a start in the modes that record a channel: individual and mix."""

import base64
import binascii
import json
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from agora_simulator.layout import TranscodingConfig
from agora_simulator.parts import Part, settings_of
from agora_simulator.postponed import AppsCollection, TranscodeOptions
from agora_simulator.start import StartOptions
from agora_simulator.storage import StorageConfig
from agora_simulator.subscription import StreamSubscribe, SubscriptionMembers, fits

MAX_IDLE_SECONDS: Final = 30 * 24 * 3600
SALTED: Final = frozenset({7, 8})
SALT_BYTES: Final = 32
AUDIO: Final = 0
VIDEO: Final = 1
DEFAULT_TRANSCODING: Final = TranscodingConfig.model_construct()
"""The video that is made when nothing is said of it."""


class RecordingConfig(SubscriptionMembers):
    """What is recorded, of whom."""

    channel_type: Literal[0, 1]
    stream_types: Literal[0, 1, 2] = 2
    stream_mode: Literal["default", "standard", "original"] = "default"
    decryption_mode: Annotated[int, Field(ge=0, le=8)] = 0
    secret: str | None = None
    salt: str | None = None
    audio_profile: Literal[0, 1, 2] = 0
    video_stream_type: Literal[0, 1] = 0
    max_idle_time: Annotated[int, Field(ge=5, le=MAX_IDLE_SECONDS)] = 30
    transcoding_config: TranscodingConfig | None = None
    subscribe_uid_group: Annotated[int, Field(ge=0, le=5)] | None = None
    private_params: str | None = None

    @model_validator(mode="after")
    def _lists_fit_the_streams(self) -> Self:
        if self.stream_types == VIDEO and self.subscribe_audio_uids is not None:
            raise ValueError("subscribeAudioUids does not go with streamTypes 1")
        if self.stream_types == AUDIO and self.subscribe_video_uids is not None:
            raise ValueError("subscribeVideoUids does not go with streamTypes 0")
        return self

    @model_validator(mode="after")
    def _encryption(self) -> Self:
        if self.decryption_mode and not self.secret:
            raise ValueError("secret is required with decryptionMode")
        if self.decryption_mode in SALTED and not _is_salt(self.salt):
            raise ValueError("salt must be base64 of 32 bytes with decryptionMode 7 and 8")
        return self

    @model_validator(mode="after")
    def _original_is_audio(self) -> Self:
        if self.stream_mode == "original" and self.stream_types != AUDIO:
            raise ValueError("streamMode original needs streamTypes 0")
        return self

    @model_validator(mode="after")
    def _private_params_are_json(self) -> Self:
        if self.private_params is not None:
            try:
                json.loads(self.private_params)
            except ValueError:
                raise ValueError("privateParams must be a JSON text") from None
        return self

    @property
    def correct_extinf(self) -> bool:
        """Whether the index has the comma after ``#EXTINF`` that players expect."""
        asked = json.loads(self.private_params) if self.private_params else None
        return isinstance(asked, dict) and asked.get("correctEXTINF") is True


class SnapshotConfig(Part):
    """Screenshots of each user's video."""

    capture_interval: Annotated[int, Field(ge=1, le=3600)] = 10
    file_type: Annotated[list[Literal["jpg"]], Field(min_length=1)]

    @model_validator(mode="after")
    def _interval(self, info: ValidationInfo) -> Self:
        shortest = settings_of(info).shortest_capture_interval
        if self.capture_interval < shortest:
            raise ValueError(f"captureInterval must be at least {shortest}")
        return self


class RtcStart(StartOptions):
    """The clientRequest of start in both modes that record a channel."""

    recording_config: RecordingConfig

    @property
    def max_idle_seconds(self) -> int | None:
        """How long it goes on without users."""
        return self.recording_config.max_idle_time


class MixStart(RtcStart):
    """The clientRequest of start in mode mix."""

    @property
    def video(self) -> dict[str, int] | None:
        """Size, rate and bitrate of the mixed video; None if only audio is recorded."""
        config = self.recording_config
        if config.stream_types == AUDIO:
            return None
        return (config.transcoding_config or DEFAULT_TRANSCODING).video

    @model_validator(mode="after")
    def _members(self, info: ValidationInfo) -> Self:
        if "stream_mode" in self.recording_config.model_fields_set:
            raise ValueError("recordingConfig.streamMode is for mode individual only")
        if self.recording_file_config is None and settings_of(info).recording_file_config_required:
            raise ValueError("recordingFileConfig is required")
        return self


class IndividualStart(RtcStart):
    """The clientRequest of start in mode individual."""

    snapshot_config: SnapshotConfig | None = None
    apps_collection: AppsCollection | None = None
    transcode_options: TranscodeOptions | None = None

    @property
    def for_postponed_scene(self) -> bool:
        """Whether it has members that go with scene 2 only."""
        return self.apps_collection is not None or self.transcode_options is not None

    @property
    def postpones(self) -> bool:
        """Whether something is made of its files after its end."""
        asked = self.apps_collection
        return asked is not None and asked.combination_policy == "postpone_transcoding"

    @property
    def only_snapshots(self) -> bool:
        """Whether nothing but screenshots is made: then there is no recordingFileConfig."""
        return self.snapshot_config is not None and self.recording_file_config is None

    @model_validator(mode="after")
    def _members(self, info: ValidationInfo) -> Self:
        given = self.recording_config.model_fields_set
        for member in ("transcoding_config", "audio_profile"):
            if member in given:
                name = RecordingConfig.model_fields[member].alias
                raise ValueError(f"recordingConfig.{name} is for mode mix only")
        if "mp4" in self.file_types:
            raise ValueError("recordingFileConfig.avFileType: mode individual has hls only")
        required = settings_of(info).recording_file_config_required
        excused = self.snapshot_config is not None or self.postpones
        if required and self.recording_file_config is None and not excused:
            raise ValueError("recordingFileConfig is required, except for screenshots only")
        return self

    @model_validator(mode="after")
    def _group(self) -> Self:
        config = self.recording_config
        if config.subscribe_uid_group is None:
            raise ValueError("recordingConfig.subscribeUidGroup is required in mode individual")
        if not fits(config.subscribe_uid_group, config.distinct_uids):
            raise ValueError("recordingConfig.subscribeUidGroup does not fit the number of uids")
        return self

    @model_validator(mode="after")
    def _snapshots(self) -> Self:
        if self.snapshot_config is None:
            return self
        config = self.recording_config
        if config.stream_types == AUDIO:
            raise ValueError("snapshotConfig needs recordingConfig.streamTypes 1 or 2")
        if config.subscribe_audio_uids and not config.subscribe_video_uids:
            raise ValueError("snapshotConfig needs subscribeVideoUids beside subscribeAudioUids")
        return self


class RtcUpdate(Part, extra="forbid"):
    """The clientRequest of update in the modes that record a channel."""

    stream_subscribe: StreamSubscribe | None = None
    storage_config: StorageConfig | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.stream_subscribe is None and self.storage_config is None:
            raise ValueError("one of streamSubscribe and storageConfig is required")
        return self


def _is_salt(text: str | None) -> bool:
    try:
        return len(base64.b64decode(text or "", validate=True)) == SALT_BYTES
    except (binascii.Error, ValueError):
        return False
