"""The composition root: the only place where the parts are made and wired to each other."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Mapping
from typing import Any, Final

import structlog
from pydantic import ValidationError

from agora_recording.agora.client import AgoraClient
from agora_recording.kube.api import KubeApi
from agora_recording.kube.events import KubeEvents
from agora_recording.kube.health import HealthServer
from agora_recording.kube.projects import KubeProjects
from agora_recording.kube.recordings import KubeRecordings, parse
from agora_recording.kube.secrets import KubeSecrets
from agora_recording.kube.watch import Watch, quiet_kopf
from agora_recording.reconcile.cycle import Cycle
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.means import Treasury
from agora_recording.reconcile.memory import Memories
from agora_recording.reconcile.queue import WorkQueue
from agora_recording.reconcile.turns import Turns
from agora_recording.reconcile.workers import Workers
from agora_recording.settings import LogFormat, Settings
from agora_recording.telemetry import Metrics, set_up_logging

HEARTBEAT_SECONDS: Final = 1.0
DEAD_SECONDS: Final = 60.0
"""A loop that has not run for so long is stuck: /livez asks for a restart."""
EVENT_DRAIN_SECONDS: Final = 3.0
"""How long Events may still be told at the end."""

log = structlog.get_logger()


class Operator:
    """One operator process."""

    def __init__(self, settings: Settings, api: KubeApi, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._memories = Memories()
        self._queue = WorkQueue()
        self._projects = KubeProjects()
        self._turns = Turns(self._queue.add)
        self._agora = AgoraClient(connections=settings.workers, observe=metrics.agora_called)
        self._events = KubeEvents(api, settings.identity)
        treasury = Treasury(self._projects, KubeSecrets(api), agora_url=settings.agora_url)
        cycle = Cycle(
            owner=settings.identity,
            poll_seconds=settings.poll_interval.total_seconds(),
            recordings=KubeRecordings(api),
            announcer=self._events,
            treasury=treasury,
            effects=Effects(self._agora),
            turns=self._turns,
        )
        self._workers = Workers(
            queue=self._queue,
            memories=self._memories,
            cycle=cycle,
            turns=self._turns,
            broke=metrics.failures.inc,
        )
        self._watch = Watch(self._deliver)
        self._beat = self._delivered = time.monotonic()

    async def run(self) -> int:
        """Work until told to stop; return the exit code."""
        checks = {"/livez": self._not_alive, "/readyz": self._not_ready}
        health = HealthServer(
            self._settings.health_host,
            self._settings.health_port,
            checks=checks,
            registry=self._metrics.registry,
        )
        health.start()
        log.info("Starting", health_port=health.port, identity=self._settings.identity)
        background = [asyncio.create_task(self._heart()), asyncio.create_task(self._events.run())]
        self._workers.start(self._settings.workers)
        self._watch.start()
        try:
            return await self._until_told()
        finally:
            await self._shut_down()
            for task in background:
                task.cancel()
            health.stop()

    async def _until_told(self) -> int:
        """Wait for a signal, or for the watch to end, which it should not."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, over.set)
        self._watch.ended.add_done_callback(lambda _: over.set())
        await over.wait()
        if not self._watch.ended.done():
            return 0
        log.error("The watch has ended", error=repr(self._watch.ended.result()))
        return 1

    async def _shut_down(self) -> None:
        """Take no new work, finish calls in flight with their writes, then let go."""
        log.info("Shutting down", in_flight=self._queue.in_flight)
        unfinished = await self._workers.stop(self._settings.shutdown_seconds)
        if unfinished:
            log.error("Calls did not finish in time", count=unfinished)
        await self._watch.stop()
        try:
            await asyncio.wait_for(self._events.drain(), EVENT_DRAIN_SECONDS)
        except TimeoutError:
            log.warning("Some events were not told")
        await self._agora.close()

    def _deliver(self, plural: str, kind: str | None, raw: Mapping[str, Any]) -> None:
        """Take in an event of the watch."""
        self._delivered = time.monotonic()
        if plural == "agoraprojects":
            self._deliver_project(kind, raw)
            return
        try:
            recording = parse(raw)
        except ValidationError:
            log.exception("Not understood by this release", name=raw["metadata"]["name"])
            return
        if kind == "DELETED":
            self._workers.vanish(recording.uid, recording)
        else:
            self._workers.see(recording)

    def _deliver_project(self, kind: str | None, raw: Mapping[str, Any]) -> None:
        namespace, name = raw["metadata"]["namespace"], raw["metadata"]["name"]
        if kind == "DELETED":
            self._projects.vanish(namespace, name)
        else:
            self._projects.see(raw)
        self._workers.wake_users(namespace, name)

    async def _heart(self) -> None:
        """Beat, measure the loop's lag, and keep the gauges."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            now = time.monotonic()
            self._metrics.loop_lag.set(max(now - self._beat - HEARTBEAT_SECONDS, 0.0))
            self._beat = now
            self._metrics.queue_depth.set(len(self._queue))
            self._metrics.in_flight.set(self._queue.in_flight)
            self._metrics.in_line.set(self._turns.in_line())
            self._metrics.watch_age.set(now - self._delivered)

    def _not_alive(self) -> str | None:
        lag = time.monotonic() - self._beat
        return f"the event loop has been stuck for {lag:.0f} s" if lag > DEAD_SECONDS else None

    def _not_ready(self) -> str | None:
        return None if self._watch.ready else "the watch has not started"


async def main(settings: Settings) -> int:
    """Run one operator process; return its exit code."""
    set_up_logging(as_json=settings.log_format is LogFormat.JSON, level=settings.log_level)
    quiet_kopf()
    metrics = Metrics()
    api = await KubeApi.connect(metrics.kube_called)
    try:
        return await Operator(settings, api, metrics).run()
    finally:
        await api.close()
