"""Which object is worked on next: a keyed queue with urgencies and delays.

One key is never worked on twice at once, nor does it stand in line twice. Delays live in one
heap, not in a task each.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable

from agora_recording.reconcile.budget import Shares, Urgency


class WorkQueue:
    """Keys that are due, by urgency, and keys that will be."""

    def __init__(self) -> None:
        self._ready: dict[Urgency, deque[str]] = {urgency: deque() for urgency in Urgency}
        self._urgency: dict[str, Urgency] = {}
        self._working: set[str] = set()
        self._again: dict[str, Urgency] = {}
        self._later: list[tuple[float, int, str]] = []
        self._due: dict[str, tuple[float, int, Urgency]] = {}
        self._shares = Shares()
        self._order = itertools.count()
        self._changed = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._admitted: Callable[[str], bool] = _everything
        self._held: dict[str, Urgency] = {}

    def __len__(self) -> int:
        """Return how many keys are due now, without those that a pause holds back."""
        return len(self._urgency)

    @property
    def in_flight(self) -> int:
        """How many keys are being worked on."""
        return len(self._working)

    def add(self, key: str, urgency: Urgency) -> None:
        """Make ``key`` due now. If it is being worked on, it comes again right after."""
        if key in self._working:
            self._again[key] = min(urgency, self._again.get(key, urgency))
            return
        self._due.pop(key, None)
        if not self._admitted(key):
            self._held[key] = min(urgency, self._held.get(key, urgency))
            return
        present = self._urgency.get(key)
        if present is not None and present <= urgency:
            return
        self._urgency[key] = urgency
        self._ready[urgency].append(key)
        self._changed.set()

    def add_later(self, key: str, urgency: Urgency, seconds: float) -> None:
        """Make ``key`` due in ``seconds``, unless it becomes due before."""
        at = asyncio.get_running_loop().time() + seconds
        number = next(self._order)
        self._due[key] = (at, number, urgency)
        heapq.heappush(self._later, (at, number, key))
        self._set_timer()

    async def next(self) -> str | None:
        """Return the most urgent key and count it as worked on; None once the queue is closed."""
        while not self._closed:
            key = self._pop()
            if key is not None:
                self._working.add(key)
                return key
            self._changed.clear()
            await self._changed.wait()
        self._changed.set()
        return None

    def done(self, key: str) -> None:
        """Count ``key`` as no longer worked on."""
        self._working.discard(key)
        urgency = self._again.pop(key, None)
        if urgency is not None:
            self.add(key, urgency)

    def forget(self, key: str) -> None:
        """Drop what is planned for ``key``."""
        self._due.pop(key, None)
        self._again.pop(key, None)
        self._urgency.pop(key, None)
        self._held.pop(key, None)

    def is_working(self, key: str) -> bool:
        """Say whether ``key`` is being worked on."""
        return key in self._working

    def pause(self, admitted: Callable[[str], bool]) -> None:
        """Hold back what is or becomes due, but for the keys that are ``admitted``."""
        self._admitted = admitted
        due, self._urgency = self._urgency, {}
        for key, urgency in due.items():
            self.add(key, urgency)

    def resume(self) -> None:
        """Hold nothing back any more."""
        self._admitted = _everything
        held, self._held = self._held, {}
        for key, urgency in held.items():
            self.add(key, urgency)

    def close(self) -> None:
        """Hand out nothing more; all who wait get None."""
        self._closed = True
        self._changed.set()
        if self._timer is not None:
            self._timer.cancel()

    def _pop(self) -> str | None:
        """Take the next key, after dropping places that were left for a more urgent one."""
        while waiting := {urgency for urgency, line in self._ready.items() if line}:
            urgency = self._shares.pick(waiting)
            key = self._ready[urgency].popleft()
            if self._urgency.get(key) is urgency:
                del self._urgency[key]
                self._shares.charge(urgency, waiting)
                return key
        return None

    def _set_timer(self) -> None:
        """Wake when the first delay is over."""
        if self._timer is not None:
            self._timer.cancel()
        if self._later and not self._closed:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(self._later[0][0], self._move_due)

    def _move_due(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        while self._later and self._later[0][0] <= now + 0.001:
            at, number, key = heapq.heappop(self._later)
            planned = self._due.get(key)
            if planned is not None and planned[:2] == (at, number):
                del self._due[key]
                self.add(key, planned[2])
        self._set_timer()


def _everything(_key: str) -> bool:
    return True
