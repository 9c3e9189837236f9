"""Random schedules: everything that people, networks and machines do, in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agora_simulator.recordings import EndReason, Recording
from chaos.book import enter
from chaos.machine.trouble import (
    CRASHES,
    LAYOUTS,
    NETWORK,
    PAUSES,
    SUBSCRIPTIONS,
    the_next,
)
from chaos.sweep import faults
from chaos.sweep.faults import Strike
from chaos.world.time import elapsed
from chaos.world.world import CHANNEL, World
from unit.reconcile.fake_time import FakeTimeLoop

SOURCES: Final = [(True, True), (True, False), (False, True)]
"""Whether 7 names the sid, and whether the bucket can be listed: at least one of them."""
TEARS: Final = ["finalizer off by hand", "status wiped", "re-created by force", "replaced"]
"""Deeds that take a record away, or the finalizer that keeps it."""
FAILURES_MOST: Final = 4
"""Recordings that break off in one run; ten in a row would be for a person to look at."""
SETTLED_IN: Final = 5.0
"""Seconds in which a new process has seen every object."""
NOTICED_SECONDS: Final = 120.0
"""Seconds in which a process that is at work has mended what people tore away."""


class Machine(RuleBasedStateMachine):
    """One object, one or two replicas, and 30 things that happen."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner(loop_factory=FakeTimeLoop)
        self._failures = 0
        self._moved: set[str] = set()
        self.world: World

    def play(self, scene: Callable[[], Awaitable[Any]]) -> None:
        """Let something happen in the world; no time passes between two scenes."""

        async def played() -> None:
            await scene()

        self._runner.run(played())

    @initialize(replicas=st.sampled_from([1, 2]), sources=st.sampled_from(SOURCES))
    def begin(self, replicas: int, sources: tuple[bool, bool]) -> None:
        """Make the world, its processes and its object."""
        names, listable = sources

        async def scene() -> None:
            self.world = World(replicas=replicas, already_started_carries_sid=names)
            self.world.agora.listable = listable
            self.world.join()
            await self.world.begin()
            self.world.people.apply()

        self.play(scene)

    @rule(seconds=st.sampled_from([0.05, 0.3, 2, 10, 60, 400]))
    def time_passes(self, seconds: float) -> None:
        """Nothing else happens for a while."""
        self.play(lambda: asyncio.sleep(seconds))

    @rule(layout=st.sampled_from(sorted(LAYOUTS)))
    def layout_edited(self, layout: str) -> None:
        """People change the layout."""
        self._do(lambda world: world.people.edit(mix={"layout": LAYOUTS[layout]}))

    @rule(whom=st.sampled_from(sorted(SUBSCRIPTIONS)))
    def subscription_edited(self, whom: str) -> None:
        """People change whom it hears."""
        self._do(lambda world: world.people.edit(subscription=SUBSCRIPTIONS[whom]))

    @rule(state=st.sampled_from(["Recording", "Stopped"]))
    def desired_state_edited(self, state: str) -> None:
        """People stop it, or want it again."""
        self._do(lambda world: world.people.edit(desiredState=state))

    @rule()
    def deleted(self) -> None:
        """People delete the object."""
        self._do(lambda world: world.people.delete())

    @rule()
    def created_again(self) -> None:
        """People create it, if it is gone."""

        def create(world: World) -> None:
            if world.people.find() is None:
                world.people.apply()

        self._do(create)

    @rule(user=st.sampled_from([1, 2]))
    def user_joins(self, user: int) -> None:
        """Somebody comes into the channel."""
        self._do(lambda world: world.join(user=user))

    @rule(user=st.sampled_from([1, 2]))
    def user_leaves(self, user: int) -> None:
        """Somebody leaves the channel."""
        self._do(lambda world: world.leave(user=user))

    @rule(kind=st.sampled_from(["write", "call"]), fault=st.sampled_from(sorted(NETWORK)))
    def network_fails(self, kind: str, fault: str) -> None:
        """Something happens to the next request of a kind."""
        self._arm(kind, NETWORK[fault])

    @rule(kind=st.sampled_from(["write", "call", "any"]), crash=st.sampled_from(sorted(CRASHES)))
    def process_dies(self, kind: str, crash: str) -> None:
        """The process that makes the next request is killed there."""
        self._arm(kind, CRASHES[crash])

    @rule(kind=st.sampled_from(["write", "call", "any"]), pause=st.sampled_from(sorted(PAUSES)))
    def process_is_stopped(self, kind: str, pause: str) -> None:
        """The process that makes the next request is stopped there for a while."""
        self._arm(kind, PAUSES[pause])

    @rule(server=st.sampled_from(["API server", "Agora"]), seconds=st.sampled_from([5, 60, 400]))
    def server_is_gone(self, server: str, seconds: int) -> None:
        """The API server, or Agora, is out of reach for a while."""
        self._do(lambda world: world.journal.cut(server, seconds))

    @rule()
    def process_ends(self) -> None:
        """A process is told to end, and another begins."""

        async def scene() -> None:
            process = self.world.alive[0] if self.world.alive else self.world.process()
            self.world.journal.say(f"{process.name} is told to end")
            await process.terminate()
            self.world.process()

        self.play(scene)

    @rule()
    def watch_breaks(self) -> None:
        """All watches break, and list anew half a minute later."""

        def cut(world: World) -> None:
            for process in world.alive:
                process.courier.cut = True
                faults.later(30.0, process.courier.relist)

        self._do(cut)

    @precondition(lambda self: self._one_runs())
    @rule(seconds=st.sampled_from([20, 60, 80]))
    def recording_moves(self, seconds: int) -> None:
        """Agora moves the recording to another server."""
        (one,) = self._running()
        if one.sid not in self._moved:
            self._moved.add(one.sid)
            self._do(lambda world: world.agora.simulation.move(one.sid, seconds))

    @precondition(lambda self: self._one_runs() and self._failures < FAILURES_MOST)
    @rule()
    def recording_breaks_off(self) -> None:
        """Agora loses the recording."""
        self._failures += 1
        (one,) = self._running()

        def exit_abnormally(world: World) -> None:
            simulation = world.agora.simulation
            simulation.world.exit(one.sid, EndReason.ABNORMAL, simulation.now())

        self._do(exit_abnormally)

    @precondition(lambda self: self._somebody_is_at_work())
    @rule(deed=st.sampled_from(TEARS))
    def record_torn(self, deed: str) -> None:
        """People tear the record away, while somebody is at work who remembers and mends it."""

        async def scene() -> None:
            faults.DEEDS[deed](self.world)
            await asyncio.sleep(1)
            mended = await self.world.until(
                lambda: not self.world.judge.unaccounted(), NOTICED_SECONDS
            )
            assert mended, f"{deed}: nobody mended it\n{self.world.journal.transcript()}"

        self.play(scene)

    @invariant()
    def nothing_runs_twice(self) -> None:
        """At no instant do two recordings of one object run."""
        if hasattr(self, "world"):
            assert self._asked(self.world.judge.duplicates) == 0, self.world.journal.transcript()

    @invariant()
    def nothing_wanted_is_stopped(self) -> None:
        """No recording was stopped that was wanted all the time."""
        if hasattr(self, "world"):
            assert self._asked(self.world.judge.stopped) == [], self.world.journal.transcript()

    def teardown(self) -> None:
        """After peace has come, all is as declared."""
        if not hasattr(self, "world"):
            self._runner.close()
            return
        try:
            self.play(self._converge)
        finally:
            self._runner.close()

    async def _converge(self) -> None:
        world, since = self.world, elapsed()
        world.journal.forget_faults()
        converged = await world.converge(2 * 3600)
        verdict = world.judge.verdict()
        enter(
            part="machine",
            step=f"{len(world.processes)} processes, one after another or side by side",
            fault="whatever comes",
            outcome=verdict.outcome,
            seconds=max(converged - since, 0.0),
            duplicates=verdict.duplicates,
            leaked=verdict.leaked,
            waiting=verdict.waiting,
        )
        assert verdict.faults == [], world.journal.transcript()

    def _do(self, deed: Callable[[World], object]) -> None:
        async def scene() -> None:
            deed(self.world)

        self.play(scene)

    def _arm(self, kind: str, strike: Strike) -> None:
        world = self.world
        world.journal.arm(the_next(kind), lambda exchange: strike(world, exchange))

    def _asked(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401 - its answer
        answers: list[Any] = []
        self._do(lambda _world: answers.append(question()))
        return answers[0]

    def _one_runs(self) -> bool:
        return len(self._running()) == 1

    def _running(self) -> list[Recording]:
        return list(self._asked(lambda: self.world.judge.running(CHANNEL)))

    def _somebody_is_at_work(self) -> bool:
        def asked() -> bool:
            world = self.world
            settled = any(one.leads and one.age > SETTLED_IN for one in world.alive)
            return world.journal.calm and settled

        return bool(self._asked(asked))
