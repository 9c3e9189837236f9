"""The rules a request body must keep, as Agora's pages state them.

Every broken rule becomes code 2 with a reason that names the member and never its value.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from agora_simulator import replies
from agora_simulator.bodies import (
    LayoutOptions,
    Part,
    RecordingConfig,
    RecordingFileConfig,
    SnapshotConfig,
    StorageConfig,
    UidList,
    exclusive,
)
from agora_simulator.replies import WEB_SCENE, RefusedError

CHANNEL: Final = re.compile(r"[a-zA-Z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]{1,64}")
WEB_LABEL_BYTES: Final = 1024
MAX_UID: Final = 2**32 - 1

Checked = TypeVar("Checked", bound=BaseModel)


def _a_uid(text: str) -> str:
    if not 1 <= int(text) <= MAX_UID:
        raise ValueError("uid must be within 1 and 2^32-1")
    return text


class Envelope(Part, extra="forbid"):
    """The three members every POST body has."""

    cname: str
    uid: Annotated[str, Field(pattern=r"^[0-9]{1,10}$"), AfterValidator(_a_uid)]
    client_request: dict[str, object]


class AcquireOptions(Part):
    """The clientRequest of acquire."""

    scene: Literal[0, 1, 2] = 0
    resource_expired_hour: Annotated[int, Field(ge=1, le=720)] = 72
    exclude_resource_ids: list[str] | None = None
    region: Literal["CN", "AP", "EU", "NA"] | None = None
    region_affinity: Annotated[int, Field(ge=0, le=4)] = 0
    start_parameter: dict[str, object] | None = None


class StartOptions(Part, extra="forbid"):
    """The clientRequest of start, for the RTC modes."""

    token: str | None = None
    storage_config: StorageConfig
    recording_config: RecordingConfig
    recording_file_config: RecordingFileConfig | None = None
    snapshot_config: SnapshotConfig | None = None
    extension_service_config: dict[str, object] | None = None
    apps_collection: dict[str, object] | None = None
    transcode_options: dict[str, object] | None = None

    @model_validator(mode="after")
    def _snapshots_need_video(self) -> Self:
        if self.snapshot_config and self.recording_config.stream_types == 0:
            raise ValueError("snapshotConfig needs recordingConfig.streamTypes 1 or 2")
        return self

    @property
    def file_types(self) -> list[str]:
        """The kinds of files asked for."""
        return list(self.recording_file_config.av_file_type) if self.recording_file_config else []


class AudioUids(Part, extra="forbid"):
    """Whose audio is recorded, or whose is not."""

    subscribe_audio_uids: UidList | None = None
    unsubscribe_audio_uids: UidList | None = None
    un_subscribe_audio_uids: UidList | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        unsubscribed = self.unsubscribe_audio_uids or self.un_subscribe_audio_uids
        return exclusive(self, "AudioUids", self.subscribe_audio_uids, unsubscribed)


class VideoUids(Part, extra="forbid"):
    """Whose video is recorded, or whose is not."""

    subscribe_video_uids: UidList | None = None
    unsubscribe_video_uids: UidList | None = None
    un_subscribe_video_uids: UidList | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        unsubscribed = self.unsubscribe_video_uids or self.un_subscribe_video_uids
        return exclusive(self, "VideoUids", self.subscribe_video_uids, unsubscribed)


class StreamSubscribe(Part, extra="forbid"):
    """Whose streams are recorded from now on."""

    audio_uid_list: AudioUids | None = None
    video_uid_list: VideoUids | None = None


class UpdateOptions(Part, extra="forbid"):
    """The clientRequest of update, for the RTC modes."""

    stream_subscribe: StreamSubscribe | None = None
    storage_config: StorageConfig | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.stream_subscribe is None and self.storage_config is None:
            raise ValueError("one of streamSubscribe and storageConfig is required")
        return self


class LayoutRequest(LayoutOptions, extra="forbid"):
    """The clientRequest of updateLayout: the layout's members and no others."""


class StopOptions(Part):
    """The clientRequest of stop."""

    async_stop: Annotated[bool, Field(alias="async_stop")] = False


def envelope(body: object) -> Envelope:
    """Return the checked outer body.

    Raises:
        RefusedError: Code 2, with the one reason Agora gives for all of it.
    """
    try:
        return Envelope.model_validate(body)
    except ValidationError:
        raise RefusedError(replies.bad_body()) from None


def acquire_options(outer: Envelope) -> AcquireOptions:
    """Return what acquire asks for.

    Raises:
        RefusedError: A rule of acquire is broken.
    """
    try:
        options = AcquireOptions.model_validate(outer.client_request)
    except ValidationError as broken:
        raise RefusedError(replies.bad_body(_acquire_reason(broken))) from None
    if options.scene == WEB_SCENE:
        valid = 0 < len(outer.cname.encode()) <= WEB_LABEL_BYTES
    else:
        valid = CHANNEL.fullmatch(outer.cname) is not None
    if not valid:
        raise RefusedError(replies.INVALID_CHANNEL)
    return options


def start_options(outer: Envelope, mode: str | None) -> StartOptions:
    """Return what start asks for.

    Raises:
        RefusedError: A rule of start, or of its mode, is broken.
    """
    if mode == "web":
        raise RefusedError(replies.bad_body("mode web is not simulated"))
    options = _checked(StartOptions, outer.client_request)
    broken = _broken_individual(options) if mode == "individual" else _broken_mix(options)
    if broken:
        raise RefusedError(replies.bad_body(f"clientRequest.{broken}"))
    return options


def update_options(outer: Envelope) -> UpdateOptions:
    """Return what update asks for.

    Raises:
        RefusedError: A rule of update is broken.
    """
    return _checked(UpdateOptions, outer.client_request)


def layout_options(outer: Envelope) -> LayoutRequest:
    """Return what updateLayout asks for.

    Raises:
        RefusedError: A rule of the layout is broken.
    """
    return _checked(LayoutRequest, outer.client_request)


def stop_options(outer: Envelope) -> StopOptions:
    """Return what stop asks for.

    Raises:
        RefusedError: A rule of stop is broken.
    """
    return _checked(StopOptions, outer.client_request)


def _checked(model: type[Checked], members: Mapping[str, object]) -> Checked:
    try:
        return model.model_validate(members)
    except ValidationError as broken:
        raise RefusedError(replies.bad_body(_reason(broken))) from None


def _reason(broken: ValidationError) -> str:
    # Without the input: it may be a secret.
    first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(["clientRequest", *map(str, first["loc"])])
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"


def _acquire_reason(broken: ValidationError) -> str:
    first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["loc"] == ("resourceExpiredHour",):
        return "Acquire: invalid resourceExpiredHour value!"
    return _reason(broken)


def _broken_individual(options: StartOptions) -> str | None:
    if options.recording_config.transcoding_config is not None:
        return "recordingConfig.transcodingConfig: for mode mix only"
    if options.recording_config.subscribe_uid_group is None:
        return "recordingConfig.subscribeUidGroup: required in mode individual"
    if "mp4" in options.file_types:
        return "recordingFileConfig.avFileType: mode individual has hls only"
    return None


def _broken_mix(options: StartOptions) -> str | None:
    if options.snapshot_config is not None:
        return "snapshotConfig: for mode individual only"
    return None
