"""When a recording records: the times between its pauses and moves, and the slices in them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from agora_simulator.recordings import Recording
from agora_simulator.settings import Timing

SLICE_SECONDS: Final = 15
MAX_SLICES: Final = 400
"""Of one span: nobody needs more than a hundred minutes of files that hold nothing."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which is recorded without a break, to one index."""

    begin: float
    end: float
    open: bool
    """Whether it goes on."""
    generation: int
    """How often the recording had moved to another server."""

    def steps(self, seconds: float) -> Iterator[tuple[float, float]]:
        """Yield the whole steps of a length in it, and the last, shorter one if it has ended."""
        for number in range(MAX_SLICES):
            begin = self.begin + number * seconds
            end = min(begin + seconds, self.end)
            if begin >= self.end or (self.open and end < begin + seconds):
                return
            yield begin, end


def spans(recording: Recording, now: float, timing: Timing) -> list[Span]:
    """Return when it has recorded so far."""
    begin = recording.first_slice_at(timing)
    if begin is None or begin > now:
        return []
    end = now if recording.ended_at is None else recording.ended_at
    pauses = recording.page.pauses if recording.page is not None else ()
    cuts = {begin, end, *recording.moves}
    cuts.update(at for pause in pauses for at in (pause.since, pause.until))
    moments = sorted(at for at in cuts if begin <= at <= end and not math.isinf(at))
    found = [
        Span(
            since,
            until,
            open=until == end and recording.ended_at is None,
            generation=sum(move <= since for move in recording.moves),
        )
        for since, until in pairwise(moments)
        if not any(pause.since <= since < pause.until for pause in pauses)
    ]
    return found or [_empty(recording, begin)]


def _empty(recording: Recording, begin: float) -> Span:
    moves = sum(move <= begin for move in recording.moves)
    return Span(begin, begin, open=recording.ended_at is None, generation=moves)
