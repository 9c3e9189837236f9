"""What kopf is used for: watching, and nothing else.

kopf runs in a thread of its own, with a loop of its own, so that neither its shutdown, which
cancels every task it finds, nor its load touches a call to Agora in flight. Its handlers decide
nothing: they hand each event over to the main loop. Its create, update, delete and resume
handlers, timers, daemons and ``patch`` are not used, because they lose money
(docs/decisions/0002-kopf-only-watches.md).
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import aiohttp
import kopf
import structlog
from kubernetes.aio.client.configuration import Configuration

from agora_recording.kube.api import load_configuration
from agora_recording.kube.pulse import PAUSE_SECONDS, SILENCE_SECONDS, WATCH_SECONDS, Pulse
from agora_recording.kube.scope import Resource, Scope

STOP_SECONDS: Final = 5.0
"""How long the thread may take to end; it is a daemon, so it cannot keep the process."""
END_SECONDS: Final = 2.5
"""How long its streams, and then its other parts, may take of that."""
LOGIN_SECONDS: Final = 5.0
"""How long to wait before logging in again, after a failure or a 401."""
BACKOFFS: Final = (1, 2, 3, *(PAUSE_SECONDS,) * 12)
"""Pauses before a request is tried again; about a minute in all."""

Deliver = Callable[[str, str | None, Mapping[str, Any]], None]
"""Takes the plural of a resource, the type of the event and the object, in the main loop."""
HandOver = Callable[[str, Mapping[str, Any]], None]
"""Takes the plural of a resource and the event, in kopf's thread."""
Relisted = Callable[[str], None]
"""Takes the plural of which a whole list was just delivered, in the main loop."""


log = structlog.get_logger()


