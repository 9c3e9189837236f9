"""A world in virtual time: an API server, an Agora, people, and operator processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from agora_simulator.settings import Settings
from builders import APP
from chaos.store.server import Change, Store
from chaos.world.agora import AgoraService
from chaos.world.journal import Journal
from chaos.world.judge import Judge
from chaos.world.people import People
from chaos.world.process import OperatorProcess, own
from chaos.world.time import elapsed, wall
from chaos.world.wishes import Wishes
from unit.reconcile.fake_time import FakeTimeLoop

PATIENCE: Final = 3600.0
"""Seconds in which a world must come to be as declared."""
STEADY: Final = 420.0
"""Seconds for which it must then stay so: longer than any start can take effect late."""
CHANNEL: Final = "standup"
RESTLESS: Final = 5000
"""Requests per object after which a world is taken for one that never comes to rest."""
LOOK_EVERY: Final = 2.0
GLANCE_EVERY: Final = 7.0
"""Seconds between looks at a world that should not change any more."""
AWAY: Final = 600.0
"""Seconds for which nobody may be at work."""

T = TypeVar("T")


class World:
    """Everything there is. Make one inside ``play``."""

    def __init__(self, *, replicas: int = 1, **agora: Any) -> None:
        """Make a world with a project and no recording.

        Args:
            replicas: Processes that ``begin`` starts; several contend for a Lease.
            agora: Settings of the simulated Agora.
        """
        own(asyncio.get_running_loop())
        self.journal = Journal()
        self.store = Store(wall)
        self.store.changed = self._changed
        self.agora = AgoraService(Settings(**agora))
        self.wishes = Wishes()
        self.people = People(self.store, self.journal, self.wishes)
        self.judge = Judge(self.agora, self.wishes)
        self.judge.people.append(self.people)
        self.processes: list[OperatorProcess] = []
        self.workers = 4
        self._replicas = replicas
        self.people.set_up()

    async def begin(self) -> None:
        """Start the processes; the first one leads."""
        for _ in range(self._replicas):
            self.process()
            await asyncio.sleep(0.5)

    def process(self, *, skew: float = 0.0) -> OperatorProcess:
        """Start an operator process with an empty memory.

        Args:
            skew: Seconds by which its wall clock is fast.
        """
        name = f"process-{len(self.processes) + 1}"
        made = OperatorProcess(
            name,
            self.store,
            self.agora,
            self.journal,
            workers=self.workers,
            skew=skew,
            election=self._replicas > 1,
        )
        self.journal.say(f"{name} starts")
        self.processes.append(made)
        made.start()
        return made

    def find_process(self, name: str) -> OperatorProcess:
        """Return a process by its name."""
        return next(one for one in self.processes if one.name == name)

    @property
    def alive(self) -> list[OperatorProcess]:
        """The processes that were not killed."""
        return [one for one in self.processes if one.alive]

    def kill(self, process: OperatorProcess) -> None:
        """Kill a process."""
        self.journal.say(f"{process.name} is killed")
        process.kill()

    def replace(self) -> None:
        """Start another process if none is there any more."""
        if not self.alive:
            self.process()

    async def until(
        self, condition: Callable[[], bool], seconds: float = PATIENCE, every: float = LOOK_EVERY
    ) -> bool:
        """Wait until a condition holds; say whether it does."""
        end = elapsed() + seconds
        while not condition():
            assert len(self.journal.entries) < self._most_requests(), self.journal.transcript()
            if elapsed() >= end:
                return False
            await asyncio.sleep(every)
        return True

    def settled(self) -> bool:
        """Whether each object is as declared."""
        return self.judge.settled()

    def standing(self) -> str:
        """Return how the one object stands that most worlds have."""
        return self.judge.standing(self.people, CHANNEL, CHANNEL)

    async def converge(self, seconds: float = PATIENCE) -> float:
        """Wait until all is as declared and stays so; return when it began to be.

        A process is started if none comes. The time is that since the world began.
        """
        await self.until(lambda: bool(self.alive), AWAY)
        self.replace()
        end = elapsed() + seconds
        while True:
            if not await self.until(self.settled, end - elapsed()):
                return elapsed()
            since = elapsed()
            if not await self.until(lambda: not self.settled(), STEADY, GLANCE_EVERY):
                return since

    def join(self, channel: str = "standup", user: int = 1) -> None:
        """Let a user into a channel."""
        simulation = self.agora.simulation
        simulation.world.join((APP, channel), user, simulation.now())

    def leave(self, channel: str = "standup", user: int = 1) -> None:
        """Let a user out of a channel."""
        self.journal.say(f"user {user} leaves {channel}")
        simulation = self.agora.simulation
        simulation.world.leave((APP, channel), user, simulation.now())

    def _most_requests(self) -> int:
        return RESTLESS * max(1, len(self.people.channels))

    def _changed(self, change: Change) -> None:
        for process in self.alive:
            process.courier.see(change)


def play(story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a story in a loop of virtual time, and return what it returns."""
    with asyncio.Runner(loop_factory=FakeTimeLoop) as runner:
        return runner.run(story())
