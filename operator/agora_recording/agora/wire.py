"""Agora's own JSON, field for field, in Agora's words; ``protocol`` adds what every call has.

Requests are typed dictionaries, sent as they are. Replies are read leniently: unknown members are
ignored, missing ones are None, and both spellings of a key are taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

from agora_recording.agora.postwire import AppsCollection, TranscodeOptions
from agora_recording.agora.webwire import (
    ExtensionServiceConfig,
    RtmpOutputs,
    WebRecordingConfig,
)


class AcquireRequest(TypedDict):
    """``clientRequest`` of acquire."""

    scene: int
    resourceExpiredHour: int
    region: NotRequired[str]
    regionAffinity: NotRequired[int]
    excludeResourceIds: NotRequired[list[str]]


class ExtensionParams(TypedDict, total=False):
    """``extensionParams``: what only some vendors have."""

    sse: str
    tag: str
    endpoint: str


class StorageConfig(TypedDict):
    """``storageConfig``: where files go. It holds secrets."""

    vendor: int
    region: int
    bucket: str
    accessKey: str
    secretKey: str
    stsToken: NotRequired[str]
    stsExpiration: NotRequired[int]
    fileNamePrefix: NotRequired[list[str]]
    extensionParams: NotRequired[ExtensionParams]


class LayoutRegion(TypedDict):
    """One of ``layoutConfig``."""

    uid: NotRequired[str]
    x_axis: float
    y_axis: float
    width: float
    height: float
    alpha: float
    render_mode: int


class UserBackground(TypedDict):
    """One of ``backgroundConfig``."""

    uid: str
    image_url: str
    render_mode: int


class LayoutMembers(TypedDict):
    """What updateLayout sends, and ``transcodingConfig`` holds too."""

    mixedVideoLayout: int
    backgroundColor: str
    maxResolutionUid: NotRequired[str]
    backgroundImage: NotRequired[str]
    defaultUserBackgroundImage: NotRequired[str]
    layoutConfig: NotRequired[list[LayoutRegion]]
    backgroundConfig: NotRequired[list[UserBackground]]


class TranscodingConfig(LayoutMembers):
    """``transcodingConfig``: the mixed picture."""

    width: int
    height: int
    fps: int
    bitrate: int


class AudioUidList(TypedDict, total=False):
    """Whose sound is recorded."""

    subscribeAudioUids: list[str]
    unsubscribeAudioUids: list[str]


class VideoUidList(TypedDict, total=False):
    """Whose picture is recorded."""

    subscribeVideoUids: list[str]
    unsubscribeVideoUids: list[str]


class RecordingConfig(AudioUidList, VideoUidList):
    """``recordingConfig``: what is recorded. It may hold secrets."""

    channelType: int
    streamTypes: int
    videoStreamType: int
    maxIdleTime: int
    audioProfile: NotRequired[int]
    transcodingConfig: NotRequired[TranscodingConfig]
    streamMode: NotRequired[str]
    subscribeUidGroup: NotRequired[int]
    decryptionMode: NotRequired[int]
    secret: NotRequired[str]
    salt: NotRequired[str]
    privateParams: NotRequired[str]


class RecordingFileConfig(TypedDict):
    """``recordingFileConfig``: the formats."""

    avFileType: list[str]


class SnapshotConfig(TypedDict):
    """``snapshotConfig``: screenshots."""

    captureInterval: int
    fileType: list[str]


class Recorded(TypedDict, total=False):
    """What is recorded: one of these."""

    recordingConfig: RecordingConfig
    extensionServiceConfig: ExtensionServiceConfig


class StartRequest(Recorded):
    """``clientRequest`` of start."""

    appsCollection: NotRequired[AppsCollection]
    transcodeOptions: NotRequired[TranscodeOptions]

    token: NotRequired[str]
    recordingFileConfig: NotRequired[RecordingFileConfig]
    snapshotConfig: NotRequired[SnapshotConfig]
    storageConfig: StorageConfig


class StreamSubscribe(TypedDict, total=False):
    """``streamSubscribe``: whose streams are recorded from now on."""

    audioUidList: AudioUidList
    videoUidList: VideoUidList


class UpdateRequest(TypedDict, total=False):
    """``clientRequest`` of update."""

    streamSubscribe: StreamSubscribe
    storageConfig: StorageConfig
    webRecordingConfig: WebRecordingConfig
    rtmpPublishConfig: RtmpOutputs


@dataclass(frozen=True, slots=True)
class File:
    """One of ``fileList``."""

    name: str
    track_type: str | None = None
    is_playable: bool | None = None
    slice_start_time: int | None = None
    """Milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One of ``extensionServiceState``: what one service of a web recording says of itself."""

    name: str | None
    """web_recorder_service, rtmp_publish_service or upload_service."""
    state: str | None = None
    """web_recorder_service: init, inProgress or exit."""
    on_hold: bool | None = None
    """web_recorder_service: whether it pauses."""
    files: tuple[File, ...] = ()
    """web_recorder_service."""
    outputs: tuple[str, ...] = ()
    """rtmp_publish_service, of each URL: connecting, publishing, onhold or disconnected."""
    urls: tuple[str, ...] = field(default=(), repr=False)
    """rtmp_publish_service: each URL. It holds the key of the stream, and is never shown."""
    uploading_status: str | None = None
    """upload_service."""


@dataclass(frozen=True, slots=True)
class ServerResponse:
    """``serverResponse`` of query and stop."""

    status: int | None = None
    slice_start_time: int | None = None
    """Milliseconds since the epoch."""
    files: tuple[File, ...] = ()
    uploading_status: str | None = None
    extensions: tuple[Extension, ...] = ()
    """Mode web only, which has files and uploadingStatus in these."""


def server_response(body: dict[str, Any]) -> ServerResponse:
    """Read ``serverResponse``, whatever of it is there."""
    response = body.get("serverResponse")
    if not isinstance(response, dict):
        return ServerResponse()
    return ServerResponse(
        status=integer(response.get("status")),
        slice_start_time=integer(response.get("sliceStartTime")),
        files=_files(response.get("fileList")),
        uploading_status=_text(response.get("uploadingStatus")),
        extensions=tuple(map(_extension, _objects(response.get("extensionServiceState")))),
    )


def integer(value: object) -> int | None:
    """Read a whole number of at most 64 bits, which Agora may have written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 2**63 else None


