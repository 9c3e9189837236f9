"""Agora's own JSON, field for field, in Agora's words; ``protocol`` adds what every call has.

Requests are typed dictionaries, sent as they are. Replies are read leniently: unknown members are
ignored, missing ones are None, and both spellings of a key are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict


class StorageConfig(TypedDict):
    """``storageConfig``: where files go. It holds secrets."""

    vendor: int
    region: int
    bucket: str
    accessKey: str
    secretKey: str
    fileNamePrefix: NotRequired[list[str]]


class LayoutRegion(TypedDict):
    """One of ``layoutConfig``."""

    uid: NotRequired[str]
    x_axis: float
    y_axis: float
    width: float
    height: float
    alpha: float
    render_mode: int


class LayoutMembers(TypedDict):
    """What updateLayout sends, and ``transcodingConfig`` holds too."""

    mixedVideoLayout: int
    backgroundColor: str
    maxResolutionUid: NotRequired[str]
    layoutConfig: NotRequired[list[LayoutRegion]]


class TranscodingConfig(LayoutMembers):
    """``transcodingConfig``: the mixed picture."""

    width: NotRequired[int]
    height: NotRequired[int]
    fps: NotRequired[int]
    bitrate: NotRequired[int]


class AudioUidList(TypedDict, total=False):
    """Whose sound is recorded."""

    subscribeAudioUids: list[str]
    unsubscribeAudioUids: list[str]


class VideoUidList(TypedDict, total=False):
    """Whose picture is recorded."""

    subscribeVideoUids: list[str]
    unsubscribeVideoUids: list[str]


class RecordingConfig(AudioUidList, VideoUidList):
    """``recordingConfig``: what is recorded."""

    channelType: int
    streamTypes: int
    videoStreamType: int
    audioProfile: int
    maxIdleTime: int
    transcodingConfig: NotRequired[TranscodingConfig]


class RecordingFileConfig(TypedDict):
    """``recordingFileConfig``: the formats."""

    avFileType: list[str]


class StartRequest(TypedDict):
    """``clientRequest`` of start."""

    token: NotRequired[str]
    recordingConfig: RecordingConfig
    recordingFileConfig: RecordingFileConfig
    storageConfig: StorageConfig


class StreamSubscribe(TypedDict, total=False):
    """``streamSubscribe``: whose streams are recorded from now on."""

    audioUidList: AudioUidList
    videoUidList: VideoUidList


class UpdateRequest(TypedDict):
    """``clientRequest`` of update."""

    streamSubscribe: StreamSubscribe


@dataclass(frozen=True, slots=True)
class File:
    """One of ``fileList``."""

    name: str
    track_type: str | None = None
    is_playable: bool | None = None
    slice_start_time: int | None = None
    """Milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class ServerResponse:
    """``serverResponse`` of query and stop."""

    status: int | None = None
    slice_start_time: int | None = None
    """Milliseconds since the epoch."""
    files: tuple[File, ...] = ()
    uploading_status: str | None = None


def server_response(body: dict[str, Any]) -> ServerResponse:
    """Read ``serverResponse``, whatever of it is there."""
    response = body.get("serverResponse")
    if not isinstance(response, dict):
        return ServerResponse()
    return ServerResponse(
        status=_integer(response.get("status")),
        slice_start_time=_integer(response.get("sliceStartTime")),
        files=_files(response.get("fileList")),
        uploading_status=_text(response.get("uploadingStatus")),
    )


def _files(value: object) -> tuple[File, ...]:
    """Read a file list given as one name or as a list of items."""
    if isinstance(value, str):
        return (File(value),) if value else ()
    if not isinstance(value, list):
        return ()
    items = [item for item in value if isinstance(item, dict)]
    return tuple(_file(item) for item in items if _text(item.get("fileName", item.get("filename"))))


def _file(item: dict[str, Any]) -> File:
    playable = item.get("isPlayable")
    return File(
        name=str(item.get("fileName", item.get("filename"))),
        track_type=_text(item.get("trackType")),
        is_playable=playable if isinstance(playable, bool) else None,
        slice_start_time=_integer(item.get("sliceStartTime")),
    )


def _integer(value: object) -> int | None:
    """Read a number that Agora may have written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
