"""Virtual time: the loop's own, and the wall clocks that go with it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final

from builders import NOW

BEGAN: Final = 1000.0
"""Loop time at which a virtual world begins."""


def elapsed() -> float:
    """Return the seconds since the world began."""
    return asyncio.get_running_loop().time() - BEGAN


def wall(skew: float = 0.0) -> datetime:
    """Return what a wall clock shows that is ``skew`` seconds fast, in whole seconds."""
    return (NOW + timedelta(seconds=elapsed() + skew)).replace(microsecond=0)


class AgoraClock:
    """The simulator's clock: Unix seconds of the virtual time."""

    offset_seconds = 0.0

    def now(self) -> float:
        """Return the time in Unix seconds."""
        return NOW.timestamp() + elapsed()

    async def sleep(self, seconds: float) -> None:
        """Wait for time to pass."""
        await asyncio.sleep(seconds)
