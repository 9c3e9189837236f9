"""What `kubectl logs` asks a kubelet for: the API server passes the request on."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

import trustme
from aiohttp import web

from testbed.pods import LOG_FILE

HOST: Final = "127.0.0.1"


class PodLogs:
    """Serves what pods have printed; whole, or the last lines of it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def start(self) -> int:
        """Listen on a free port of loopback, and return the port."""
        application = web.Application()
        application.router.add_get("/containerLogs/{namespace}/{pod}/{container}", self._answer)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, HOST, 0, ssl_context=_tls())
        await site.start()
        return int(runner.addresses[0][1])

    async def _answer(self, request: web.Request) -> web.Response:
        named = request.match_info
        file = self._directory / f"{named['namespace']}_{named['pod']}" / LOG_FILE
        if not file.is_file():
            return web.Response(status=404, text="it has printed nothing yet")
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        last = int(request.query.get("tailLines", len(lines)))
        return web.Response(text="".join(lines[len(lines) - last :] if last else []))


def _tls() -> ssl.SSLContext:
    """Return a certificate of its own making: an API server asks a kubelet for no better one."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert(HOST).configure_cert(context)
    return context
