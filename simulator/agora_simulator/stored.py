"""What lies in the bucket of a recording at a moment. The media files hold nothing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from agora_simulator.filenames import MERGED, Track, moment, stem, tracks
from agora_simulator.files import videos
from agora_simulator.playlist import Slice, playlist
from agora_simulator.recordings import Recording
from agora_simulator.rtc import IndividualStart
from agora_simulator.settings import Settings
from agora_simulator.spans import SLICE_SECONDS, Span, spans

TS: Final = b"\x47\x1f\xff\x10" + b"\xff" * 184
"""A packet of padding: what a transport stream may consist of."""
MP4: Final = b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom"
"""The box that says which kind of file it is."""
JPG: Final = b"\xff\xd8\xff\xd9"
"""The begin and the end of a picture."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file as it is at a moment."""

    name: str
    content: bytes
    version: int = 0
    """Another one whenever the content is another."""

    @property
    def is_index(self) -> bool:
        """Whether it names other files, which should be there before it."""
        return self.name.endswith(".m3u8")


def stored_files(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> list[StoredFile]:
    """Return the files that a recording has by now, those that an index names before it."""
    recorded = spans(recording, now, settings.timing)
    if not recorded:
        return []
    files: list[StoredFile] = []
    for track in tracks(recording, users):
        for generation, group in groupby(recorded, key=lambda span: span.generation):
            files += _of_track(recording, track, generation, list(group))
    files += _snapshots(recording, recorded, users)
    parts = videos(recording, now, settings)
    files += [StoredFile(name, MP4) for name, _, end in parts if end is not None]
    files += _postponed(recording, now, settings, users)
    if settings.uploaded_files == "index":
        return [file for file in files if file.is_index]
    return files


def next_file_at(recording: Recording, now: float, settings: Settings) -> float:
    """Return when the files of a recording are not what they are now, if nobody changes it."""
    if recording.ended_at is not None:
        made_at = recording.ended_at + settings.postponed_seconds
        return made_at if _postpones(recording) and made_at > now else math.inf
    recorded = spans(recording, now, settings.timing)
    if not recorded:
        begin = recording.first_slice_at(settings.timing)
        return math.inf if begin is None else begin
    step = min(SLICE_SECONDS, _capture_interval(recording) or SLICE_SECONDS)
    begin = recorded[-1].begin
    return begin + ((now - begin) // step + 1) * step


def _of_track(
    recording: Recording, track: Track, generation: int, recorded: list[Span]
) -> Iterator[StoredFile]:
    """Yield the slices of a track, and then its index."""
    start = stem(recording, track, generation)
    runs: list[tuple[float, list[Slice]]] = []
    for span in recorded:
        slices = [
            (f"{start}_{moment(begin)}.ts", end - begin) for begin, end in span.steps(SLICE_SECONDS)
        ]
        yield from (StoredFile(name, TS) for name, _ in slices)
        runs.append((span.begin, slices))
    ended = recording.ended_at is not None
    text = playlist(recording, track, runs, ended=ended)
    count = sum(len(slices) for _, slices in runs)
    yield StoredFile(f"{start}.m3u8", text.encode(), version=2 * (count + len(runs)) + ended)


def _snapshots(
    recording: Recording, recorded: list[Span], users: list[int]
) -> Iterator[StoredFile]:
    interval = _capture_interval(recording)
    if interval is None:
        return
    for user in users:
        for span in recorded:
            start = stem(recording, Track("video", user), span.generation)
            for begin, _ in span.steps(interval):
                yield StoredFile(f"{start}_{moment(begin)}.jpg", JPG)


def _capture_interval(recording: Recording) -> int | None:
    options = recording.options
    if not isinstance(options, IndividualStart) or options.snapshot_config is None:
        return None
    return options.snapshot_config.capture_interval


def _postpones(recording: Recording) -> bool:
    return isinstance(recording.options, IndividualStart) and recording.options.postpones


def _postponed(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> list[StoredFile]:
    """Return what was made after the end; no page tells the names for certain."""
    options = recording.options
    ended_at = recording.ended_at
    if not isinstance(options, IndividualStart) or not options.postpones or ended_at is None:
        return []
    if now < ended_at + settings.postponed_seconds:
        return []
    made = options.transcode_options
    if made is not None and made.trans_config.trans_mode == "audioMix":
        return [StoredFile(f"{stem(recording, Track('audio'))}.{made.format}", MP4)]
    return [StoredFile(f"{stem(recording, Track(MERGED, user))}.mp4", MP4) for user in users]
