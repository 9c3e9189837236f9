"""What Agora is told to make of files after the end, field for field: a part of ``wire``."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class AppsCollection(TypedDict):
    """``appsCollection``: that something is made of the files after the end."""

    combinationPolicy: str


class FileContainer(TypedDict):
    """``container``: the format of what is made."""

    format: str


class TransConfig(TypedDict):
    """``transConfig``: what is made."""

    transMode: str


class MixedAudio(TypedDict):
    """``audio``: how mixed sound is written. The numbers are texts."""

    sampleRate: str
    bitrate: str
    channels: str


class TranscodeOptions(TypedDict):
    """``transcodeOptions``: what is made, and how."""

    transConfig: TransConfig
    container: FileContainer
    audio: NotRequired[MixedAudio]
