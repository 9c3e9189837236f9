"""What happens when: deeds at random moments, drawn from a seed."""

from __future__ import annotations

import heapq
import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Happening = Callable[[], None]


@dataclass(order=True, slots=True)
class _Entry:
    due: float
    number: int
    deed: Happening = field(compare=False)
    binding: bool = field(compare=False)


class Agenda:
    """A list of moments, worked off one after the other by one thread."""

    def __init__(self, luck: random.Random) -> None:
        self._luck = luck
        self._entries: list[_Entry] = []
        self._numbers = itertools.count()

    def now_and_then(self, mean_seconds: float, deed: Happening) -> None:
        """Let ``deed`` happen again and again, at random, so often on average."""

        def again() -> None:
            self.now_and_then(mean_seconds, deed)
            deed()

        self._enter(self._luck.expovariate(1 / mean_seconds), again, binding=False)

    def regularly(self, seconds: float, deed: Happening) -> None:
        """Let ``deed`` happen every so many seconds."""

        def again() -> None:
            self.regularly(seconds, deed)
            deed()

        self._enter(seconds, again, binding=False)

    def later(self, seconds: float, deed: Happening) -> None:
        """Let ``deed`` happen in so many seconds, or when the agenda ends before that."""
        self._enter(seconds, deed, binding=True)

    def live(self, seconds: float) -> None:
        """Let happen what is due, for so long; then do at once what must be done."""
        end = time.monotonic() + seconds
        while self._entries and self._entries[0].due <= end:
            entry = heapq.heappop(self._entries)
            time.sleep(max(entry.due - time.monotonic(), 0.0))
            entry.deed()
        for entry in sorted(self._entries):
            if entry.binding:
                entry.deed()
        self._entries.clear()

    def _enter(self, seconds: float, deed: Happening, *, binding: bool) -> None:
        entry = _Entry(time.monotonic() + seconds, next(self._numbers), deed, binding)
        heapq.heappush(self._entries, entry)
