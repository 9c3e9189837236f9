"""The workers: take the most urgent object, run its cycle, plan its next look."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Final

import structlog

from agora_recording.crd.recording import ProjectKind
from agora_recording.domain.observation import Recording
from agora_recording.domain.project import Key, key_of
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.budgets import Budgets
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.cycle import Cycle, Rest
from agora_recording.reconcile.memory import Memories
from agora_recording.reconcile.queue import WorkQueue

BROKEN_SECONDS: Final = 30.0
"""How long an object rests whose cycle broke off unexpectedly."""

log = structlog.get_logger()


class Workers:
    """Works on objects, so many at a time."""

    def __init__(
        self,
        *,
        queue: WorkQueue,
        memories: Memories,
        cycle: Cycle,
        budgets: Budgets,
        claims: Claims,
        broke: Callable[[], None] = lambda: None,
    ) -> None:
        self._queue = queue
        self._memories = memories
        self._cycle = cycle
        self._budgets = budgets
        self._claims = claims
        self._broke = broke
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, count: int) -> None:
        """Begin to work."""
        self._tasks = [asyncio.create_task(self._work()) for _ in range(count)]

    async def stop(self, seconds: float) -> int:
        """Take no new work and finish what is in flight; return how much did not finish."""
        self._queue.close()
        if not self._tasks:
            return 0
        _, unfinished = await asyncio.wait(self._tasks, timeout=seconds)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        last = (self._cycle.last_words.speak(memory) for memory in self._memories)
        await asyncio.gather(*last, return_exceptions=True)
        return len(unfinished)

    def stand_by(self) -> None:
        """Take no new work: another process may lead. What it does is only watched.

        Cycles in flight save what they have learned. A sid that is stored nowhere is still stored,
        and if its object is gone, the recording is stopped: nobody else could.
        """
        self._memories.standing_by = True
        self._queue.pause(self._alone_knows)
        self._begin_anew()

    def lead(self) -> None:
        """Look at everything, as if this process had just begun."""
        self._memories.standing_by = False
        self._queue.resume()
        for memory in self._memories:
            self._queue.add(memory.recording.uid, _first_urgency(memory.recording))

    def see(self, recording: Recording) -> None:
        """Take in a look at an object; work on it if it is news."""
        if self._memories.see(recording):
            self._queue.add(recording.uid, _first_urgency(recording))

    def vanish(self, uid: str, last: Recording | None = None) -> None:
        """Take in that an object is gone; work on it if something may still run for it.

        Who stands by leaves that to the leader, but for a sid that nobody else knows.
        """
        idle = not (self._alone_knows(uid) or self._queue.is_working(uid))
        if self._memories.standing_by and idle:
            self._memories.forget(uid)
        if self._memories.vanish(uid, last):
            self._queue.add(uid, Urgency.STOP)
        else:
            self._drop(uid)

    def sweep(self, present: set[str], version: int) -> int:
        """Take in which objects exist as of ``version``; return how many had vanished unseen.

        A relist after a broken watch says nothing of what was deleted meanwhile.
        """
        vanished = [
            memory.recording.uid
            for memory in self._memories
            if memory.recording.uid not in present
            and int(memory.recording.resource_version) <= version
            and not memory.recording.gone
        ]
        for uid in vanished:
            self.vanish(uid)
        return len(vanished)

    def wake_users(self, project: Key) -> None:
        """Look again at all objects that use a project."""
        self._wake(lambda recording: key_of(recording) == project)

    def wake_namespace(self, namespace: str) -> None:
        """Look again at all objects of a namespace that ask to be admitted to their project."""
        shared = ProjectKind.CLUSTER_AGORA_PROJECT
        self._wake(lambda r: r.namespace == namespace and r.spec.project_ref.kind is shared)

    def _wake(self, concerns: Callable[[Recording], bool]) -> None:
        for memory in self._memories:
            if concerns(memory.recording):
                self._queue.add(memory.recording.uid, Urgency.UPDATE)

    async def _work(self) -> None:
        while (key := await self._queue.next()) is not None:
            rest = await self._run(key)
            self._queue.done(key)
            if rest is not None:
                self._plan(key, rest)

    async def _run(self, key: str) -> Rest | None:
        """Run the cycle of one object. Nothing that goes wrong there ends a worker."""
        memory = self._memories.get(key)
        if memory is None:
            return None
        try:
            rest = await self._cycle.run(memory)
        except Exception:
            log.exception("A cycle broke off", name=memory.recording.name)
            self._broke()
            return Rest(BROKEN_SECONDS * (1 + random.random()))  # noqa: S311 - jitter
        finally:
            if memory.outdated:
                memory.begin_anew()
        if rest.over or (memory.released and memory.recording.gone):
            self._memories.forget(key)
            self._drop(key)
            return None
        return rest

    def _plan(self, key: str, rest: Rest) -> None:
        if rest.seconds is not None:
            self._queue.add_later(key, rest.urgency, rest.seconds)

    def _alone_knows(self, uid: str) -> bool:
        """Say whether this process knows a sid that is stored nowhere."""
        memory = self._memories.get(uid)
        return memory is not None and bool(memory.unsaved_sids)

    def _begin_anew(self) -> None:
        """Forget what others may have overtaken; where a cycle is in flight, once it ends."""
        for memory in self._memories:
            self._budgets.forget(memory.recording.uid)
            if self._queue.is_working(memory.recording.uid):
                memory.outdated = True
            else:
                memory.begin_anew()

    def _drop(self, key: str) -> None:
        self._queue.forget(key)
        self._budgets.forget(key)
        self._claims.forget(key)


def _first_urgency(recording: Recording) -> Urgency:
    """Guess the class of what a changed object needs; its cycle knows better."""
    if recording.leaving:
        return Urgency.STOP
    return Urgency.UPDATE if recording.status.attempts else Urgency.START
