"""The simulator's time: the real one, plus what an admin has skipped."""

import asyncio
import time


class Clock:
    """Unix seconds that never go back and can be advanced at will."""

    def __init__(self) -> None:
        self._origin = time.time() - time.monotonic()
        self._offset = 0.0
        self._advanced = asyncio.Event()

    @property
    def offset_seconds(self) -> float:
        """How far the clock is ahead of the real time."""
        return self._offset

    def now(self) -> float:
        """Return the simulated time in Unix seconds."""
        return self._origin + time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Skip some time, and wake whoever waits for a moment in it."""
        self._offset += seconds
        self._advanced.set()
        self._advanced = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait for simulated time to pass."""
        wake_at = self.now() + seconds
        while (remaining := wake_at - self.now()) > 0:
            try:
                await asyncio.wait_for(self._advanced.wait(), remaining)
            except TimeoutError:
                return
