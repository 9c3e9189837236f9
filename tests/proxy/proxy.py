"""A proxy that passes requests on, unless it has an order for one of them.

It serves the tests of the running operator: one before Agora, one before the API server (with TLS
on both sides). Watches stream through it. Its open connections can be frozen, or cut. It runs in a
thread of its own, so that a test is written one step after another.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import aiohttp
import trustme
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from proxy.deeds import Answer, Deed, Hold, Moment

HOP_BY_HOP: Final = frozenset(
    {"connection", "keep-alive", "host", "transfer-encoding", "content-length", "upgrade"}
)
"""Headers that are between two neighbours only."""
T = TypeVar("T")
START_WITHIN: Final = 10.0
END_WITHIN: Final = 20.0


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request asks for, in the words in which orders are given."""

    step: str
    """Which step of a recording's life it is, such as "start"; empty: none that has a name."""
    subject: str
    """Whom it is about: a channel, or namespace/name; empty: unknown."""


Reader = Callable[[str, str, bytes], Ask]
"""Says what a request asks for, from its method, path with query, and body."""


@dataclass(slots=True)
class Order:
    """What to do to requests that fit, before all others given later."""

    step: str | None
    """None: any that has a name."""
    subject: str | None
    """None: any."""
    deed: Deed
    skip: int = 0
    """How many that fit still pass."""
    times: int = 1
    """How many more it happens to."""
    struck: int = 0
    """How many it happened to."""

    def takes(self, ask: Ask) -> bool:
        """Say whether it happens to a request, and count it."""
        known = bool(ask.step) if self.step is None else ask.step == self.step
        if not (known and self.subject in {None, ask.subject} and self.times):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        self.struck += 1
        return True


