"""One operator process, made of the shipped parts as ``app`` wires them.

Only its edges differ: the store and the simulation in the place of sockets, a courier in the place
of kopf's watch, virtual time.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from random import Random
from typing import Any, Final

from agora_recording.agora.hosts import Hosts
from agora_recording.kube.events import KubeEvents
from agora_recording.kube.inbox import Inbox
from agora_recording.kube.lease import Candidate, Elector
from agora_recording.kube.projects import KubeProjects
from agora_recording.kube.recordings import KubeRecordings
from agora_recording.kube.secrets import KubeSecrets
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.budgets import Budgets
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.clock import Clock
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
from agora_recording.settings import Settings
from chaos.store.server import Store
from chaos.world import kube
from chaos.world.agora import AgoraService, SimulatedAgora
from chaos.world.bucket import SimulatedBucket
from chaos.world.courier import Courier
from chaos.world.gate import Gate
from chaos.world.journal import Journal
from chaos.world.time import elapsed, wall

OWNER: Final[contextvars.ContextVar[OperatorProcess | None]] = contextvars.ContextVar(
    "owner", default=None
)
"""The process that a task belongs to."""
GRACE: Final = 60.0
"""Seconds from SIGTERM to SIGKILL."""
LEASE: Final = {"duration": 12.0, "deadline": 8.0, "retry": 4.0}
"""Times of the Lease, in seconds; it is renewed more rarely than is shipped, to save work."""


class OperatorProcess:
    """A process that can be killed, stopped for a while, and told to end."""

    def __init__(
        self,
        name: str,
        store: Store,
        service: AgoraService,
        journal: Journal,
        *,
        workers: int,
        skew: float,
        election: bool,
    ) -> None:
        self.name = name
        self.gate = Gate(journal)
        self.tasks: set[asyncio.Task[Any]] = set()
        self.broken = 0
        self._began = elapsed()
        self._context = contextvars.copy_context()
        self._context.run(OWNER.set, self)
        self._settings = Settings(identity=name, workers=workers)
        chance = Random(name)  # noqa: S311 - the same in each run
        self._clock = Clock(
            now=lambda: wall(skew), tick=asyncio.get_running_loop().time, chance=chance.random
        )
        self._api = kube.connect(store, self.gate, name)
        candidate = Candidate("default", name, None, **LEASE)
        self._elector = (
            Elector(self._api, candidate, self._lead_or_stand_by, self._clock.now)
            if election
            else None
        )
        self._compose(service)
        self.courier = Courier(store, self.gate, self._deliver, self._inbox.relist, chance)

    def _compose(self, service: AgoraService) -> None:
        api, clock = self._api, self._clock
        self._queue = WorkQueue()
        memories = Memories()
        recordings = KubeRecordings(api)
        protection = ProjectProtection(KubeProjects(api), memories)
        budgets = Budgets(self._queue.add)
        self._events = KubeEvents(api, self.name)
        hosts = Hosts(tick=clock.tick)
        treasury = Treasury(protection, KubeSecrets(api), hosts, home="operator")
        self._reports = ProjectReports(treasury, protection, clock, self._leads)
        treasury.changed = self._reports.wake
        claims = Claims(lambda uid: self._queue.add(uid, Urgency.UPDATE))
        agora = SimulatedAgora(service, self.gate, hosts, self.name)
        poll_seconds = self._settings.poll_interval.total_seconds()
        cycle = Cycle(
            recordings=recordings,
            announcer=self._events,
            eyes=Eyes(self.name, treasury, claims, poll_seconds=poll_seconds, clock=clock),
            treasury=treasury,
            effects=Effects(agora, SimulatedBucket(service, self.gate)),
            budgets=budgets,
            clock=clock,
            leads=self._leads,
        )
        self._workers = Workers(
            queue=self._queue,
            memories=memories,
            cycle=cycle,
            budgets=budgets,
            claims=claims,
            broke=self._broke,
        )
        self._inbox = Inbox(self._workers, self._reports, recordings, Namespaces())

    @property
    def alive(self) -> bool:
        """Whether it still does anything."""
        return not self.gate.dead

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return elapsed() - self._began

    @property
    def leads(self) -> bool:
        """Whether it works now, rather than standing by, being stopped or dead."""
        return self.gate.is_open and self._leads()

    def start(self) -> None:
        """Begin to watch and to work."""
        self._context.run(self._lead_or_stand_by)
        self._context.run(self._workers.start, self._settings.workers)
        for part in (self._events.run(), self._reports.run(), self._inbox.sweep()):
            self._spawn(part)
        if self._elector is not None:
            self._spawn(self._elector.run())
        self.courier.relist()

    def kill(self) -> None:
        """End at once: from now on none of its tasks does anything."""
        self.gate.close_for_good()
        for task in list(self.tasks):
            task.cancel()

    def pause(self) -> None:
        """Stop, as by SIGSTOP."""
        self.gate.close()

    def resume(self) -> None:
        """Go on, as by SIGCONT."""
        self.gate.open()

    async def terminate(self) -> None:
        """End in an orderly way, as by SIGTERM; by SIGKILL if that takes longer than GRACE."""
        await asyncio.wait([self._spawn(self._shut_down())], timeout=GRACE)
        self.kill()

    async def _shut_down(self) -> None:
        await self.gate.passage()  # a stopped process hears SIGTERM when it goes on
        await self._workers.stop(self._settings.shutdown_seconds)
        if self._elector is not None:
            await self._elector.release()

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return self._context.run(asyncio.create_task, work)

    def _deliver(self, plural: str, kind: str | None, body: dict[str, Any]) -> None:
        self._context.run(self._inbox.deliver, plural, kind, body)

    def _leads(self) -> bool:
        return self._elector is None or self._elector.leads

    def _lead_or_stand_by(self) -> None:
        if self._leads():
            self._workers.lead()
            self._reports.wake_all()
        else:
            self._workers.stand_by()

    def _broke(self) -> None:
        self.broken += 1


def own(loop: asyncio.AbstractEventLoop) -> None:
    """Let each task of a process be known to it, so that it can be killed with it."""

    def make(
        loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **options)
        if (owner := OWNER.get()) is not None:
            owner.tasks.add(task)
            task.add_done_callback(owner.tasks.discard)
        return task

    loop.set_task_factory(make)  # type: ignore[arg-type]  # typeshed asks for more than a Task
