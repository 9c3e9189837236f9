"""The files of a recording, as query and stop list them."""

from agora_simulator.recordings import Recording, Timing

TRACK_TYPES = ("audio", "video", "audio_and_video")
"""By streamTypes."""
MILLISECONDS = 1000


def file_members(
    recording: Recording, now: float, timing: Timing, users: list[int]
) -> dict[str, object]:
    """Return fileListMode and fileList; nothing when screenshots are taken."""
    if recording.options.snapshot_config is not None:
        return {}
    slice_at = recording.first_slice_at(timing)
    exist = slice_at is not None and slice_at <= now
    start_ms = slice_start(recording, now, timing)
    if recording.mode == "individual":
        items = _individual(recording, start_ms, users) if exist else []
        return {"fileListMode": "json", "fileList": items}
    if "mp4" in recording.options.file_types:
        return {"fileListMode": "json", "fileList": _mixed(recording, start_ms) if exist else []}
    return {"fileListMode": "string", "fileList": f"{_stem(recording)}.m3u8" if exist else ""}


def index_names(recording: Recording, now: float, timing: Timing, users: list[int]) -> list[str]:
    """Return the names of its index files; none before its first slice."""
    match file_members(recording, now, timing, users).get("fileList"):
        case str() as name:
            names = [name]
        case list() as items:
            names = [item["fileName"] for item in items]
        case _:
            names = []
    return [name for name in names if name.endswith(".m3u8")]


def slice_start(recording: Recording, now: float, timing: Timing) -> int:
    """Return when the first slice began, in Unix milliseconds; 0 while there is none."""
    at = recording.first_slice_at(timing)
    return 0 if at is None or at > now else int(at * MILLISECONDS)


def _stem(recording: Recording) -> str:
    folder = recording.options.storage_config.folder
    return f"{folder}{recording.sid}_{recording.target.channel}"


def _mixed(recording: Recording, start_ms: int) -> list[dict[str, object]]:
    track = TRACK_TYPES[recording.options.recording_config.stream_types]
    names = [f"{_stem(recording)}.m3u8", f"{_stem(recording)}_0.mp4"]
    return [_item(name, track, "0", start_ms) for name in names]


def _individual(recording: Recording, start_ms: int, users: list[int]) -> list[dict[str, object]]:
    chosen = recording.options.recording_config.stream_types
    tracks = TRACK_TYPES[:2] if chosen == len(TRACK_TYPES) - 1 else (TRACK_TYPES[chosen],)
    stem = _stem(recording)
    return [
        _item(f"{stem}__uid_s_{user}__uid_e_{track}.m3u8", track, str(user), start_ms)
        for user in users
        for track in tracks
    ]


def _item(name: str, track: str, uid: str, start_ms: int) -> dict[str, object]:
    return {
        "fileName": name,
        "trackType": track,
        "uid": uid,
        "mixedAllUser": uid == "0",
        "isPlayable": True,
        "sliceStartTime": start_ms,
    }
