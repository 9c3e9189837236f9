"""The files of a recording, as query and stop list them."""

from typing import Final

from agora_simulator.filenames import Track, stem, tracks
from agora_simulator.recordings import Recording
from agora_simulator.rtc import IndividualStart
from agora_simulator.settings import Settings
from agora_simulator.web import WebStart

MILLISECONDS: Final = 1000
UNITS: Final = {"ms": MILLISECONDS, "s": 1}
"""By the setting: what a second counts in sliceStartTime."""


def file_members(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> dict[str, object]:
    """Return fileListMode and fileList; nothing when screenshots are taken."""
    options = recording.options
    individual = isinstance(options, IndividualStart)
    if isinstance(options, IndividualStart) and options.snapshot_config is not None:
        return {}
    exist = slice_start(recording, now, settings) > 0
    if individual or "mp4" in options.file_types:
        items = _items(recording, now, settings, users) if exist else []
        return {"fileListMode": "json", "fileList": items}
    (track,) = tracks(recording, users)
    return {"fileListMode": "string", "fileList": f"{stem(recording, track)}.m3u8" if exist else ""}


def slice_start(recording: Recording, now: float, settings: Settings) -> int:
    """Return when the first slice began, in the unit of the settings; 0 while there is none."""
    at = recording.first_slice_at(settings.timing)
    return 0 if at is None or at > now else int(at * UNITS[settings.slice_start_unit])


def page_files(recording: Recording, now: float, settings: Settings) -> list[tuple[str, float]]:
    """Return the files of a page, with the moments at which they begin."""
    begin = recording.first_slice_at(settings.timing)
    if begin is None or begin > now:
        return []
    (track,) = tracks(recording, [])
    index = (f"{stem(recording, track)}.m3u8", begin)
    return [index, *((name, at) for name, at, _ in videos(recording, now, settings))]


def videos(
    recording: Recording, now: float, settings: Settings
) -> list[tuple[str, float, float | None]]:
    """Return the mp4 files begun: name, begin, and end; None for the one still written."""
    begin = recording.first_slice_at(settings.timing)
    options = recording.options
    if "mp4" not in options.file_types or begin is None or begin > now:
        return []
    part = settings.mp4_part_seconds
    if isinstance(options, WebStart):
        part = options.recorder.max_video_duration * 60.0
    end = now if recording.ended_at is None else recording.ended_at
    (track,) = tracks(recording, [])
    files: list[tuple[str, float, float | None]] = []
    for number in range(int((end - begin) // part) + 1):
        at = begin + number * part
        whole = at + part <= end
        closed = at + part if whole else recording.ended_at
        files.append((f"{stem(recording, track)}_{number}.mp4", at, closed))
    return files


def _items(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> list[dict[str, object]]:
    unit = UNITS[settings.slice_start_unit]
    at = slice_start(recording, now, settings)
    known = tracks(recording, users)
    indices = [_item(f"{stem(recording, track)}.m3u8", track, at) for track in known]
    parts = videos(recording, now, settings)
    return [*indices, *(_item(name, known[0], int(begin * unit)) for name, begin, _ in parts)]


def _item(name: str, track: Track, start: int) -> dict[str, object]:
    return {
        "fileName": name,
        "trackType": track.track_type,
        "uid": str(track.user or 0),
        "mixedAllUser": track.user is None,
        "isPlayable": True,
        "sliceStartTime": start,
    }
