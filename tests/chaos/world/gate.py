"""The gate between one process and the outside: it can be closed for a while, or for good."""

from __future__ import annotations

import asyncio

from chaos.world.exchange import Answer, Exchange
from chaos.world.journal import Journal


class Gate:
    """Lets requests out and answers in."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._opened = asyncio.Event()
        self._opened.set()
        self.dead = False
        """Whether nothing will ever get through again."""

    @property
    def is_open(self) -> bool:
        """Whether anything gets through now."""
        return self._opened.is_set()

    def close(self) -> None:
        """Let nothing through until it is opened again."""
        self._opened.clear()

    def open(self) -> None:
        """Let everything through, what waited first; no more after the end."""
        if not self.dead:
            self._opened.set()

    def close_for_good(self) -> None:
        """Let nothing through ever again."""
        self.dead = True
        self.close()

    async def passage(self) -> None:
        """Wait until the gate is open."""
        while not self._opened.is_set():
            await self._opened.wait()

    async def exchange(self, request: Exchange, travel: float) -> Answer:
        """Carry a request out and its answer back, each ``travel`` seconds long."""
        await self.passage()
        await asyncio.sleep(travel)
        answer = await self._journal.arrive(request)
        await asyncio.sleep(travel)
        await self.passage()
        return answer
