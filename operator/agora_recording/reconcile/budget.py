"""Whose turn it is to call Agora: a token bucket per App ID, handed out by urgency.

Nobody waits inside: a key that gets no token is remembered and woken when its turn has come, so
a thousand starts in line never hold a worker that a stop could use. Pure apart from its clock.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

SECOND: Final = 1.0
"""Agora counts by the second: in none may there be more calls than the rate."""
BURST_SECONDS: Final = 0.1
"""How many seconds' worth of calls may be saved up."""


class Urgency(IntEnum):
    """Classes of work, most urgent first."""

    STOP = 0
    START = 1
    CONFIRM = 2
    UPDATE = 3
    RETRY = 4
    POLL = 5


SHARES: Final = {
    Urgency.STOP: 16,
    Urgency.START: 8,
    Urgency.CONFIRM: 4,
    Urgency.UPDATE: 2,
    Urgency.RETRY: 2,
    Urgency.POLL: 1,
}
"""Weights of the classes while several wait: urgency without starvation. Under a mass deletion
starts keep 8 of 24 parts, under a backlog of starts confirming queries keep 4 of 12."""


@dataclass(slots=True)
class Shares:
    """Stride scheduling: the class that has had least for its weight is next."""

    had: dict[Urgency, float] = field(default_factory=lambda: dict.fromkeys(Urgency, 0.0))

    def pick(self, waiting: set[Urgency]) -> Urgency:
        """Return whose turn it is among the classes that wait; ties go to the more urgent."""
        return min(waiting, key=lambda urgency: (self.had[urgency], urgency))

    def charge(self, urgency: Urgency, waiting: set[Urgency]) -> None:
        """Count one turn; a class that did not wait saves nothing up."""
        self.had[urgency] += 1 / SHARES[urgency]
        floor = min(self.had[u] for u in waiting | {urgency})
        for other in Urgency:
            self.had[other] = max(self.had[other], floor) - floor


class Budget:
    """The calls of one App ID."""

    def __init__(self, rate: float, wake: Callable[[str, Urgency], None]) -> None:
        """Make a full bucket.

        Args:
            rate: Calls per second.
            wake: Called with the key and class of work whose turn has come.
        """
        self.rate = rate
        self._wake = wake
        self._tokens = self._capacity
        self._filled_at: float | None = None
        self._spent: deque[float] = deque()
        self._closed_until = 0.0
        self._line: dict[Urgency, list[tuple[int, str, int]]] = {u: [] for u in Urgency}
        self._waiting: dict[str, tuple[Urgency, int]] = {}
        self._granted: dict[str, int] = {}
        self._shares = Shares()
        self._order = itertools.count()

    def take(self, key: str, urgency: Urgency, cost: int, *, tick: float) -> bool:
        """Take tokens for ``key``; if there are none, put it in line and return False."""
        if self._granted.get(key, 0) >= cost:
            del self._granted[key]
            return True
        self._fill(tick)
        if not self._waiting and self._open(tick) and self._delay(cost, tick) <= 0:
            self._spend(cost, tick)
            return True
        if self._waiting.get(key, (None, 0))[0] is not urgency:
            number = next(self._order)
            self._waiting[key] = (urgency, number)
            heapq.heappush(self._line[urgency], (number, key, cost))
        return False

    def hand_out(self, *, tick: float) -> float | None:
        """Wake those whose turn has come; return the tick of the next turn, None if none wait."""
        self._fill(tick)
        while (head := self._head()) is not None:
            urgency, key, cost = head
            if not self._open(tick):
                return self._closed_until
            if (delay := self._delay(cost, tick)) > 0:
                return tick + delay
            self._spend(cost, tick)
            self._shares.charge(urgency, self._classes())
            heapq.heappop(self._line[urgency])
            del self._waiting[key]
            self._granted[key] = self._granted.get(key, 0) + cost
            self._wake(key, urgency)
        return None

    def pause(self, seconds: float, *, tick: float) -> None:
        """Hand out nothing for a while: Agora asked for it."""
        self._closed_until = max(self._closed_until, tick + seconds)

    def give_back(self, key: str) -> None:
        """Return what was granted to ``key`` and not used, and take it out of the line."""
        unused = self._granted.pop(key, 0)
        self._tokens = min(self._tokens + unused, self._capacity)
        for _ in range(min(unused, len(self._spent))):
            self._spent.pop()
        self._waiting.pop(key, None)

    @property
    def in_line(self) -> int:
        """How many keys wait for their turn."""
        return len(self._waiting)

    @property
    def _capacity(self) -> float:
        return max(2.0, self.rate * BURST_SECONDS)

    def _open(self, tick: float) -> bool:
        return tick >= self._closed_until

    def _fill(self, tick: float) -> None:
        since = tick if self._filled_at is None else self._filled_at
        self._tokens = min(self._tokens + (tick - since) * self.rate, self._capacity)
        self._filled_at = tick

    def _delay(self, cost: int, tick: float) -> float:
        """Return how long until ``cost`` calls may be made."""
        while self._spent and self._spent[0] <= tick - SECOND:
            self._spent.popleft()
        excess = len(self._spent) + cost - int(max(self.rate, cost))
        until = self._spent[excess - 1] + SECOND - tick if excess > 0 else 0.0
        return max(until, (cost - self._tokens) / self.rate)

    def _spend(self, cost: int, tick: float) -> None:
        self._tokens -= cost
        self._spent.extend([tick] * cost)

    def _classes(self) -> set[Urgency]:
        return {urgency for urgency, line in self._line.items() if line}

    def _head(self) -> tuple[Urgency, str, int] | None:
        """Return who is next, after dropping places in line that were given up."""
        while classes := self._classes():
            urgency = self._shares.pick(classes)
            number, key, cost = self._line[urgency][0]
            if self._waiting.get(key) == (urgency, number):
                return urgency, key, cost
            heapq.heappop(self._line[urgency])
        return None
