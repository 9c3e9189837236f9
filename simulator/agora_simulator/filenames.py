"""How the files of a recording are named.

https://docs.agora.io/en/cloud-recording/develop/manage-files
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from agora_simulator.recordings import Recording
from agora_simulator.rtc import AUDIO, IndividualStart, RtcStart

TRACK_TYPES: Final = ("audio", "video", "audio_and_video")
"""By streamTypes."""
MERGED: Final = "av"
"""How the merged track of streamMode standard is called; no page tells it for certain."""
SPECIAL: Final = re.compile(r"[!@#$%^&*()+_.=\[\]{}~|,;:?<>]")
"""What becomes a hyphen in the names of a page's files."""


@dataclass(frozen=True, slots=True)
class Track:
    """What has an index of its own."""

    kind: str
    user: int | None = None
    """In mode individual whose it is; else it is everybody's."""

    @property
    def track_type(self) -> str:
        """What is in it, as file lists say it."""
        return TRACK_TYPES[-1] if self.kind == MERGED else self.kind


def tracks(recording: Recording, users: list[int]) -> list[Track]:
    """Return what has an index of its own; nothing where only screenshots are made."""
    options = recording.options
    if isinstance(options, IndividualStart):
        return [Track(kind, user) for user in users for kind in _kinds(options)]
    if isinstance(options, RtcStart):
        return [Track(TRACK_TYPES[options.recording_config.stream_types])]
    return [Track(TRACK_TYPES[-1])]


def stem(recording: Recording, track: Track, generation: int = 0) -> str:
    """Return how the names of a track's files begin.

    With each move to another server a new generation of names begins.
    """
    channel = recording.target.channel
    if recording.page is not None:
        channel = SPECIAL.sub("-", channel)
    folder = recording.options.storage_config.folder
    backup = f"bak{generation - 1}_" if generation else ""
    common = f"{folder}{backup}{recording.sid}_{channel}"
    return common if track.user is None else f"{common}__uid_s_{track.user}__uid_e_{track.kind}"


def moment(at: float) -> str:
    """Return a time as it stands in names: UTC, to the millisecond."""
    milliseconds = round(at * 1000)
    whole = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{whole:%Y%m%d%H%M%S}{milliseconds % 1000:03d}"


def _kinds(options: IndividualStart) -> list[str]:
    if options.only_snapshots:
        return []
    config = options.recording_config
    both = TRACK_TYPES[config.stream_types] == TRACK_TYPES[-1]
    kinds = [*TRACK_TYPES[:2]] if both else [TRACK_TYPES[config.stream_types]]
    if config.stream_mode == "standard" and config.stream_types != AUDIO:
        kinds.append(MERGED)
    return kinds
