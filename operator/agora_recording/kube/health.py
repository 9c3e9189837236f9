"""/livez, /readyz and /metrics, on a thread of their own: they answer while the loop is busy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

Check = Callable[[], str | None]
"""Returns what is wrong; None if nothing is."""


class HealthServer:
    """Serves the probes and the metrics."""

    def __init__(
        self, host: str, port: int, *, checks: Mapping[str, Check], registry: CollectorRegistry
    ) -> None:
        """Listen at once.

        Args:
            host: Address to listen on.
            port: Port to listen on; 0 picks a free one.
            checks: By path, such as ``/livez``.
            registry: What ``/metrics`` shows.
        """

        class Handler(_Handler):
            pass

        Handler.checks, Handler.registry = checks, registry
        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="health", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers GET."""

    checks: ClassVar[Mapping[str, Check]] = {}
    registry: ClassVar[CollectorRegistry]

    def do_GET(self) -> None:
        """Answer a probe or a scrape."""
        path = self.path.split("?")[0]
        if path == "/metrics":
            self._answer(200, generate_latest(self.registry), CONTENT_TYPE_LATEST)
        elif (check := self.checks.get(path)) is not None:
            wrong = check()
            self._answer(503 if wrong else 200, f"{wrong or 'ok'}\n".encode(), "text/plain")
        else:
            self._answer(404, b"not found\n", "text/plain")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: probes come every few seconds."""

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
