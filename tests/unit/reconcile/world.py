"""One object, an API server, an Agora and operator processes, in fake time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from agora_recording.agora.hosts import Hosts
from agora_recording.bucket import BucketError, Place
from agora_recording.domain.observation import Recording
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.budgets import Budgets
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.cycle import Cycle, Rest
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.eyes import Eyes
from agora_recording.reconcile.means import Treasury
from agora_recording.reconcile.memory import Memories
from agora_recording.reconcile.namespaces import Namespaces
from agora_recording.reconcile.ports import Secret
from agora_recording.reconcile.protection import ProjectProtection
from agora_recording.reconcile.queue import WorkQueue
from agora_recording.reconcile.workers import Workers
from builders import NOW, recording
from unit.reconcile.fake_agora import FakeAgora
from unit.reconcile.fake_cluster import CrashError, FakeAnnouncer, FakeCluster
from unit.reconcile.fake_projects import FakeProjects

HOME = "operator"
"""The namespace of the operator."""

Wake = Callable[[str, Urgency], None]
"""Told the key and the class of work whose turn has come."""


def tick() -> float:
    """Return the loop's time."""
    return asyncio.get_running_loop().time()


def now() -> datetime:
    """Return the wall-clock time that goes with it, in whole seconds."""
    return NOW + timedelta(seconds=int(tick() - 1000.0))


class FakeSecrets:
    """Implements ``Secrets``."""

    def __init__(self) -> None:
        self.data: dict[str, Mapping[str, str]] = {
            "agora": {"customerId": "customer", "customerSecret": "secret"},
            "storage": {"accessKey": "access", "secretKey": "key"},
        }
        self.trouble: Exception | None = None
        self.before_read: Callable[[], None] = lambda: None

    async def read(self, namespace: str, name: str, *, max_age: float) -> Secret | None:
        """Return the Secret; it is another version if it holds something else."""
        del namespace, max_age
        self.before_read()
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        data = self.data.get(name)
        return None if data is None else Secret(data, str(sorted(data.items())))


class FakeBucket:
    """Implements ``Sids``."""

    def __init__(self) -> None:
        self.sids: tuple[str, ...] = ()
        self.trouble: BucketError | None = None
        self.searched = 0

    async def find_sids(self, place: Place, channel: str, since: datetime) -> tuple[str, ...]:
        """Return the sids that are there."""
        del place, channel, since
        self.searched += 1
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        return self.sids


class Process:
    """An operator process that works on one object."""

    def __init__(self, world: World, owner: str, wake: Wake | None = None) -> None:
        self.world = world
        self.leads = True
        """Whether it holds the Lease."""
        assert world.cluster.object is not None
        self.memories = Memories()
        self.memories.see(world.cluster.object)
        memory = self.memories.get(world.cluster.object.uid)
        assert memory is not None
        self.memory = memory
        self.woken = asyncio.Event()
        wake = wake or self._wake
        self.budgets = Budgets(wake)
        self.claims = Claims(lambda uid: wake(uid, Urgency.UPDATE))
        self.namespaces = Namespaces()
        self.projects = ProjectProtection(world.projects, self.memories, self.namespaces)
        self.hosts = Hosts(tick=tick)
        self.treasury = Treasury(self.projects, world.secrets, self.hosts, home=HOME)
        clock = Clock(now=now, tick=tick, chance=lambda: 0.5)
        self.cycle = Cycle(
            recordings=world.cluster,
            announcer=world.announcer,
            eyes=Eyes(owner, self.treasury, self.claims, poll_seconds=60.0, clock=clock),
            treasury=self.treasury,
            effects=Effects(world.agora, world.bucket),
            budgets=self.budgets,
            clock=clock,
            leads=lambda: self.leads,
        )
        self.see_project()

    def workers(
        self,
        queue: WorkQueue,
        memories: Memories | None = None,
        broke: Callable[[], None] = lambda: None,
    ) -> Workers:
        """Return workers for the cycle, over what the process knows unless told otherwise."""
        return Workers(
            queue=queue,
            memories=self.memories if memories is None else memories,
            cycle=self.cycle,
            budgets=self.budgets,
            claims=self.claims,
            broke=broke,
        )

    async def run(self) -> Rest:
        """See the newest look, as the watch would show it, and run once."""
        found = self.world.cluster.object
        if found is not None and found.uid == self.memory.recording.uid:
            self.memory.see(found)
        self.see_project()
        return await self.cycle.run(self.memory)

    def see_project(self) -> None:
        """See the newest look at the project, as the watch would show it."""
        projects = self.world.projects
        known, found = self.projects.find(projects.key), projects.object
        if found is not None:
            self.projects.see(found)
        elif known is not None:
            self.projects.vanish(known)

    async def run_for(self, seconds: float) -> None:
        """Go on as the workers do, for so long."""
        end = tick() + seconds
        while tick() < end:
            self.woken.clear()
            rest = await self.run()
            if self.memory.released:
                return
            wait = end - tick() if rest.seconds is None else min(rest.seconds, end - tick())
            try:
                await asyncio.wait_for(self.woken.wait(), max(wait, 0.001))
            except TimeoutError:
                continue

    def _wake(self, _key: str, _urgency: Urgency) -> None:
        self.woken.set()


class World:
    """Everything there is."""

    def __init__(self, made: Recording | None = None, projects: FakeProjects | None = None) -> None:
        self.cluster = FakeCluster(made or recording())
        self.agora = FakeAgora()
        self.bucket = FakeBucket()
        self.announcer = FakeAnnouncer()
        self.secrets = FakeSecrets()
        self.projects = projects or FakeProjects()
        self.processes = 0

    def process(self, wake: Wake | None = None) -> Process:
        """Start an operator process with an empty memory.

        Its turns are told to ``wake``; by default to its own ``run_for``.
        """
        self.processes += 1
        return Process(self, f"process-{self.processes}", wake)

    async def recorded(self) -> Process:
        """Return a process whose recording is confirmed."""
        process = self.process()
        await process.run_for(30)
        assert self.reason() == "Recording"
        return process

    @property
    def status(self) -> Any:  # noqa: ANN401 - the status of an object that is there
        """The stored status."""
        assert self.cluster.object is not None
        return self.cluster.object.status

    def message(self) -> str:
        """Return the message of Ready."""
        return str(next(c.message for c in self.status.conditions if c.type == "Ready"))

    def reason(self) -> str:
        """Return the reason of Ready."""
        return str(next(c.reason for c in self.status.conditions if c.type == "Ready"))

    def crash_at(self, effect: int) -> None:
        """Kill whoever makes the n-th effect: each call and each write counts before and after."""
        left = effect

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise CrashError

        self.cluster.before_write = self.cluster.after_write = count
        self.projects.before_write = self.projects.after_write = count
        self.agora.before_call = self.agora.after_call = count
