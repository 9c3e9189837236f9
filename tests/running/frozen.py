"""A tunnel to the API server whose open connections can be made to say nothing more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class FreezableTunnel:
    """Passes bytes on, until it is frozen; connections opened after that pass again."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        assert address.hostname is not None
        assert address.port is not None
        self._host, self._port = address.hostname, address.port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open: set[asyncio.Event] = set()
        self.frozen = 0
        """How many connections were frozen."""
        self.url = ""

    @classmethod
    @contextmanager
    def to(cls, target: str) -> Iterator[FreezableTunnel]:
        """Start a tunnel to ``target`` on a free loopback port."""
        tunnel = cls(target)
        tunnel._thread.start()
        server = asyncio.run_coroutine_threadsafe(tunnel._listen(), tunnel._loop).result(10)
        try:
            yield tunnel
        finally:
            tunnel._loop.call_soon_threadsafe(server.close)
            asyncio.run_coroutine_threadsafe(_end_all(), tunnel._loop).result(10)
            tunnel._loop.call_soon_threadsafe(tunnel._loop.stop)
            tunnel._thread.join()
            tunnel._loop.close()

    def freeze(self) -> None:
        """Let every connection that is open now say nothing more, without closing it."""
        self.frozen = len(self._open)
        for gate in list(self._open):
            self._loop.call_soon_threadsafe(gate.clear)

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.url = f"https://127.0.0.1:{port}"
        return server

    async def _connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection(self._host, self._port)
        gate = asyncio.Event()
        gate.set()
        self._open.add(gate)
        try:
            await asyncio.gather(_pass_on(near, forth, gate), _pass_on(far, back, gate))
        except OSError:
            pass
        finally:
            self._open.discard(gate)
            back.close()
            forth.close()


async def _pass_on(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, gate: asyncio.Event
) -> None:
    while data := await source.read(65536):
        await gate.wait()
        sink.write(data)
        await sink.drain()
    sink.close()


async def _end_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
