"""That the watch goes on: one that has failed, or has gone deaf, is replaced by a new one.

A new one lists everything again. The process does not end for it, since its memory holds what no
other process knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog

CRD_SECONDS: Final = 2.0
"""How often to look whether the CRDs are there."""
LOOK_SECONDS: Final = 1.0
"""How often to look whether the watch hears."""
PAUSE_SECONDS: Final = 1.0
"""How long to wait before a new watch; twice as long after each one that was short."""
LONGEST_PAUSE_SECONDS: Final = 5.0
SHORT_SECONDS: Final = 10.0
"""A watch that has lasted for less was short."""
GIVE_UP_SECONDS: Final = 300.0
"""After so long of failing watches of what is served, a new process may do better."""

log = structlog.get_logger()


class WatchError(Exception):
    """Nothing could be heard for minutes, although the API server knows the kinds."""


class Signs(Protocol):
    """Tells of a watch what ``Pulse`` tells."""

    @property
    def hears(self) -> bool:
        """Whether all was listed, and whatever comes is heard."""

    @property
    def is_deaf(self) -> bool:
        """Whether it will never hear again."""


class OneWatch(Protocol):
    """Watches until it fails."""

    @property
    def pulse(self) -> Signs:
        """Tells whether it still watches."""

    @property
    def over(self) -> asyncio.Future[BaseException | None]:
        """Done as soon as it has failed or ended, with the error, if any."""

    def start(self) -> None:
        """Begin. Returns at once."""

    async def stop(self) -> None:
        """Deliver nothing from now on. Returns within seconds, whether it could end or not."""


class Vigil:
    """Keeps a watch going."""

    def __init__(
        self,
        lacking: Callable[[], Awaitable[str | None]],
        begin: Callable[[], OneWatch],
        *,
        replaced: Callable[[], None],
    ) -> None:
        """Prepare.

        Args:
            lacking: Says for people what the API server does not know of our kinds; None if it
                knows all.
            begin: Makes a watch.
            replaced: Told each time that a watch was over.
        """
        self._lacking, self._begin, self._replaced = lacking, begin, replaced
        self._now = asyncio.get_running_loop().time
        self._watch: OneWatch | None = None
        self._missing: str | None = "the API server was not asked yet what it knows"
        self.known = asyncio.Event()
        """Set once the API server has known all, if only for a while."""
        self._failing_since: float | None = None
        self._short = 0
        self._over = asyncio.Event()

    @property
    def trouble(self) -> str | None:
        """Why not everything is heard; None if it is."""
        if self._missing is not None:
            return f"not watching: {self._missing}"
        if self._watch is None or self._watch.over.done() or not self._watch.pulse.hears:
            return "not watching: the API server has not answered, or the watch is being replaced"
        return None

    async def run(self) -> None:
        """Watch what the API server knows of our kinds, now and later, until told to stop.

        Raises:
            WatchError: If that keeps failing for minutes.
        """
        while not self._over.is_set():
            await self._until_served()
            why = await self._watch_once()
            if self._over.is_set():
                break
            pause = self._pause(why)
            log.warning("Watching anew", reason=why, pause_seconds=pause)
            self._replaced()
            await asyncio.sleep(pause)
        await asyncio.Event().wait()

    async def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        if self._watch is not None:
            await self._watch.stop()

    async def _until_served(self) -> None:
        """Wait for our kinds; kopf does not notice those that come while it runs."""
        told = None
        while (missing := await self._lacking()) is not None:
            self._missing, self._failing_since = missing, None
            if missing != told:
                log.warning("Waiting for the CRDs", reason=missing)
            told = missing
            await asyncio.sleep(CRD_SECONDS)
        self._missing = None
        self.known.set()

    async def _watch_once(self) -> str:
        """Watch until that is over, and return why."""
        began = self._now()
        self._watch = watch = self._begin()
        watch.start()
        try:
            return await self._over_because(watch)
        finally:
            await watch.stop()
            self._watch = None
            is_short = self._now() - began < SHORT_SECONDS
            self._short = self._short + 1 if is_short else 1

    async def _over_because(self, watch: OneWatch) -> str:
        while not watch.over.done():
            await asyncio.wait([watch.over], timeout=LOOK_SECONDS)
            if watch.pulse.hears:
                self._failing_since = None
            if watch.pulse.is_deaf:
                return "it had ceased to ask for anything"
        return f"it failed: {watch.over.result()!r}"

    def _pause(self, why: str) -> float:
        """Return how long to wait before the next watch."""
        if self._failing_since is None:
            self._failing_since = self._now()
        if self._now() - self._failing_since >= GIVE_UP_SECONDS:
            raise WatchError(why)
        return float(min(PAUSE_SECONDS * 2 ** (self._short - 1), LONGEST_PAUSE_SECONDS))
