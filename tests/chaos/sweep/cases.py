"""The cases of the sweep: each step of each life, with each disturbance that fits it.

The steps are recorded by living each life once; nobody lists them.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chaos.sweep.faults import Disturbance, disturbances
from chaos.sweep.lives import LIVES, Life
from chaos.world.exchange import Step
from chaos.world.judge import Verdict
from chaos.world.world import World, play

FULL: Final = os.environ.get("CHAOS") == "full"
"""Whether everything is played; else a part of it that is always the same."""
QUICK_EVERY: Final = 23
"""Of how many cases one is played in a quick run; it shares no factor with the other numbers."""


IMPOSSIBLE: Final = frozenset(
    {
        "restart: 2 write attempt: status wiped after",
        "restart: 2 write attempt: re-created by force after",
    }
)
"""The record is taken away in the moment in which the only process that knew ends, before the watch
could tell it: such a recording is seen through Agora's exclusion only (docs/guarantees.md)."""


@dataclass(frozen=True)
class Case:
    """One disturbance of one step of one life."""

    life: Life
    number: int
    step: Step
    disturbance: Disturbance

    @property
    def name(self) -> str:
        """How it is called in reports."""
        return f"{self.life.name}: {self.number} {self.step.label}: {self.disturbance.name}"


@dataclass(frozen=True)
class Played:
    """What came of a case."""

    verdict: Verdict
    seconds: float
    """From the disturbance until all was as declared."""
    transcript: str


@functools.cache
def steps(life: Life) -> tuple[tuple[int, Step], ...]:
    """Return the numbers and steps of a life that is not disturbed.

    Of steps that repeat themselves, such as polls, those are left out that come after the same
    step as an earlier one.
    """

    async def story() -> list[Step]:
        world = World(**life.agora)
        await life.prepare(world)
        world.journal.begin()
        await life.live(world)
        return world.journal.steps

    made = play(story)
    pairs = list(zip([None, *made], made, strict=False))
    return tuple((n, pair[1]) for n, pair in enumerate(pairs, 1) if pairs.index(pair) == n - 1)


def every_case() -> Iterator[Case]:
    """Yield all cases but those that Agora's API makes impossible."""
    for life in LIVES:
        for number, step in steps(life):
            cases = (Case(life, number, step, d) for d in disturbances() if d.fits(step))
            yield from (case for case in cases if case.name not in IMPOSSIBLE)


def chosen() -> list[Case]:
    """Return the cases of this run."""
    every = list(every_case())
    return every if FULL else every[::QUICK_EVERY]


def played(case: Case) -> Played:
    """Play a case and judge it."""
    life = case.life

    async def story() -> Played:
        world = World(replicas=case.disturbance.replicas, **life.agora)
        await life.prepare(world)
        world.journal.begin()
        world.journal.arm(
            lambda number, _step: number == case.number,
            lambda exchange: case.disturbance.strike(world, exchange),
        )
        await life.live(world)
        converged = await world.converge()
        struck = world.journal.struck
        assert struck is not None, "the life has no such step"
        verdict = world.judge.verdict(may_be_stopped=life.may_be_stopped)
        return Played(verdict, max(converged - struck, 0.0), world.journal.transcript())

    return play(story)
