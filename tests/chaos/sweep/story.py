"""Cases with a name: what the recording protocol demands that no generated case would meet."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from agora_simulator.recordings import EndReason, Recording
from chaos.sweep import faults
from chaos.sweep.faults import Strike
from chaos.world.exchange import Answer, Exchange, Step
from chaos.world.judge import NONE, Verdict
from chaos.world.time import elapsed
from chaos.world.world import CHANNEL, World, play

NO_SOURCE: Final = {"already_started_carries_sid": False}
"""Settings of an Agora whose answers never name the sid of a start that was lost."""
DEAD: Final = 480.0
"""Seconds after which a resource cannot start any more, clock errors included."""

Tell = Callable[[World], Awaitable[None]]


@dataclass(frozen=True, eq=False)
class Story:
    """One case: what happens, and how it must stand once all is quiet."""

    subject: str
    """What it is about."""
    situation: str
    tell: Tell
    outcome: str
    """One of "runs", "stopped", "gone", "ended" and "held"."""
    recordings: int | None = None
    """How many recordings there may ever be; None: any number, one after another."""
    agora: Mapping[str, Any] = field(default_factory=dict)
    replicas: int = 1
    holds: frozenset[str] = NONE
    """Reasons for which it may wait for a person in the end, as docs/guarantees.md says."""
    may_be_stopped: bool = False

    @property
    def name(self) -> str:
        """How it is called in reports."""
        return f"{self.subject}: {self.situation}"


@dataclass(frozen=True)
class Told:
    """What came of a story."""

    verdict: Verdict
    recordings: int
    seconds: float
    transcript: str


STORIES: Final[list[Story]] = []


def story(subject: str, situation: str, outcome: str, **members: Any) -> Callable[[Tell], Tell]:
    """Return a decorator that makes a story of a function."""

    def register(tell: Tell) -> Tell:
        STORIES.append(Story(subject, situation, tell, outcome, **members))
        return tell

    return register


def every_story() -> list[Story]:
    """Return all stories of the modules beside this one."""
    for path in sorted(Path(__file__).parent.glob("stories_*.py")):
        importlib.import_module(f"chaos.sweep.{path.stem}")
    return STORIES


def told(one: Story) -> Told:
    """Play a story and judge it."""

    async def tell() -> Told:
        world = World(replicas=one.replicas, **one.agora)
        await one.tell(world)
        since = elapsed()
        converged = await world.converge()
        verdict = world.judge.verdict(holds=one.holds, may_be_stopped=one.may_be_stopped)
        count = len(world.judge.recordings(CHANNEL))
        return Told(verdict, count, max(converged - since, 0.0), world.journal.transcript())

    return play(tell)


def complaints(one: Story, result: Told) -> list[str]:
    """Return what was not as the story says that it must be."""
    found = list(result.verdict.faults)
    if result.verdict.outcome != one.outcome:
        found.append(f"{result.verdict.outcome} instead of {one.outcome}")
    if one.recordings not in {None, result.recordings}:
        found.append(f"{result.recordings} recordings instead of {one.recordings}")
    return found


def disturb(world: World, label: str, strike: Strike, *, nth: int = 1) -> None:
    """Let a disturbance happen at the n-th step from now on that has a label."""
    left = nth

    def choice(_number: int, step: Step) -> bool:
        nonlocal left
        left -= step.label == label
        return left == 0 and step.label == label

    world.journal.arm(choice, lambda exchange: strike(world, exchange))


def disturb_all(world: World, label: str, strike: Strike, *, seconds: float) -> None:
    """Let a disturbance happen at each step that has a label, for a while."""
    until = elapsed() + seconds
    world.journal.keep(
        lambda _number, step: step.label == label and elapsed() < until,
        lambda exchange: strike(world, exchange),
    )


async def hang(world: World, exchange: Exchange) -> Answer:
    """Let nothing happen, and let the client wait in vain."""
    del world
    return await exchange.lose()


async def recorded(world: World, **spec: Any) -> None:
    """Bring a world to a recording that is confirmed, with a user in its channel."""
    world.join()
    await world.begin()
    world.people.apply(**spec)
    assert await world.until(world.settled, 60, every=0.5)


async def beside(world: World, **spec: Any) -> None:
    """Bring a world to a recording beside a start that Agora answered with 500 three times."""
    for number in (1, 2, 3):
        disturb(world, "start", faults.answer(500), nth=number)
    await recorded(world, **spec)
    assert len(world.judge.running(CHANNEL)) == 1


def end(world: World, reason: EndReason = EndReason.EXITED) -> Recording:
    """End the one recording that runs, from the inside."""
    (running,) = world.judge.running(CHANNEL)
    simulation = world.agora.simulation
    world.journal.say(f"the recording ends: {reason}")
    simulation.world.exit(running.sid, reason, simulation.now())
    return running


def move(world: World, seconds: float) -> None:
    """Let Agora move the one recording that runs to another server."""
    (running,) = world.judge.running(CHANNEL)
    world.journal.say(f"the recording moves for {seconds:.0f} s")
    world.agora.simulation.move(running.sid, seconds)


def reason(world: World, name: str = CHANNEL) -> str:
    """Return the reason of Ready."""
    found = world.people.find(name)
    assert found is not None
    conditions = found["status"]["conditions"]
    return str(next(c["reason"] for c in conditions if c["type"] == "Ready"))
