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
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import kopf

from agora_recording.crd.model import GROUP, VERSION
from agora_recording.kube.api import load_configuration

RECORDINGS: Final = (GROUP, VERSION, "cloudrecordings")
PROJECTS: Final = (GROUP, VERSION, "agoraprojects")
STOP_SECONDS: Final = 5.0
"""How long the thread may take to end; it is a daemon, so it cannot keep the process."""
PLURALS: Final = frozenset({RECORDINGS[2], PROJECTS[2]})
"""What must be served before the watch starts: kopf does not notice kinds that come later."""
WATCH_SECONDS: Final = 40
"""How long the API server keeps a watch open. The next one continues where it ended."""
SILENCE_SECONDS: Final = 45
"""After so long a watch that should have ended has died silently, and is replaced."""

Deliver = Callable[[str, str | None, Mapping[str, Any]], None]
"""Takes the plural of a resource, the type of the event and the object, in the main loop."""


class Watch:
    """Watches CloudRecordings and AgoraProjects, and delivers what it sees."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self.ended: asyncio.Future[BaseException | None] = self._loop.create_future()
        """Done when the watch has ended, with the error that ended it, if any."""
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    @property
    def ready(self) -> bool:
        """Whether kopf has started."""
        return self._ready.is_set()

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    async def stop(self) -> None:
        """Stop watching, and wait a little for the thread to end."""
        self._stop.set()
        if self._thread.ident is not None:
            await asyncio.wait([self.ended], timeout=STOP_SECONDS)

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            asyncio.run(self._watch())
        except BaseException as caught:  # noqa: BLE001 - the end of a thread, told to the main loop
            error = caught
        self._loop.call_soon_threadsafe(self._end, error)

    def _end(self, error: BaseException | None) -> None:
        if not self.ended.done():
            self.ended.set_result(error)

    async def _watch(self) -> None:
        await kopf.operator(
            registry=registry(self._hand_over),
            standalone=True,
            clusterwide=True,
            stop_flag=self._stop,
            ready_flag=self._ready,
        )

    def _hand_over(self, plural: str, event: Mapping[str, Any]) -> None:
        self._loop.call_soon_threadsafe(self._deliver, plural, event["type"], event["object"])


def registry(hand_over: Callable[[str, Mapping[str, Any]], None]) -> kopf.OperatorRegistry:
    """Return all the handlers that kopf is given."""
    handlers = kopf.OperatorRegistry()

    @kopf.on.startup(registry=handlers)
    def configure(settings: kopf.OperatorSettings, **_: Any) -> None:
        """Set kopf up to watch only: no scanning, no Events, no silent watch."""
        settings.scanning.disabled = True
        settings.posting.enabled = False
        settings.queueing.idle_timeout = 0.5
        settings.watching.server_timeout = WATCH_SECONDS
        settings.watching.client_timeout = SILENCE_SECONDS
        settings.watching.inactivity_timeout = SILENCE_SECONDS
        settings.networking.request_timeout = 30

    @kopf.on.login(registry=handlers)
    async def login(**_: Any) -> kopf.ConnectionInfo:
        """Log in as the rest of the operator does."""
        return await _connection()

    @kopf.index(*PROJECTS, registry=handlers)
    def know_projects(body: kopf.Body, **_: Any) -> None:
        """Hand projects over before any recording: kopf fills indices before it calls handlers."""
        hand_over("agoraprojects", {"type": None, "object": dict(body)})

    @kopf.on.event(*PROJECTS, registry=handlers)
    def see_project(event: Mapping[str, Any], **_: Any) -> None:
        """Hand a project over."""
        hand_over("agoraprojects", event)

    @kopf.on.event(*RECORDINGS, registry=handlers)
    def see_recording(event: Mapping[str, Any], **_: Any) -> None:
        """Hand a recording over."""
        hand_over("cloudrecordings", event)

    return handlers


async def _connection() -> kopf.ConnectionInfo:
    """Return kubernetes.aio's configuration as kopf wants it: one place for logging in."""
    configuration = await load_configuration()
    bearer = (await configuration.auth_settings()).get("BearerToken", {}).get("value")
    return kopf.ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        insecure=not configuration.verify_ssl,
        token=bearer.split(" ", 1)[-1] if bearer else None,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
    )


def quiet_kopf() -> None:
    """Let kopf say warnings only; that it leaves signals to the main thread is no news."""
    logger = logging.getLogger("kopf")
    logger.setLevel(logging.WARNING)
    logging.getLogger("kopf._core.reactor.running").addFilter(
        lambda record: "OS signals are ignored" not in record.getMessage()
    )
