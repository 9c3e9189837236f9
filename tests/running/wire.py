"""A proxy between the operator and Agora that can hold a call, before or after its effect.

The crash tests kill the operator from outside while a call is held: there is no test hook in the
operator.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from testbed.processes import wait_for


@dataclass
class Hold:
    """An order to hold the next call of an operation."""

    operation: str
    channel: str
    moment: str
    """before: Agora has not seen the call; after: Agora has acted, and the answer is held."""
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        """Return once a call is held."""
        wait_for(self.held.is_set, 30, f"{self.operation} to be held {self.moment} its effect")


class Wire:
    """A running proxy."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._orders: list[Hold] = []
        """All that were given and not called off."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.url = ""

    @classmethod
    @contextmanager
    def to(cls, target: str) -> Iterator[Wire]:
        """Start a proxy to ``target`` on a free loopback port."""
        wire = cls(target)
        wire._thread.start()
        runner = asyncio.run_coroutine_threadsafe(wire._listen(), wire._loop).result(10)
        try:
            yield wire
        finally:
            wire.release_all()
            asyncio.run_coroutine_threadsafe(runner.cleanup(), wire._loop).result(20)
            wire._loop.call_soon_threadsafe(wire._loop.stop)
            wire._thread.join()
            wire._loop.close()

    def hold(self, operation: str, channel: str, moment: str) -> Hold:
        """Hold the next call of ``operation`` for ``channel``."""
        order = Hold(operation, channel, moment)
        self._orders.append(order)
        return order

    def release_all(self) -> None:
        """Let go of everything that is held."""
        for order in self._orders:
            order.released.set()
        self._orders.clear()

    async def _listen(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return runner

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        order = self._order(request.path.rsplit("/", 1)[-1], body.decode())
        if order and order.moment == "before":
            await _hold(order)
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, self._target + request.path_qs, data=body, headers=request.headers
            ) as reply,
        ):
            content = await reply.read()
        if order and order.moment == "after":
            await _hold(order)
        kind = reply.headers.get("Content-Type", "application/json")
        return web.Response(status=reply.status, body=content, headers={"Content-Type": kind})

    def _order(self, operation: str, body: str) -> Hold | None:
        for order in self._orders:
            about = not body or f'"{order.channel}"' in body  # a query names no channel
            if order.operation == operation and about and not order.held.is_set():
                return order
        return None


async def _hold(order: Hold) -> None:
    order.held.set()
    await asyncio.to_thread(order.released.wait)