class Proxy:
    """A running proxy. Get one with ``with Proxy.to(...) as proxy:``."""

    def __init__(self, target: str, read: Reader) -> None:
        self.url = ""
        """Where to reach it."""
        self._target = target
        self._read = read
        self._orders: list[Order] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._frozen: set[RequestHandler] = set()
        self._thawed = asyncio.Event()
        self._under_way: set[asyncio.Task[Answer | None]] = set()

    @classmethod
    @contextmanager
    def to(
        cls,
        target: str,
        read: Reader,
        *,
        target_ca: Path | None = None,
        authority: trustme.CA | None = None,
    ) -> Iterator[Proxy]:
        """Start a proxy on a free loopback port.

        Args:
            target: Base URL of the server behind it.
            read: Says what a request asks for.
            target_ca: The certificate to verify the server with, if it has TLS.
            authority: Who vouches for the proxy; without one it speaks plain HTTP.
        """
        proxy = cls(target, read)
        proxy._thread.start()
        proxy._do(proxy._open(target_ca, authority), START_WITHIN)
        try:
            yield proxy
        finally:
            proxy.release_all()
            proxy._do(proxy._close(), END_WITHIN)
            proxy._loop.call_soon_threadsafe(proxy._loop.stop)
            proxy._thread.join()
            proxy._loop.close()

    def order(
        self,
        deed: Deed,
        step: str | None = None,
        subject: str | None = None,
        *,
        nth: int = 1,
        times: int = 1,
    ) -> Order:
        """Let ``deed`` happen to the ``nth`` request that fits from now on, and the next ones.

        Args:
            deed: What happens.
            step: Which step; None: any that has a name.
            subject: About whom; None: anybody.
            nth: How many must fit until it happens, from 1.
            times: How many it happens to.
        """
        given = Order(step, subject, deed, skip=nth - 1, times=times)
        self._orders.append(given)
        return given

    def hold(self, step: str, subject: str, moment: Moment) -> Hold:
        """Hold the next request that fits."""
        held = Hold(moment)
        self.order(held, step, subject)
        return held

    def release_all(self) -> None:
        """Let go of all that is held, and forget all orders."""
        orders, self._orders = self._orders, []
        for given in orders:
            if isinstance(given.deed, Hold):
                given.deed.release()

    def cut(self) -> int:
        """Break all open connections; return how many there were."""
        return self._do(self._cut(), START_WITHIN)

    def freeze(self) -> int:
        """Let every open connection say nothing more, without closing it; new ones pass."""
        return self._do(self._freeze(), START_WITHIN)

    def thaw(self) -> None:
        """Let the frozen connections go on."""
        self._loop.call_soon_threadsafe(self._thaw)

    async def _open(self, target_ca: Path | None, authority: trustme.CA | None) -> None:
        trusted = ssl.create_default_context(cafile=target_ca) if target_ca else True
        connector = aiohttp.TCPConnector(limit=0, ssl=trusted)
        patience = aiohttp.ClientTimeout(total=None, sock_connect=5)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=patience, auto_decompress=False
        )
        self._server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=_identity(authority))
        await site.start()
        scheme = "https" if authority else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _close(self) -> None:
        await self._cut()
        await self._runner.cleanup()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._session.close()

    async def _cut(self) -> int:
        connections = self._server.connections
        for connection in connections:
            if connection.transport is not None:
                connection.transport.abort()
        return len(connections)

    async def _freeze(self) -> int:
        self._thawed.clear()
        self._frozen = set(self._server.connections)
        return len(self._frozen)

    def _thaw(self) -> None:
        self._frozen.clear()
        self._thawed.set()

    def _do(self, deed: Coroutine[Any, Any, T], seconds: float) -> T:
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result(seconds)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Pass one request on, or do to it what was ordered."""
        body = await request.read()
        await self._unless_frozen(request)
        ask = self._read(request.method, request.path_qs, body)
        given = next((one for one in self._orders if one.takes(ask)), None)
        if given is None:
            return await self._stream(request, body)
        return await self._disturbed(given, request, body)

    async def _stream(self, request: web.BaseRequest, body: bytes) -> web.StreamResponse:
        try:
            async with self._send(request, body) as reply:
                response = web.StreamResponse(status=reply.status, headers=_passed(reply.headers))
                await response.prepare(request)
                async for piece in reply.content.iter_any():
                    await self._unless_frozen(request)
                    await response.write(piece)
                await response.write_eof()
                return response
        except (aiohttp.ClientError, ConnectionError):
            return _broken(request)

    async def _disturbed(
        self, given: Order, request: web.BaseRequest, body: bytes
    ) -> web.StreamResponse:
        """Carry out an order; it goes on although the client is killed meanwhile."""
        task = asyncio.ensure_future(given.deed(partial(self._forward, request, body)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            said = await asyncio.shield(task)
        except asyncio.CancelledError:
            if isinstance(given.deed, Hold):
                given.deed.abandoned = True
            raise
        await self._unless_frozen(request)
        if said is None:
            return _broken(request)
        return web.Response(status=said.status, body=said.body, headers=said.headers)

    async def _forward(self, request: web.BaseRequest, body: bytes) -> Answer | None:
        with suppress(aiohttp.ClientError, ConnectionError):
            async with self._send(request, body) as reply:
                return Answer(reply.status, await reply.read(), _passed(reply.headers))
        return None

    def _send(self, request: web.BaseRequest, body: bytes) -> aiohttp.client._RequestContextManager:
        return self._session.request(
            request.method,
            self._target + request.raw_path,
            data=body or None,
            headers=_passed(request.headers),
            skip_auto_headers=["Content-Type", "Accept", "User-Agent"],
            allow_redirects=False,
        )

    async def _unless_frozen(self, request: web.BaseRequest) -> None:
        while request.protocol in self._frozen:
            await self._thawed.wait()


def _passed(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that concern the other end."""
    return {name: value for name, value in headers.items() if name.lower() not in HOP_BY_HOP}


def _broken(request: web.BaseRequest) -> web.StreamResponse:
    """Break the connection of a request."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _identity(authority: trustme.CA | None) -> ssl.SSLContext | None:
    """Return how the proxy proves who it is."""
    if authority is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context