def _extension(item: dict[str, Any]) -> Extension:
    """Read one service; an older page of Agora's misspells the key of what it says."""
    payload = item.get("payload", item.get("playload"))
    said: dict[str, Any] = payload if isinstance(payload, dict) else {}
    on_hold = said.get("onhold")
    outputs = _objects(said.get("outputs"))
    statuses = [output.get("status") for output in outputs]
    return Extension(
        name=_text(item.get("serviceName")),
        state=_text(said.get("state")),
        on_hold=on_hold if isinstance(on_hold, bool) else None,
        files=_files(said.get("fileList")),
        outputs=tuple(filter(None, map(_text, statuses or [said.get("status")]))),
        urls=tuple(filter(None, (_text(output.get("rtmpUrl")) for output in outputs))),
        uploading_status=_text(said.get("uploadingStatus")),
    )


def _files(value: object) -> tuple[File, ...]:
    """Read a file list given as one name or as a list of items."""
    if isinstance(value, str):
        return (File(value),) if value else ()
    return tuple(_file(item) for item in _objects(value) if _file_name(item))


def _file(item: dict[str, Any]) -> File:
    playable = item.get("isPlayable")
    return File(
        name=_file_name(item) or "",
        track_type=_text(item.get("trackType")),
        is_playable=playable if isinstance(playable, bool) else None,
        slice_start_time=integer(item.get("sliceStartTime")),
    )


def _file_name(item: dict[str, Any]) -> str | None:
    """Read the name of a file, whose key is all lower-case in mode web."""
    return _text(item.get("fileName")) or _text(item.get("filename"))


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; there are none in anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
