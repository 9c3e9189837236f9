"""What is recorded of a channel, in Agora's words: the modes that join it as a user (RTC)."""

from __future__ import annotations

from typing import Final

from agora_recording.agora import wire
from agora_recording.crd.layout import Fit, Layout, LayoutType, Region
from agora_recording.crd.mode import AudioProfile, FileType, Media, Mix, VideoStream
from agora_recording.crd.recording import ChannelProfile, CloudRecordingSpec
from agora_recording.crd.subscription import Selection, Subscription

DEFAULT_IDLE_SECONDS: Final = 300
"""Agora's advice; its own default of 30 s ends a lesson in its first break."""
EVERYBODY: Final = ["#allstream#"]

CHANNEL_TYPES: Final = {ChannelProfile.COMMUNICATION: 0, ChannelProfile.LIVE_BROADCASTING: 1}
STREAM_TYPES: Final = {Media.AUDIO: 0, Media.VIDEO: 1, Media.AUDIO_AND_VIDEO: 2}
VIDEO_STREAM_TYPES: Final = {VideoStream.HIGH: 0, VideoStream.LOW: 1}
AUDIO_PROFILES: Final = {
    AudioProfile.STANDARD: 0,
    AudioProfile.HIGH_QUALITY: 1,
    AudioProfile.HIGH_QUALITY_STEREO: 2,
}
LAYOUTS: Final = {
    LayoutType.FLOATING: 0,
    LayoutType.BEST_FIT: 1,
    LayoutType.VERTICAL: 2,
    LayoutType.CUSTOM: 3,
}
RENDER_MODES: Final = {Fit.CROP: 0, Fit.FIT: 1}
FILE_TYPES: Final = {FileType.HLS: "hls", FileType.MP4: "mp4"}


def recording_config(spec: CloudRecordingSpec, mix: Mix) -> wire.RecordingConfig:
    """Return ``recordingConfig``: what is recorded."""
    config: wire.RecordingConfig = {
        "channelType": CHANNEL_TYPES[spec.channel_profile or ChannelProfile.COMMUNICATION],
        "streamTypes": STREAM_TYPES[mix.media],
        "videoStreamType": VIDEO_STREAM_TYPES[mix.video_stream],
        "audioProfile": AUDIO_PROFILES[mix.audio_profile],
        "maxIdleTime": spec.max_idle_seconds or DEFAULT_IDLE_SECONDS,
    }
    if spec.subscription is not None:
        lists = subscription(spec)["streamSubscribe"]
        config.update(lists.get("audioUidList", {}))  # type: ignore[typeddict-item]  # a part of it
        config.update(lists.get("videoUidList", {}))  # type: ignore[typeddict-item]  # a part of it
    if mix.media is not Media.AUDIO:
        config["transcodingConfig"] = transcoding_config(mix)
    return config


def transcoding_config(mix: Mix) -> wire.TranscodingConfig:
    """Return ``transcodingConfig``: size and rate, if given, and the layout."""
    config: wire.TranscodingConfig = {**layout(mix.layout)}  # type: ignore[typeddict-item]  # none of them is required
    if mix.video is not None:
        config["width"], config["height"] = mix.video.width, mix.video.height
        config["fps"], config["bitrate"] = mix.video.fps, mix.video.bitrate_kbps
    return config


def file_types(mix: Mix) -> list[str]:
    """Return ``avFileType``: the formats of the files."""
    return [FILE_TYPES[kind] for kind in mix.file_types]


def layout(wanted: Layout | None) -> wire.LayoutMembers:
    """Return ``clientRequest`` of updateLayout: always the whole layout."""
    wanted = wanted or Layout()
    members: wire.LayoutMembers = {
        "mixedVideoLayout": LAYOUTS[wanted.type],
        "backgroundColor": wanted.background_color,
    }
    if wanted.vertical is not None:
        members["maxResolutionUid"] = str(wanted.vertical.large_uid)
    if wanted.custom is not None:
        members["layoutConfig"] = [_region(region) for region in wanted.custom.regions]
    return members


def subscription(spec: CloudRecordingSpec) -> wire.UpdateRequest:
    """Return ``clientRequest`` of update: whose streams are recorded, of the media recorded.

    A list for one medium alone would silence the other, so both are always given.
    """
    wanted = spec.subscription or Subscription()
    media = (spec.mix or Mix()).media
    lists: wire.StreamSubscribe = {}
    if media is not Media.VIDEO:
        include, exclude = _uids(wanted.audio)
        lists["audioUidList"] = (
            {"unsubscribeAudioUids": exclude} if exclude else {"subscribeAudioUids": include}
        )
    if media is not Media.AUDIO:
        include, exclude = _uids(wanted.video)
        lists["videoUidList"] = (
            {"unsubscribeVideoUids": exclude} if exclude else {"subscribeVideoUids": include}
        )
    return {"streamSubscribe": lists}


def _region(region: Region) -> wire.LayoutRegion:
    members: wire.LayoutRegion = {
        "x_axis": region.left,
        "y_axis": region.top,
        "width": region.width,
        "height": region.height,
        "alpha": region.alpha,
        "render_mode": RENDER_MODES[region.fit],
    }
    if region.uid is not None:
        members["uid"] = str(region.uid)
    return members


def _uids(selection: Selection | None) -> tuple[list[str], list[str]]:
    """Return whom to include and whom to exclude; without a selection, everybody."""
    if selection is not None and selection.exclude:
        return [], [str(uid) for uid in selection.exclude]
    if selection is not None and selection.include:
        return [str(uid) for uid in selection.include], []
    return EVERYBODY, []
