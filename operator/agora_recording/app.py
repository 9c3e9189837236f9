"""The composition root: the only place where the parts are made and wired to each other."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Final

import structlog

from agora_recording.agora.client import AgoraClient
from agora_recording.agora.hosts import Hosts, only
from agora_recording.bucket import Bucket
from agora_recording.kube.api import KubeApi
from agora_recording.kube.events import KubeEvents
from agora_recording.kube.health import HealthServer
from agora_recording.kube.inbox import Inbox
from agora_recording.kube.kinds import lacking
from agora_recording.kube.lease import Candidate, Elector
from agora_recording.kube.projects import KubeProjects
from agora_recording.kube.recordings import KubeRecordings
from agora_recording.kube.scope import Scope
from agora_recording.kube.secrets import KubeSecrets
from agora_recording.kube.vigil import Vigil
from agora_recording.kube.watch import Watch, quiet_kopf
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.budgets import Budgets
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.cycle import Cycle
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.eyes import Eyes
from agora_recording.reconcile.means import Treasury
from agora_recording.reconcile.memory import Memories
from agora_recording.reconcile.namespaces import Namespaces
from agora_recording.reconcile.projects import ProjectReports
from agora_recording.reconcile.protection import ProjectProtection
from agora_recording.reconcile.queue import WorkQueue
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
        self._memories, self._queue = Memories(), WorkQueue()
        namespaces = Namespaces()
        protection = ProjectProtection(KubeProjects(api), self._memories, namespaces)
        scope = Scope(settings.watch_namespaces)
        recordings = KubeRecordings(api, scope)
        self._budgets = Budgets(self._queue.add)
        hosts = Hosts(only(settings.agora_url))
        self._agora = AgoraClient(hosts, connections=settings.workers, observe=metrics.agora_called)
        self._elector = Elector(api, _candidate(settings), self._lead_or_stand_by)
        self._events = KubeEvents(api, settings.identity)
        treasury = Treasury(protection, KubeSecrets(api), hosts, home=settings.namespace)
        self._reports = ProjectReports(treasury, protection, leads=self._leads)
        treasury.changed = self._reports.wake
        claims = Claims(lambda uid: self._queue.add(uid, Urgency.UPDATE))
        poll_seconds = settings.poll_interval.total_seconds()
        eyes = Eyes(settings.identity, treasury, claims, poll_seconds=poll_seconds)
        self._workers = Workers(
            queue=self._queue,
            memories=self._memories,
            cycle=self._cycle(recordings, eyes, treasury),
            budgets=self._budgets,
            claims=claims,
            broke=metrics.failures.inc,
        )
        self._inbox = Inbox(self._workers, self._reports, recordings, namespaces)
        self._vigil = Vigil(
            lambda: lacking(api, scope.plurals),
            lambda: Watch(scope, self._inbox.deliver, self._inbox.relist),
            replaced=metrics.watch_restarts.inc,
        )
        self._beat = time.monotonic()

    def _cycle(self, recordings: KubeRecordings, eyes: Eyes, treasury: Treasury) -> Cycle:
        return Cycle(
            recordings=recordings,
            announcer=self._events,
            eyes=eyes,
            treasury=treasury,
            effects=Effects(self._agora, Bucket(endpoint=self._settings.storage_url)),
            budgets=self._budgets,
            leads=self._leads,
        )

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
        work = (
            self._heart(),
            self._take_part(),
            self._events.run(),
            self._reports.run(),
            self._inbox.sweep(),
            self._vigil.run(),
        )
        background = [asyncio.create_task(task) for task in work]
        self._lead_or_stand_by()
        self._workers.start(self._settings.workers)
        try:
            return await self._until_told(background)
        finally:
            await self._shut_down()
            for task in background:
                task.cancel()
            health.stop()

    async def _until_told(self, background: list[asyncio.Task[None]]) -> int:
        """Wait for a signal, or for something to end that should not."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, over.set)
        for task in background:
            task.add_done_callback(lambda _: over.set())
        await over.wait()
        broken = [task for task in background if task.done()]
        for task in broken:
            log.error("A vital part has ended", part=repr(task))
        return 1 if broken else 0

    async def _shut_down(self) -> None:
        """Take no new work, finish calls in flight with their writes, then let go."""
        log.info("Shutting down", in_flight=self._queue.in_flight)
        unfinished = await self._workers.stop(self._settings.shutdown_seconds)
        if unfinished:
            log.error("Calls did not finish in time", count=unfinished)
        if self._settings.leader_election:
            await self._elector.release()
        await self._vigil.stop()
        try:
            await asyncio.wait_for(self._events.drain(), EVENT_DRAIN_SECONDS)
        except TimeoutError:
            log.warning("Some events were not told")
        await self._agora.close()

    def _leads(self) -> bool:
        """Say whether this process may act at this moment."""
        return not self._settings.leader_election or self._elector.leads

    def _lead_or_stand_by(self) -> None:
        """Follow the Lease."""
        if not self._leads():
            self._workers.stand_by()
            return
        self._workers.lead()
        self._reports.wake_all()

    async def _take_part(self) -> None:
        """Take part in the election, if there is one, and stay.

        Who waits for CRDs leaves the Lease to others: an older release may know what there is.
        """
        await self._vigil.known.wait()
        if self._settings.leader_election:
            await self._elector.run()
        await asyncio.Event().wait()

    async def _heart(self) -> None:
        """Beat, measure the loop's lag, and keep the gauges."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            now = time.monotonic()
            self._metrics.loop_lag.set(max(now - self._beat - HEARTBEAT_SECONDS, 0.0))
            self._beat = now
            self._count(now)

    def _count(self, now: float) -> None:
        """Set the gauges."""
        metrics = self._metrics
        metrics.queue_depth.set(len(self._queue))
        metrics.in_flight.set(self._queue.in_flight)
        metrics.in_line.set(self._budgets.in_line())
        metrics.leader.set(self._leads())
        metrics.lease_transitions.set(self._elector.transitions)
        metrics.watch_age.set(now - self._inbox.delivered)
        for phase, count in self._memories.phases().items():
            metrics.recordings.labels(phase).set(count)

    def _not_alive(self) -> str | None:
        lag = time.monotonic() - self._beat
        return f"the event loop has been stuck for {lag:.0f} s" if lag > DEAD_SECONDS else None

    def _not_ready(self) -> str | None:
        """Say what is missing; who waits for the Lease is ready, too."""
        if trouble := self._vigil.trouble:
            return trouble
        if self._settings.leader_election and not self._elector.reached:
            return "the Lease is out of reach: may the operator get, create and patch leases?"
        return None


def _candidate(settings: Settings) -> Candidate:
    return Candidate(
        namespace=settings.namespace,
        identity=settings.identity,
        pod=settings.pod_name,
        duration=settings.lease_duration.total_seconds(),
        deadline=settings.renew_deadline.total_seconds(),
        retry=settings.retry_period.total_seconds(),
    )


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