class Watch:
    """Watches recordings, and what they need, and delivers what it sees, until it fails.

    It is started once; what comes after a failure is ``Vigil``'s.
    """

    def __init__(self, scope: Scope, deliver: Deliver, relisted: Relisted) -> None:
        self._scope = scope
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._wanted = True
        self._stop: Callable[[], None] | None = None
        self.pulse = Pulse(scope.paths, lambda plural: self._tell(relisted, plural))
        """Tells whether it still watches."""
        self.over: asyncio.Future[BaseException | None] = self._loop.create_future()
        """Done as soon as it has failed or ended, with the error, if any."""
        self._gone: asyncio.Future[BaseException | None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    async def stop(self) -> None:
        """Deliver nothing from now on, and wait a little for the thread to end."""
        self._wanted = False
        if self._stop is not None:
            self._stop()
        if self._thread.ident is None:
            return
        _, unfinished = await asyncio.wait([self._gone], timeout=STOP_SECONDS)
        if unfinished:
            log.error("A watch does not end; leaving it behind")

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            asyncio.run(self._watch())
        except BaseException as caught:  # noqa: BLE001 - the end of a thread, told to the main loop
            error = caught
        for future in (self.over, self._gone):
            self._loop.call_soon_threadsafe(_settle, future, error)

    async def _watch(self) -> None:
        """Run kopf until a part of it fails. It would go on without that part."""
        own, stopped = asyncio.get_running_loop(), asyncio.Event()

        def stop() -> None:
            with suppress(RuntimeError):  # it has ended by itself
                own.call_soon_threadsafe(stopped.set)

        self._stop = stop
        if not self._wanted:
            return
        parts = await kopf.spawn_tasks(
            registry=registry(self._scope, self._hand_over, self.pulse),
            standalone=True,
            clusterwide=not self._scope.namespaces,
            namespaces=self._scope.namespaces,
        )
        told = asyncio.create_task(stopped.wait())
        done, _ = await asyncio.wait({*parts, told}, return_when=asyncio.FIRST_COMPLETED)
        self._loop.call_soon_threadsafe(_settle, self.over, _error_of(done))
        await _end_all(parts)

    def _hand_over(self, plural: str, event: Mapping[str, Any]) -> None:
        self._tell(self._deliver, plural, event["type"], event["object"])

    def _tell(self, whom: Callable[..., None], *what: Any) -> None:
        if self._wanted:
            self._loop.call_soon_threadsafe(whom, *what)


def _settle(future: asyncio.Future[BaseException | None], error: BaseException | None) -> None:
    if not future.done():
        future.set_result(error)


def _error_of(tasks: Collection[asyncio.Task[Any]]) -> BaseException | None:
    """Return what the first of some tasks that are done has failed with, if one has."""
    errors = [task.exception() for task in tasks if not task.cancelled()]
    return next(filter(None, errors), None)


async def _end_all(parts: Collection[asyncio.Task[None]]) -> None:
    """End kopf. It does not end by itself once a part has failed.

    Its streams come first, and apart from the tasks that they wait for: kopf takes the end of such
    a task for a pause, and overlooks that the stream was cancelled, too. Usually the part to which
    they belong ends them, but it may be the one that has failed.
    """
    streams = [task for task in asyncio.all_tasks() if task.get_name().startswith("watcher for ")]
    for tasks in filter(None, (streams, parts)):
        for task in tasks:
            task.cancel()
        ended, _ = await asyncio.wait(tasks, timeout=END_SECONDS)
        _error_of(ended)  # asyncio complains of errors that nobody has seen


def registry(
    scope: Scope, hand_over: HandOver, pulse: Pulse | None = None
) -> kopf.OperatorRegistry:
    """Return all the handlers that kopf is given; ``pulse`` is to see all that it asks for."""
    handlers = kopf.OperatorRegistry()
    middlewares = [pulse] if pulse else []
    logged_in = -math.inf
    kopf.on.startup(registry=handlers)(configure)

    @kopf.on.login(registry=handlers, backoff=LOGIN_SECONDS)
    async def login(**_: Any) -> kopf.AiohttpSession:
        """Log in as the rest of the operator does; again after a 401, but not at once."""
        nonlocal logged_in
        await asyncio.sleep(max(logged_in + LOGIN_SECONDS - time.monotonic(), 0.0))
        logged_in = time.monotonic()
        return session(await load_configuration(), middlewares)

    for resource in scope.needed:
        _know(handlers, resource, hand_over)
    for resource in scope.watched:
        _see(handlers, resource, hand_over)
    return handlers


def _know(handlers: kopf.OperatorRegistry, resource: Resource, hand_over: HandOver) -> None:
    plural = resource[2]

    @kopf.index(*resource, id=f"know_{plural}", registry=handlers)
    def know(body: kopf.Body, **_: Any) -> None:
        """Hand an object over before any recording: kopf fills indices before it calls handlers."""
        hand_over(plural, {"type": None, "object": dict(body)})


def _see(handlers: kopf.OperatorRegistry, resource: Resource, hand_over: HandOver) -> None:
    plural = resource[2]

    @kopf.on.event(*resource, id=f"see_{plural}", registry=handlers)
    def see(event: Mapping[str, Any], **_: Any) -> None:
        """Hand an object over."""
        hand_over(plural, event)


def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
    """Set kopf up to watch only: no scanning, no Events, no silent watch."""
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.queueing.idle_timeout = 0.5
    settings.queueing.exit_timeout = 1.0
    settings.watching.server_timeout = WATCH_SECONDS
    settings.watching.client_timeout = SILENCE_SECONDS
    settings.watching.inactivity_timeout = SILENCE_SECONDS
    settings.networking.request_timeout = 30
    settings.networking.error_backoffs = BACKOFFS
    settings.process.ultimate_exiting_timeout = None  # else its end kills the process


def session(
    configuration: Configuration, middlewares: Sequence[aiohttp.ClientMiddlewareType]
) -> kopf.AiohttpSession:
    """Return a session as kopf wants it, of kubernetes.aio's configuration; kopf closes it.

    The token is taken from the configuration for each request, which reads it anew as long as the
    kubelet exchanges it.
    """

    async def authorize(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        bearer = (await configuration.auth_settings()).get("BearerToken", {}).get("value")
        if bearer:
            request.headers["Authorization"] = bearer
        return await send(request)

    info = kopf.ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        insecure=not configuration.verify_ssl,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
    )
    client = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=info.as_ssl_context()),
        middlewares=(*middlewares, authorize),
        proxy=configuration.proxy,
    )
    return kopf.AiohttpSession(server=info.server, aiohttp_session=client)


def quiet_kopf() -> None:
    """Let kopf say warnings only; that it leaves signals to the main thread is no news."""
    logger = logging.getLogger("kopf")
    logger.setLevel(logging.WARNING)
    logging.getLogger("kopf._core.reactor.running").addFilter(
        lambda record: "OS signals are ignored" not in record.getMessage()
    )
