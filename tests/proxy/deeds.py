"""What a proxy can do to a request: hold it, drop it, lose its answer, delay it, answer it.

A deed is given a way to let the request take effect, and returns what the client is told: an
answer, or None to break the connection without one.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from testbed.processes import wait_for

HELD_WITHIN: Final = 30.0
"""Seconds that a request may take to come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Forward = Callable[[], Awaitable[Answer | None]]
"""Lets the request take effect; returns the answer, None if the connection broke meanwhile."""
Deed = Callable[[Forward], Awaitable[Answer | None]]


async def drop(_: Forward) -> None:
    """Break the connection; the request has no effect."""


async def lose_answer(forward: Forward) -> None:
    """Let the request take effect, and break the connection."""
    await forward()


def answer(status: int, body: object, **headers: str) -> Deed:
    """Return a deed that answers by itself; the request has no effect."""
    content = json.dumps(body).encode()
    said = Answer(status, content, {"Content-Type": "application/json", **headers})

    async def deed(_: Forward) -> Answer:
        return said

    return deed


def answer_after(status: int, body: object) -> Deed:
    """Return a deed that lets the request take effect, and tells something else of it."""
    instead = answer(status, body)

    async def deed(forward: Forward) -> Answer | None:
        await forward()
        return await instead(forward)

    return deed


def delay(seconds: float) -> Deed:
    """Return a deed that lets the request wait before it takes effect."""

    async def deed(forward: Forward) -> Answer | None:
        await asyncio.sleep(seconds)
        return await forward()

    return deed


def take_effect_late(seconds: float) -> Deed:
    """Return a deed that breaks the connection at once; the request takes effect later."""
    under_way: set[asyncio.Task[None]] = set()

    async def later(forward: Forward) -> None:
        await asyncio.sleep(seconds)
        await forward()

    async def deed(forward: Forward) -> None:
        task = asyncio.create_task(later(forward))
        under_way.add(task)  # the loop itself keeps no task alive
        task.add_done_callback(under_way.discard)

    return deed


class Moment(Enum):
    """When a request is held."""

    BEFORE = auto()
    """The server has not seen it."""
    AFTER = auto()
    """The server has acted; the answer is held."""


class Hold:
    """A deed that holds a request until it is told to go on."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._arrived = threading.Event()
        self._decided = threading.Event()
        self._goes_on = True
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None
        self.abandoned = False
        """Whether the client gave up while its request was held."""
        self.over = False
        """Whether a request was held and let go, and had its effect if it was to have one."""

    async def __call__(self, forward: Forward) -> Answer | None:
        """Hold the request, and let it take effect before or after that."""
        try:
            return await self._carry_out(forward)
        finally:
            self.over = True

    async def _carry_out(self, forward: Forward) -> Answer | None:
        if self._moment is Moment.AFTER:
            said = await forward()
            await self._until_told()
            return said if self._goes_on else None
        await self._until_told()
        return await forward() if self._goes_on else None

    @property
    def held(self) -> bool:
        """Whether a request has come, and was held."""
        return self._arrived.is_set()

    def wait(self, timeout: float = HELD_WITHIN) -> None:
        """Return once a request is held."""
        wait_for(
            lambda: self.held, timeout, f"a request to be held, {self._moment.name}", every=0.01
        )

    def release(self) -> None:
        """Let the request go on: it takes effect, and its answer goes out."""
        self._decide(goes_on=True)

    def drop(self) -> None:
        """Break the connection: what had no effect will have none."""
        self._decide(goes_on=False)

    def _decide(self, *, goes_on: bool) -> None:
        if self._decided.is_set():
            return
        self._goes_on = goes_on
        self._decided.set()
        if self._loop is not None and self._wake is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _until_told(self) -> None:
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        self._arrived.set()
        if not self._decided.is_set():
            await self._wake.wait()
