"""What Agora is told of a web page, field for field: a part of ``wire``."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class WebRecorderParam(TypedDict):
    """``serviceParam`` of web_recorder_service: the page. Its url may hold a secret."""

    url: str
    audioProfile: int
    videoWidth: int
    videoHeight: int
    videoFps: int
    videoBitrate: NotRequired[int]
    mobile: bool
    maxRecordingHour: int
    maxVideoDuration: int
    onhold: bool
    readyTimeout: int


class RtmpOutput(TypedDict):
    """One of ``outputs``. Its url holds the key of the stream."""

    rtmpUrl: str


class RtmpOutputs(TypedDict):
    """``serviceParam`` of rtmp_publish_service, and ``rtmpPublishConfig``: one output at most."""

    outputs: list[RtmpOutput]


class ExtensionService(TypedDict):
    """One of ``extensionServices``."""

    serviceName: str
    errorHandlePolicy: str
    serviceParam: WebRecorderParam | RtmpOutputs


class ExtensionServiceConfig(TypedDict):
    """``extensionServiceConfig``: what is done with a page."""

    errorHandlePolicy: str
    extensionServices: list[ExtensionService]


class WebRecordingConfig(TypedDict):
    """``webRecordingConfig``: whether nothing is written at present."""

    onhold: bool
