"""The files of a recording, as query and stop list them."""

import re
from typing import Final

from agora_simulator.recordings import Recording
from agora_simulator.rtc import AUDIO, IndividualStart, RtcStart
from agora_simulator.settings import Settings
from agora_simulator.web import WebStart

TRACK_TYPES: Final = ("audio", "video", "audio_and_video")
"""By streamTypes."""
SPECIAL: Final = re.compile(r"[!@#$%^&*()+_.=\[\]{}~|,;:?<>]")
"""What becomes a hyphen in the names of a page's files."""
UNITS: Final = {"ms": 1000, "s": 1}
"""By the setting: what a second counts in sliceStartTime."""


def file_members(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> dict[str, object]:
    """Return fileListMode and fileList; nothing when screenshots are taken."""
    options = recording.options
    if isinstance(options, IndividualStart) and options.snapshot_config is not None:
        return {}
    exist = slice_start(recording, now, settings) > 0
    if isinstance(options, IndividualStart) or "mp4" in options.file_types:
        return {
            "fileListMode": "json",
            "fileList": listed(recording, now, settings, users) if exist else [],
        }
    return {"fileListMode": "string", "fileList": f"{stem(recording)}.m3u8" if exist else ""}


def index_names(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> list[str]:
    """Return the names of its index files; none before its first slice, or of screenshots only."""
    options = recording.options
    if isinstance(options, IndividualStart) and options.only_snapshots:
        return []
    if slice_start(recording, now, settings) == 0:
        return []
    if isinstance(options, IndividualStart):
        return [f"{stem(recording, user, track)}.m3u8" for user, track in tracks(options, users)]
    return [f"{stem(recording)}.m3u8"]


def slice_start(recording: Recording, now: float, settings: Settings) -> int:
    """Return when the first slice began, in the unit of the settings; 0 while there is none."""
    at = recording.first_slice_at(settings.timing)
    return 0 if at is None or at > now else int(at * UNITS[settings.slice_start_unit])


def stem(recording: Recording, user: int | None = None, track: str = "") -> str:
    """Return how the names of its files begin; those of one user's track in individual mode."""
    channel = recording.target.channel
    if recording.page is not None:
        channel = SPECIAL.sub("-", channel)
    common = f"{recording.options.storage_config.folder}{recording.sid}_{channel}"
    return common if user is None else f"{common}__uid_s_{user}__uid_e_{track}"


def tracks(options: IndividualStart, users: list[int]) -> list[tuple[int, str]]:
    """Return the users and tracks that have an index of their own.

    With streamMode standard a merged one is added; no page tells its name for certain.
    """
    config = options.recording_config
    both = config.stream_types == TRACK_TYPES.index("audio_and_video")
    names = [*TRACK_TYPES[:2]] if both else [TRACK_TYPES[config.stream_types]]
    if config.stream_mode == "standard" and config.stream_types != AUDIO:
        names.append("av")
    return [(user, name) for user in users for name in names]


def listed(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> list[dict[str, object]]:
    """Return the items of fileList in mode json."""
    at = slice_start(recording, now, settings)
    options = recording.options
    if isinstance(options, IndividualStart):
        return [
            _item(f"{stem(recording, user, track)}.m3u8", track, str(user), at)
            for user, track in tracks(options, users)
        ]
    track = _mixed_track(recording)
    names = [f"{stem(recording)}.m3u8", f"{stem(recording)}_0.mp4"]
    return [_item(name, track, "0", at) for name in names]


def page_files(recording: Recording, now: float, settings: Settings) -> list[tuple[str, float]]:
    """Return the files of a page, with the moments at which they begin."""
    options = recording.options
    begin = recording.first_slice_at(settings.timing)
    if not isinstance(options, WebStart) or begin is None or begin > now:
        return []
    files = [(f"{stem(recording)}.m3u8", begin)]
    if "mp4" in options.file_types:
        part_seconds = options.recorder.max_video_duration * 60
        end = now if recording.ended_at is None else recording.ended_at
        parts = range(int((end - begin) // part_seconds) + 1)
        files += [(f"{stem(recording)}_{n}.mp4", begin + n * part_seconds) for n in parts]
    return files


def _mixed_track(recording: Recording) -> str:
    options = recording.options
    if not isinstance(options, RtcStart):
        return TRACK_TYPES[-1]
    return TRACK_TYPES[options.recording_config.stream_types]


def _item(name: str, track: str, uid: str, start: int) -> dict[str, object]:
    return {
        "fileName": name,
        "trackType": TRACK_TYPES[-1] if track == "av" else track,
        "uid": uid,
        "mixedAllUser": uid == "0",
        "isPlayable": True,
        "sliceStartTime": start,
    }
