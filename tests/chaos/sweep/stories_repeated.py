"""Stories of starts that are repeated: what the answers to them are worth."""

from __future__ import annotations

import asyncio

from chaos.sweep import faults
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import NO_SOURCE, disturb, disturb_all, end, hang, story
from chaos.world.exchange import Answer, Exchange
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


async def begun_but_unfinished(world: World, exchange: Exchange) -> Answer:
    """Begin, and say that it is not finished, but as what."""
    del world
    sid = exchange.carry_out().body["sid"]
    return Answer(206, {"code": 65, "reason": "request not completed", "sid": sid})


@story(
    "repeated start",
    "named before by what is no success, and deleted",
    "gone",
    recordings=1,
    agora=NO_SOURCE,
)
async def named_by_an_error(world: World) -> None:
    """No later answer names it: it is asked about, believed, and stopped at once."""
    await begin(world, begun_but_unfinished)
    world.people.delete()
    assert await world.until(lambda: world.people.find() is None, 30)


@story("repeated start", "named by what is no success, found when it moved", "runs", recordings=1)
async def named_and_then_found(world: World) -> None:
    """A query that does not find it does not keep the start from being sent again."""
    disturb_all(world, "query", faults.answer(404, 404), seconds=60)
    await begin(world, begun_but_unfinished)


for _when, _held in (("in time", 0.0), ("when the resource has expired", 340.0)):

    @story(
        "repeated start",
        f"named by what is no success, and refused again, found {_when}",
        "runs",
        recordings=1,
        agora=NO_SOURCE,
    )
    async def named_and_refused(world: World, seconds: float = _held) -> None:
        """It is asked about again, whatever other starts are answered."""
        disturb_all(world, "query", faults.answer(404, 404), seconds=seconds)
        disturb_all(world, "start", faults.answer(400, 433), seconds=seconds)
        await begin(world, begun_but_unfinished)


@story("repeated start", "named by what is no success, but nothing ran", "runs", recordings=1)
async def wrong_sid_named_by_an_error(world: World) -> None:
    """The start is sent again within seconds."""
    await begin(world, faults.answer(206, 65, sid="f" * 32))
    assert await world.until(world.settled, 20)


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
