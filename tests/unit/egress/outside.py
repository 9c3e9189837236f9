"""A TLS server that only a private authority vouches for, and a proxy that leads to it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import trustme
from aiohttp import web

HOSTS = ("api.agora.test", "storage.test")
"""Names that no resolver knows: only a proxy can lead to them."""


class Proxy:
    """A proxy for CONNECT: it leads wherever it is asked to lead to one port of this machine."""

    def __init__(self, target: int, refusal: int | None = None) -> None:
        self.asked: list[str] = []
        """The hosts that were asked for, in order."""
        self.heads: list[str] = []
        """What was said with it."""
        self.url = ""
        self._target = target
        self._refusal = refusal

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one CONNECT, and carry bytes both ways until either side closes."""
        head = await reader.readuntil(b"\r\n\r\n")
        method, host, *_ = head.decode().split()
        assert method == "CONNECT"
        self.asked.append(host)
        self.heads.append(head.decode())
        if self._refusal is not None:
            writer.write(f"HTTP/1.1 {self._refusal} No\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            writer.close()
            return
        inner = await asyncio.open_connection("127.0.0.1", self._target)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_carry(reader, inner[1]), _carry(inner[0], writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(target: int, refusal: int | None = None) -> AsyncIterator[Proxy]:
    """Start a proxy that leads to a port, or refuses with a status."""
    made = Proxy(target, refusal)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made


@asynccontextmanager
async def outside(authority: trustme.CA) -> AsyncIterator[int]:
    """Start a server that plays Agora, a storage and an API server, and yield its port."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", *HOSTS).configure_cert(tls)
    runner = web.ServerRunner(web.Server(_answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _answer(request: web.BaseRequest) -> web.Response:
    if request.method == "POST":
        return web.json_response({"resourceId": "a-resource"})
    if request.path == "/apis":
        return web.json_response({"kind": "APIGroupList"})
    return web.Response(text="<ListBucketResult/>", content_type="application/xml")
