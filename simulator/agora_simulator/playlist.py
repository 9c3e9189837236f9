"""The text of index files, with the tags that Agora adds.

https://docs.agora.io/en/cloud-recording/develop/manage-files
"""

from collections.abc import Sequence
from typing import Final

from agora_simulator.filenames import Track
from agora_simulator.files import MILLISECONDS
from agora_simulator.recordings import Recording
from agora_simulator.rtc import RtcStart
from agora_simulator.spans import SLICE_SECONDS

HEAD: Final = (
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-ALLOW-CACHE:YES",
    f"#EXT-X-TARGETDURATION:{SLICE_SECONDS}",
)
END: Final = "#EXT-X-ENDLIST"
KINDS: Final = {"audio": ("AUDIO",), "video": ("VIDEO",), "audio_and_video": ("AUDIO", "VIDEO")}
SIZE: Final = {"width": 360, "height": 640}
"""The size of a video of which nothing is said."""

Slice = tuple[str, float]
"""The name of a file, and how many seconds it lasts."""


def playlist(
    recording: Recording,
    track: Track,
    runs: Sequence[tuple[float, Sequence[Slice]]],
    *,
    ended: bool,
) -> str:
    """Return the text of an index: runs of slices without a break, each with its begin."""
    options = recording.options
    comma = isinstance(options, RtcStart) and options.recording_config.correct_extinf
    lines = [*HEAD]
    for number, (begin, slices) in enumerate(runs):
        lines += ["#EXT-X-DISCONTINUITY"] if number else []
        lines += _events(recording, track, begin)
        for name, seconds in slices:
            lines += [f"#EXTINF:{seconds:.6f}{',' if comma else ''}", name.rpartition("/")[2]]
    lines += [END] if ended else []
    return "\n".join(lines) + "\n"


def _events(recording: Recording, track: Track, begin: float) -> list[str]:
    time = int(begin * MILLISECONDS)
    kinds = KINDS[track.track_type]
    lines = [
        f"#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE={kind},TIME={time}" for kind in kinds
    ]
    if "VIDEO" in kinds:
        size = recording.options.video or SIZE
        lines.append(
            f"#EXT-X-AGORA-ROTATE:WIDTH={size['width']},HEIGHT={size['height']},ROTATE=0,TIME={time}"
        )
    return lines
