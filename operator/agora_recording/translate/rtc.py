"""What is recorded of a channel, in Agora's words: the modes that join it as a user (RTC)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from agora_recording.agora import wire
from agora_recording.crd.encryption import SALTED, EncryptionMode
from agora_recording.crd.layout import Fit, Layout, LayoutType, Region, UserBackground
from agora_recording.crd.mode import (
    AudioProfile,
    FileType,
    Individual,
    Media,
    Mix,
    StreamMode,
    Video,
    VideoStream,
)
from agora_recording.crd.recording import ChannelProfile, CloudRecordingSpec
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.crd.web import Web
from agora_recording.translate.secrets import SOME_SALT
from agora_recording.translate.storage import NO_KEY

DEFAULT_IDLE_SECONDS: Final = 300
"""Agora's advice; its own default of 30 s ends a lesson in its first break."""
EVERYBODY: Final = ["#allstream#"]
DEFAULT_VIDEO: Final = Video(width=360, height=640, fps=15, bitrate_kbps=500)
"""Agora's own. It is sent, since by older pages a layout is refused without it."""

CHANNEL_TYPES: Final = {ChannelProfile.COMMUNICATION: 0, ChannelProfile.LIVE_BROADCASTING: 1}
STREAM_TYPES: Final = {Media.AUDIO: 0, Media.VIDEO: 1, Media.AUDIO_AND_VIDEO: 2}
VIDEO_STREAM_TYPES: Final = {VideoStream.HIGH: 0, VideoStream.LOW: 1}
STREAM_MODES: Final = {
    StreamMode.DEFAULT: "default",
    StreamMode.STANDARD: "standard",
    StreamMode.ORIGINAL: "original",
}
UID_GROUPS: Final = (2, 7, 12, 17, 32, 49)
"""The most users of each ``subscribeUidGroup`` (REST reference, start)."""
AUDIO_PROFILES: Final = {
    AudioProfile.STANDARD: 0,
    AudioProfile.HIGH_QUALITY: 1,
    AudioProfile.HIGH_QUALITY_STEREO: 2,
}
DECRYPTION_MODES: Final = {mode: number for number, mode in enumerate(EncryptionMode, 1)}
"""``decryptionMode``; 0 is a channel that is not encrypted (REST reference, start)."""
LAYOUTS: Final = {
    LayoutType.FLOATING: 0,
    LayoutType.BEST_FIT: 1,
    LayoutType.VERTICAL: 2,
    LayoutType.CUSTOM: 3,
}
RENDER_MODES: Final = {Fit.CROP: 0, Fit.FIT: 1}
FILE_TYPES: Final = {FileType.HLS: "hls", FileType.MP4: "mp4"}
"""In the order in which Agora's pages list them, and know no other (REST reference, start)."""


def way(spec: CloudRecordingSpec) -> Individual | Mix:
    """Return how the channel is recorded."""
    return spec.individual or spec.mix or Mix()


def recording_config(spec: CloudRecordingSpec, keys: Mapping[str, str]) -> wire.RecordingConfig:
    """Return ``recordingConfig``: what is recorded; ``keys`` are those of an encrypted channel."""
    how = way(spec)
    config: wire.RecordingConfig = {
        "channelType": CHANNEL_TYPES[spec.channel_profile or ChannelProfile.COMMUNICATION],
        "streamTypes": STREAM_TYPES[how.media],
        "videoStreamType": VIDEO_STREAM_TYPES[how.video_stream],
        "maxIdleTime": spec.max_idle_seconds or DEFAULT_IDLE_SECONDS,
    }
    if spec.subscription is not None:
        lists = subscription(spec)["streamSubscribe"]
        config.update(lists.get("audioUidList", {}))  # type: ignore[typeddict-item]  # a part of it
        config.update(lists.get("videoUidList", {}))  # type: ignore[typeddict-item]  # a part of it
    match how:
        case Individual():
            config["streamMode"] = STREAM_MODES[how.stream_mode]
            config["subscribeUidGroup"] = uid_group(spec)
        case Mix():
            config["audioProfile"] = AUDIO_PROFILES[how.audio_profile]
            if how.media is not Media.AUDIO:
                config["transcodingConfig"] = transcoding_config(how)
    if spec.encryption is not None:
        config["decryptionMode"] = DECRYPTION_MODES[spec.encryption.mode]
        config["secret"] = keys.get("secret", NO_KEY)
        if spec.encryption.mode in SALTED:
            config["salt"] = keys.get("salt", SOME_SALT)
    if spec.private_parameters is not None:
        config["privateParams"] = spec.private_parameters
    return config


def uid_group(spec: CloudRecordingSpec) -> int:
    """Return ``subscribeUidGroup``: for how many users Agora makes ready.

    Unless all of them are named nobody knows how many come: the largest group cuts nobody off.
    """
    wanted, media = spec.subscription or Subscription(), way(spec).media
    selections = [] if media is Media.VIDEO else [wanted.audio]
    selections += [] if media is Media.AUDIO else [wanted.video]
    named = [selection.include if selection else None for selection in selections]
    users = {uid for uids in named for uid in uids or ()}
    return bisect_left(UID_GROUPS, len(users)) if all(named) else len(UID_GROUPS) - 1


def transcoding_config(mix: Mix) -> wire.TranscodingConfig:
    """Return ``transcodingConfig``: size and rate, and the layout."""
    video = mix.video or DEFAULT_VIDEO
    return {
        **layout(mix.layout),
        "width": video.width,
        "height": video.height,
        "fps": video.fps,
        "bitrate": video.bitrate_kbps,
    }


def file_config(spec: CloudRecordingSpec) -> wire.RecordingFileConfig | None:
    """Return ``recordingFileConfig``: the formats; None for screenshots alone, which have none."""
    how = spec.web or way(spec)
    if isinstance(how, Mix | Web):
        return {"avFileType": [word for kind, word in FILE_TYPES.items() if kind in how.file_types]}
    alone = how.snapshots is not None and how.snapshots.only
    return None if alone else {"avFileType": [FILE_TYPES[FileType.HLS]]}


def snapshot_config(spec: CloudRecordingSpec) -> wire.SnapshotConfig | None:
    """Return ``snapshotConfig``, if screenshots are wanted."""
    snapshots = spec.individual.snapshots if spec.individual else None
    if snapshots is None:
        return None
    return {"captureInterval": snapshots.interval_seconds, "fileType": ["jpg"]}


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
    if wanted.background_image_url is not None:
        members["backgroundImage"] = wanted.background_image_url
    if wanted.default_user_image_url is not None:
        members["defaultUserBackgroundImage"] = wanted.default_user_image_url
    if wanted.user_backgrounds is not None:
        members["backgroundConfig"] = [_background(each) for each in wanted.user_backgrounds]
    return members


def subscription(spec: CloudRecordingSpec) -> wire.UpdateRequest:
    """Return ``clientRequest`` of update: whose streams are recorded, of the media recorded.

    A list for one medium alone would silence the other, so both are always given.
    """
    wanted, media = spec.subscription or Subscription(), way(spec).media
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


def _background(background: UserBackground) -> wire.UserBackground:
    return {
        "uid": str(background.uid),
        "image_url": background.image_url,
        "render_mode": RENDER_MODES[background.fit],
    }


def _uids(selection: Selection | None) -> tuple[list[str], list[str]]:
    """Return whom to include and whom to exclude; without a selection, everybody."""
    if selection is not None and selection.exclude:
        return [], [str(uid) for uid in selection.exclude]
    if selection is not None and selection.include:
        return [str(uid) for uid in selection.include], []
    return EVERYBODY, []
