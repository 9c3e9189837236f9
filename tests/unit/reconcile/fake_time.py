"""An event loop in which nobody waits: when all wait, its time jumps to the next one's turn."""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec


class _Impatient(selectors.DefaultSelector):
    """A selector that never waits for time to pass."""

    skip: Callable[[float], None]

    def select(self, timeout: float | None = None) -> list[Any]:
        found: list[Any] = super().select(0 if timeout is not None else 1.0)
        if not found and timeout is not None:
            self.skip(timeout + 1e-6)  # even a busy loop takes some time
        if not found and timeout is None:
            raise RuntimeError("everybody waits for something that will never happen")
        return found


class FakeTimeLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own."""

    def __init__(self) -> None:
        self._fake_now = 1000.0
        selector = _Impatient()
        selector.skip = self._skip
        super().__init__(selector)

    def time(self) -> float:
        """Return the fake time."""
        return self._fake_now

    def stand_still(self, seconds: float) -> None:
        """Let time pass in which nothing runs, as for a process that was stopped."""
        self._fake_now += seconds

    def _skip(self, seconds: float) -> None:
        self._fake_now += seconds


P = ParamSpec("P")


def in_fake_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in such a loop: hours pass in milliseconds."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=FakeTimeLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run
