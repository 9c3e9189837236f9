"""Stories of starts that are repeated: what the answers to them are worth."""

from __future__ import annotations

import asyncio

from chaos.sweep import faults
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import disturb, disturb_all, end, hang, story
from chaos.world.world import World


def _answered(situation: str, strike: faults.Strike, *, ran: bool) -> None:
    """Make the story of a repeated start that is answered so."""

    @story("repeated start", f"answered {situation}", "runs")
    async def tell(world: World) -> None:
        disturb(world, "start", strike, nth=2)
        await begin(world, faults.lose if ran else hang)


for _code, _status in ((53, 400), (433, 400), (7, 201)):
    _answered(f"{_code}, it runs", faults.answer(_status, _code), ran=True)
    _answered(f"{_code}, it never ran", faults.answer(_status, _code), ran=False)


@story("repeated start", "answered 7, which names a sid of somebody else", "runs", recordings=1)
async def wrong_sid_named(world: World) -> None:
    """It is asked about before it is believed; the bucket has the right one."""
    disturb(world, "start", faults.answer(201, 7, sid="f" * 32), nth=2)
    await begin(world, faults.lose)


@story("repeated start", "answered 7, it has ended", "runs", recordings=2)
async def ended_before_the_repeat(world: World) -> None:
    """That it was started does not say that it runs."""
    await begin(world, faults.lose)
    await asyncio.sleep(5)
    end(world)


def _refusing(minutes: int, *, effect: bool) -> None:
    """Make the story of an Agora that answers 500 to every start for long."""
    what = "having started it" if effect else "doing nothing"

    @story("many attempts", f"500 to each start for {minutes} min, {what}", "runs", recordings=1)
    async def tell(world: World) -> None:
        strike = faults.answer(500, effect=effect)
        disturb_all(world, "start", strike, seconds=60 * minutes)
        world.join()
        await world.begin()
        world.people.apply()
        for _ in range(3 * minutes):
            await asyncio.sleep(20)
            found = world.people.find()
            assert found is not None
            assert len(found["status"].get("attempts", ())) <= 8


for _minutes in (20, 90):
    for _effect in (False, True):
        _refusing(_minutes, effect=_effect)


@story("many attempts", "five processes die right after the intent", "runs", recordings=1)
async def many_processes(world: World) -> None:
    """Each repeats the start of the one before."""
    for number in range(5):
        disturb(world, "start", faults.kill(after=False, away=2), nth=number + 1)
    world.join()
    await world.begin()
    world.people.apply()
    await asyncio.sleep(20)
