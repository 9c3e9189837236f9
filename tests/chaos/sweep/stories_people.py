"""Stories of people: several objects for one target, records and objects torn away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chaos.sweep import faults
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import NO_SOURCE, disturb, hang, recorded, story
from chaos.world.people import People
from chaos.world.world import CHANNEL, World

RIVAL = frozenset({"DuplicateTarget"})
BUSY = frozenset({"TargetInUse", "SidUnknown"})


def others(world: World) -> People:
    """Return people in another namespace, with a project of their own for the same App ID."""
    people = People(world.store, world.journal, world.wishes, "elsewhere")
    people.set_up()
    world.judge.people.append(people)
    return people


@story("two objects", "for one target at once", "held/runs", recordings=1, holds=RIVAL)
async def two_at_once(world: World) -> None:
    """One records, the other waits for it."""
    await world.begin()
    world.people.apply(uid=7)
    others(world).apply(uid=7)


@story("two objects", "the one that records is deleted", "gone/runs", recordings=2)
async def winner_deleted(world: World) -> None:
    """The other takes over."""
    await world.begin()
    world.people.apply(uid=7)
    others(world).apply(uid=7)
    await asyncio.sleep(60)
    world.people.delete()


@story("two objects", "the leader dies at the first start", "held/runs", holds=RIVAL)
async def leader_dies(world: World) -> None:
    """The next one finds the same winner."""
    disturb(world, "start", faults.kill(after=True, away=2))
    await world.begin()
    other = others(world)
    other.apply(uid=7)
    world.people.apply(uid=7)
    await asyncio.sleep(60)


@story("two objects", "both acquired before either was seen", "held/runs", holds=RIVAL)
async def both_begun(world: World) -> None:
    """Two processes see one of them each; the loser finishes what it began."""
    await world.begin()
    world.processes[0].courier.slowest = 3.0
    second = world.process()
    second.courier.slowest = 3.0
    world.people.apply(uid=7)
    others(world).apply(uid=7)
    await asyncio.sleep(8)
    world.kill(second)


@story("two objects", "the bucket names the sid of the other", "gone/runs", agora=NO_SOURCE)
async def wrong_sid(world: World) -> None:
    """Two uids in one channel: a sid is stored only after Agora confirmed it."""
    world.join()
    await world.begin()
    world.people.apply(uid=7)
    await asyncio.sleep(20)
    disturb(world, "start", faults.kill(after=False, away=400))
    other = others(world)
    other.apply(name="other", channel="standup", uid=8)
    await asyncio.sleep(1300)
    first, second = world.people.find(), other.find("other")
    assert first is not None
    assert second is not None
    assert first["status"]["sid"] != second["status"]["sid"]
    other.delete("other")


@story("record wiped", "the process lives", "runs", recordings=1)
async def wiped(world: World) -> None:
    """What it knows is written back."""
    await recorded(world)
    world.people.wipe_the_status()


@story("record wiped", "while its start is unknown", "runs", recordings=1)
async def wiped_unknown(world: World) -> None:
    """The attempt is written back, and resolved."""
    await begin(world, faults.lose)
    world.people.wipe_the_status()


@story("record wiped", "the process dies too", "held", recordings=1, holds=BUSY)
async def wiped_and_killed(world: World) -> None:
    """Only the exclusion tells that something runs: held while users stay."""
    await _torn(world)


@story("record wiped", "the process dies too, then the users leave", "ended")
async def wiped_and_left(world: World) -> None:
    """When Agora has ended it, another is made."""
    await _torn(world)
    await asyncio.sleep(900)
    world.leave()


@story("record wiped", "the process dies too, deleted, users leave", "gone")
async def wiped_and_deleted(world: World) -> None:
    """A deletion waits until a probe shows that nothing runs."""
    await _torn(world)
    await asyncio.sleep(5)
    world.people.delete()
    await asyncio.sleep(1200)
    assert len(world.judge.running(CHANNEL)) == 1
    world.leave()


async def _torn(world: World) -> None:
    await recorded(world)
    world.kill(world.processes[0])
    world.people.wipe_the_status()
    world.process()


@story("restore", "without status, under the same name", "held", recordings=0, holds=BUSY)
async def restored(world: World) -> None:
    """The object was torn away with nobody there; its namesake meets the exclusion.

    To the namesake the recording is a stranger's: nothing leads from one to the other.
    """
    await recorded(world)
    world.kill(world.processes[0])
    world.judge.foreign |= {one.sid for one in world.judge.running(CHANNEL)}
    world.people.recreate_by_force()
    world.process()


@story("restore", "without status, then the users leave", "ended")
async def restored_and_left(world: World) -> None:
    """It records as soon as Agora lets it, and ends since nobody is there."""
    await restored(world)
    await asyncio.sleep(600)
    world.leave()


@story("ghost", "torn away while its start is unknown and dead", "runs")
async def unknown_ghost(world: World) -> None:
    """What can be resolved no more does not stand in its namesake's way."""
    disturb(world, "start", hang)
    await begin(world, faults.lose, label="nothing else")
    world.journal.cut("Agora", 390)
    await asyncio.sleep(370)
    world.people.recreate_by_force()


@story("ghost", "torn away right after its record was wiped", "runs")
async def wiped_ghost(world: World) -> None:
    """That something might have run is for Agora to say, by its exclusion."""
    await recorded(world)
    world.people.recreate_by_force()
    await asyncio.sleep(1)
    world.people.wipe_the_status()
    await asyncio.sleep(1)
    world.people.recreate_by_force()


async def _unseen(world: World, *deeds: Callable[[], None]) -> None:
    """Let people do something to a recording while the watch is cut, and then a relist come."""
    await recorded(world)
    courier = world.processes[0].courier
    courier.cut = True
    for deed in deeds:
        deed()
    await asyncio.sleep(10)
    courier.relist()
    assert await world.until(world.settled, 120)


@story("watch", "re-created by force while it is cut", "runs")
async def recreated_unseen(world: World) -> None:
    """A relist does not tell of it, but it is the sign to look for what vanished."""
    await _unseen(world, world.people.recreate_by_force)


@story("watch", "all deleted while it is cut", "gone")
async def deleted_unseen(world: World) -> None:
    """The relist shows the project alone."""
    await _unseen(world, world.people.delete, world.people.take_the_finalizer_off)


@story("force release", "of a start that nobody can find", "gone", agora=NO_SOURCE)
async def forced(world: World) -> None:
    """A person lets go; what runs is left to itself."""
    world.agora.listable = False
    await begin(world, faults.lose)
    world.people.delete()
    await asyncio.sleep(600)
    world.people.force_release()
    await asyncio.sleep(60)
    assert world.people.find() is None
    world.leave()


@story("orphan", "deleted with deletionPolicy Orphan", "gone", recordings=1)
async def orphaned(world: World) -> None:
    """The object goes at once, the recording goes on until its channel is empty."""
    await recorded(world)
    world.people.edit(deletionPolicy="Orphan")
    await asyncio.sleep(5)
    world.people.delete()
    await asyncio.sleep(60)
    assert world.people.find() is None
    assert len(world.judge.running(CHANNEL)) == 1
    world.leave()
