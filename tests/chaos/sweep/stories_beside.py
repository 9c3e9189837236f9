"""Stories of an unknown attempt beside another one, which records or has recorded."""

from __future__ import annotations

import asyncio

from chaos.sweep import faults
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import NO_SOURCE, beside, disturb, disturb_all, end, reason, story
from chaos.world.world import World

FAILED = frozenset({"RecordingFailed"})


@story(
    "beside another",
    "which ends, restartPolicy Never",
    "held",
    recordings=2,
    holds=FAILED,
)
async def never_again(world: World) -> None:
    """It failed, and is not begun again; a probe shows that nothing else runs."""
    world.agora.listable = False
    await beside(world, restartPolicy="Never")
    await asyncio.sleep(330)
    end(world)
    await asyncio.sleep(800)


@story("beside another", "which ends while the start could be repeated", "runs", recordings=2)
async def ends_early(world: World) -> None:
    """The start is repeated only after that, and what runs then is not stopped."""
    await beside(world)
    end(world)
    await asyncio.sleep(400)


@story("beside another", "its Secret is deleted, then the object", "gone")
async def secret_gone(world: World) -> None:
    """The recording whose sid is known is stopped with the credentials that were read before."""
    await beside(world)
    world.people.remove("secrets", "agora")
    await asyncio.sleep(5)
    world.people.delete()


@story("beside another", "which fails once too often, then it runs", "runs", recordings=2)
async def failed_for_good(world: World) -> None:
    """What may run is looked for, although no other attempt follows."""
    for number in (2, 3):
        disturb(world, "start", faults.answer(500), nth=number)
    await begin(world, faults.late(290), maxRestarts=0)
    assert await world.until(world.settled, 60, every=0.5)
    end(world)
    disturb_all(world, "start", faults.answer(500), seconds=400)
    await asyncio.sleep(900)


@story("repeated start", "names a sid that is not found while it moves", "runs", recordings=1)
async def named_and_moving(world: World) -> None:
    """Answers before the sid was believed do not count against its recording."""
    disturb_all(world, "query", faults.answer(404, 404), seconds=110)
    await begin(world, faults.lose)
    await asyncio.sleep(110)
    disturb(world, "query", faults.answer(200, serverResponse={"status": 3}))
    await asyncio.sleep(200)


@story("intent without start", "deleted before the next process holds it", "gone", recordings=0)
async def deleted_before_it_is_held(world: World) -> None:
    """No start was sent, since that comes after the finalizer: there is nothing to find out."""
    disturb(world, "write B (attempt)", faults.kill(after=True, away=2))
    disturb(world, "write A (finalizer)", faults.people(lambda w: w.people.delete(), after=False))
    world.join()
    await world.begin()
    world.people.apply()
    await asyncio.sleep(60)


@story("wiped", "while unknown to the next process, at rest", "runs", recordings=1)
async def wiped_at_rest(world: World) -> None:
    """The next process remembers what it inherited: the bucket tells its sid."""
    world.agora.listable = False
    await begin(world, faults.lose)
    world.kill(world.processes[0])
    await asyncio.sleep(360)
    world.process()
    await asyncio.sleep(60)
    world.people.wipe_the_status()
    await asyncio.sleep(5)
    world.agora.listable = True


def _wiped(label: str) -> None:
    """Make the story of a status that is wiped at a step of the next process."""

    @story("wiped", f"at the {label} of the next process", "gone", agora=NO_SOURCE)
    async def tell(world: World) -> None:
        world.agora.listable = False
        await begin(world, faults.lose)
        world.kill(world.processes[0])
        await asyncio.sleep(360)
        disturb(world, label, faults.people(lambda w: w.people.wipe_the_status(), after=True))
        world.process()
        await asyncio.sleep(300)
        world.people.delete()
        await asyncio.sleep(60)
        assert reason(world) == "SidUnknown"
        world.leave()


for _label in ("acquire", "start"):
    _wiped(_label)
