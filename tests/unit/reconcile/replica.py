"""One of several operator processes, with workers and a watch, in fake time."""

from __future__ import annotations

import asyncio

from agora_recording.domain.observation import Recording
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.queue import WorkQueue
from unit.reconcile.world import World


class Replica:
    """A process that leads when it is told to."""

    def __init__(self, world: World, *, watch_seconds: float = 0.05) -> None:
        """Begin, standing by. The watch is ``watch_seconds`` late, and skips what came between."""
        self._world = world
        self.queue = WorkQueue()
        self.process = world.process(self.queue.add)
        self.memories = self.process.memories
        self.workers = self.process.workers(self.queue)
        self.stand_by()
        self.workers.start(2)
        self._watch_seconds = watch_seconds
        self._watching = asyncio.create_task(self._watch())

    @property
    def memory(self) -> Memory | None:
        """What it knows of the object."""
        return self.memories.get("object-1")

    def lead(self) -> None:
        """Get the Lease."""
        self.process.leads = True
        self.workers.lead()

    def stand_by(self) -> None:
        """Lose the Lease."""
        self.process.leads = False
        self.workers.stand_by()

    async def stop(self) -> None:
        """End as after SIGTERM."""
        await self.workers.stop(30)
        self._watching.cancel()

    async def _watch(self) -> None:
        seen: Recording | None = None
        while True:
            self.process.see_project()
            now = self._world.cluster.object
            if now is not None and now is not seen:
                self.workers.see(now)
            if now is None and seen is not None:
                self.workers.vanish(seen.uid, seen)
            seen = now
            await asyncio.sleep(self._watch_seconds)


async def recorded(world: World) -> tuple[Replica, Replica]:
    """Return the leader of a confirmed recording, and a process that stands by."""
    leader, other = Replica(world), Replica(world)
    leader.lead()
    await asyncio.sleep(30)
    assert world.reason() == "Recording"
    return leader, other
