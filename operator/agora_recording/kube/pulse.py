"""Whether kopf still watches: told from what it asks of the API server.

kopf says nowhere that a watch of it is over for good, and a quiet cluster delivers nothing either.
But a watch that lives is asked for anew again and again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Final

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

WATCH_SECONDS: Final = 40
"""How long the API server keeps a watch open. The next one continues where it ended."""
SILENCE_SECONDS: Final = 45
"""After so long a watch that should have ended has died silently, and is replaced."""
PAUSE_SECONDS: Final = 5
"""The longest pause before a request is tried again."""
QUIET_SECONDS: Final = SILENCE_SECONDS + PAUSE_SECONDS + 10
"""A kind that was not asked for in so long is no longer watched; ten are for a slow machine."""
GAP_SECONDS: Final = PAUSE_SECONDS + 5
"""How soon after its look at what is served kopf asks for something again."""


class Pulse:
    """Sees each request of one run of kopf, as a middleware of its session; has two readers.

    It is written in kopf's thread only, and may be read in any.
    """

    def __init__(
        self,
        paths: Collection[str],
        relisted: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to wait for the first request.

        Args:
            paths: Where all that is to be watched is listed.
            relisted: Told the plural of which kopf has taken in a whole list.
            clock: Seconds that only grow.
        """
        self._relisted, self._clock = relisted, clock
        self._due = dict.fromkeys(paths, clock() + QUIET_SECONDS)
        """By when the next list or watch of a path must have begun."""
        self._heard = dict.fromkeys(paths, -math.inf)
        """When a list had been taken in, or the API server agreed to a watch."""
        self._listed: set[str] = set()
        self._looking = 0

    @property
    def is_deaf(self) -> bool:
        """Whether kopf has ceased to ask for a path. It will not begin again by itself."""
        now = self._clock()
        return any(due < now for due in self._due.values())

    @property
    def hears(self) -> bool:
        """Whether all that there is was listed, and whatever comes is heard."""
        since = self._clock() - QUIET_SECONDS
        return all(heard >= since for heard in self._heard.values())

    async def __call__(self, request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
        """Send a request, and note it."""
        path = request.url.path
        if path not in self._due:
            return await self._look_around(request, send)
        self._due[path] = self._clock() + QUIET_SECONDS
        is_watch = "watch" in request.url.query
        if is_watch and path in self._listed:
            self._took_in(path)
        response = await send(request)
        if response.status == HTTPStatus.OK:
            self._answered(path, is_watch=is_watch)
        return response

    def _took_in(self, path: str) -> None:
        """Note that the whole list was handed over: kopf asks for the watch after that."""
        self._listed.discard(path)
        self._heard[path] = self._clock()
        self._relisted(path.rpartition("/")[2])

    def _answered(self, path: str, *, is_watch: bool) -> None:
        if is_watch:
            self._heard[path] = self._clock()
        else:
            self._listed.add(path)

    async def _look_around(self, request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
        """Send one of the requests by which kopf learns, at its beginning, what is served.

        If they do not name our kinds, kopf watches nothing, and asks for nothing ever again.
        """
        self._looking += 1
        self._expect(QUIET_SECONDS)
        try:
            return await send(request)
        finally:
            self._looking -= 1
            self._expect(QUIET_SECONDS if self._looking else GAP_SECONDS)

    def _expect(self, seconds: float) -> None:
        self._due = dict.fromkeys(self._due, self._clock() + seconds)
