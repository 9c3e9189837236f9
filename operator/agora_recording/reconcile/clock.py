"""Time and chance: read in one place, and handed on as values."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, as values that a sweep can replace."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(microsecond=0)
    tick: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
