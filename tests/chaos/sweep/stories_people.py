"""Stories of people: several objects for one target, torn records, missing means, odd clocks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chaos.sweep import faults
from chaos.sweep.faults import later
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import NO_SOURCE, disturb, reason, recorded, story
from chaos.world.people import SECRETS, People
from chaos.world.world import CHANNEL, World

RIVAL = frozenset({"DuplicateTarget"})
BUSY = frozenset({"TargetInUse", "SidUnknown"})
MONTH = 719.5 * 3600.0
"""Seconds by which a clock is fast for which the handle of a recording is about to lapse."""


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


@story("means gone", "the Secret, a restart, then the deletion", "gone", recordings=1)
async def secret_gone(world: World) -> None:
    """It is held until the Secret is back, and then stopped."""
    await recorded(world)
    world.people.remove("secrets", "agora")
    world.kill(world.processes[0])
    world.process()
    await asyncio.sleep(5)
    world.people.delete()
    await asyncio.sleep(120)
    assert reason(world) == "SecretNotFound"
    world.people.make_secret("agora", SECRETS["agora"])


@story("means gone", "everything deleted at once, killed", "gone", recordings=1)
async def all_deleted(world: World) -> None:
    """As when a namespace is deleted: the project stays until its recordings are stopped."""
    await recorded(world)
    world.people.remove("agoraprojects", "default")
    world.people.delete()
    world.kill(world.processes[0])
    await asyncio.sleep(5)
    world.process()


@story("means gone", "everything deleted while nobody is at work", "gone", recordings=1)
async def all_deleted_unseen(world: World) -> None:
    """The next process stops it."""
    await recorded(world)
    world.kill(world.processes[0])
    world.people.remove("agoraprojects", "default")
    world.people.delete()
    await asyncio.sleep(600)
    world.process()


@story("means gone", "the project's area is changed while it records", "gone", recordings=1)
async def area_changed(world: World) -> None:
    """The attempt keeps the endpoint that it was made at."""
    await recorded(world)
    world.people.patch_project({"spec": {"endpoint": {"area": "MainlandChina"}}})
    await asyncio.sleep(300)
    assert len(world.judge.running(CHANNEL)) == 1
    world.people.delete()


def _skewed(first: float, second: float, wish: str, away: float) -> None:
    """Make the story of two processes, one after another, whose clocks are wrong."""
    deed: dict[str, Callable[[World], None]] = {
        "wanted": lambda _world: None,
        "deleted": lambda world: world.people.delete(),
    }
    situation = f"{first:+.0f} s, then {second:+.0f} s, away {away:.0f} s, {wish}"
    outcome = {"wanted": "runs", "deleted": "gone"}[wish]

    @story("wrong clocks", situation, outcome, recordings=1)
    async def tell(world: World) -> None:
        world.join()
        disturb(world, "start", faults.late(20))
        process = world.process(skew=first)
        world.people.apply()
        await asyncio.sleep(1)
        world.kill(process)
        deed[wish](world)
        later(away, lambda: world.process(skew=second))
        await asyncio.sleep(away + 10)


for _first, _second in ((100, -100), (-100, 100), (100, 100)):
    for _wish in ("wanted", "deleted"):
        for _away in (5, 250, 360):
            _skewed(_first, _second, _wish, _away)


@story("wrong clocks", "a standby with another clock takes over", "runs", replicas=2)
async def skewed_standby(world: World) -> None:
    """Who may work is never told by comparing clocks."""
    await recorded(world)
    world.kill(world.processes[0])
    world.process(skew=-100)
    world.people.edit(mix={"layout": {"type": "BestFit"}})
    await asyncio.sleep(60)


@story("handle", "lapses in half an hour", "runs", recordings=2, may_be_stopped=True)
async def handle_lapses(world: World) -> None:
    """It is stopped before, and begun anew under the same uid."""
    await recorded(world)
    world.kill(world.processes[0])
    world.process(skew=MONTH)


@story("handle", "lapses, the new start is excluded for a while", "runs", may_be_stopped=True)
async def handle_lapses_slowly(world: World) -> None:
    """No second recording beside the one that is exiting."""
    await recorded(world)
    world.agora.simulation.configure({"exiting_seconds": 30.0})
    world.kill(world.processes[0])
    world.process(skew=MONTH)
