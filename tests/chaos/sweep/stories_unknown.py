"""Stories of starts whose outcome nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chaos.sweep import faults
from chaos.sweep.faults import later
from chaos.sweep.story import NO_SOURCE, disturb, end, reason, story
from chaos.world.exchange import Answer, Exchange
from chaos.world.world import CHANNEL, World

WISHES: dict[str, Callable[[World], None]] = {
    "Recording": lambda _world: None,
    "Stopped": lambda world: world.people.edit(desiredState="Stopped"),
    "deleted": lambda world: world.people.delete(),
}
"""What people want by the time that the start was sent."""
OUTCOMES = {"Recording": "runs", "Stopped": "stopped", "deleted": "gone"}


async def begin(
    world: World, strike: faults.Strike, *, label: str = "start", **spec: object
) -> None:
    """Create a recording whose start, or another step, is disturbed."""
    world.join()
    disturb(world, label, strike)
    await world.begin()
    world.people.apply(**spec)
    await asyncio.sleep(1)


@story("late start", "takes effect before it is repeated", "runs", recordings=1)
async def before_the_repeat(world: World) -> None:
    """The repeated start finds that the first one ran."""
    await begin(world, faults.late(17))


@story("late start", "comes after its repeat", "runs", recordings=1)
async def after_the_repeat(world: World) -> None:
    """The repeated start has used the resource up."""
    await begin(world, faults.late(60))


@story("late start", "takes effect when the resource has just expired", "runs", recordings=1)
async def after_expiry(world: World) -> None:
    """Agora was out of reach meanwhile; the grace of a late effect is over a minute later."""
    await begin(world, faults.late(330))
    world.journal.cut("Agora", 340)
    await asyncio.sleep(400)


@story("late start", "while another attempt begins", "runs", recordings=1)
async def beside_another(world: World) -> None:
    """Agora comes back right before the late start takes effect."""
    await begin(world, faults.late(320))
    world.journal.cut("Agora", 300)
    await asyncio.sleep(400)


def _stopped_beside(situation: str, *, killed: bool) -> None:
    """Make the story of a stop while an earlier start can still take effect.

    What runs beside it proves nothing of such a start.
    """

    @story("late start", situation, "stopped")
    async def tell(world: World) -> None:
        for number in (1, 2):
            disturb(world, "start", faults.answer(500), nth=number + 1)
        await begin(world, faults.late(290))
        await asyncio.sleep(200)
        assert len(world.judge.running(CHANNEL)) == 1
        if killed:
            world.kill(world.processes[0])
            world.process()
        world.people.edit(desiredState="Stopped")
        await asyncio.sleep(150)


_stopped_beside("after another recording was stopped", killed=False)
_stopped_beside("after another recording was stopped by another process", killed=True)


@story("late start", "after a crash", "runs", recordings=1)
async def after_a_crash(world: World) -> None:
    """The next process repeats the same start."""
    await begin(world, faults.late(100))
    world.kill(world.processes[0])
    await asyncio.sleep(5)
    world.process()


@story("late start", "after a crash, nobody at work for 6 min", "runs", recordings=1)
async def after_a_long_crash(world: World) -> None:
    """Its sid is found in the bucket."""
    await begin(world, faults.late(100))
    world.kill(world.processes[0])
    await asyncio.sleep(360)
    world.process()


@story("late start", "after the object was deleted", "gone", recordings=1)
async def after_deletion(world: World) -> None:
    """The repeated start yields the sid to stop."""
    await begin(world, faults.late(18))
    world.people.delete()


@story("late start", "after a crash and a deletion", "gone")
async def after_crash_and_deletion(world: World) -> None:
    """It is stopped although nobody saw its answer."""
    await begin(world, faults.late(100))
    world.kill(world.processes[0])
    world.people.delete()
    await asyncio.sleep(360)
    world.process()


def _lost(wish: str, source: str, *, killed: bool) -> None:
    """Make the story of a start whose answer is lost while users stay in the channel."""
    dies = "the process dies" if killed else "the process lives"
    agora = {} if source == "7 names it" and not killed else NO_SOURCE
    found = source != "none"
    outcome = OUTCOMES[wish] if found else ("ended" if wish == "Recording" else OUTCOMES[wish])

    @story("lost start answer", f"{wish}, sid: {source}, {dies}", outcome, agora=agora)
    async def tell(world: World) -> None:
        world.agora.listable = source == "bucket"
        await begin(world, faults.lose)
        if killed:
            world.kill(world.processes[0])
            later(360, world.replace)
        WISHES[wish](world)
        if found:
            return
        await asyncio.sleep(1800)
        assert len(world.judge.running(CHANNEL)) == 1
        assert reason(world) == "SidUnknown"
        world.leave()


for _wish in WISHES:
    _lost(_wish, "7 names it", killed=False)
    for _killed in (False, True):
        _lost(_wish, "bucket", killed=_killed)
        _lost(_wish, "none", killed=_killed)


@story("intent without start", "away 6 min, deleted meanwhile", "gone", recordings=1)
async def deleted_after_b(world: World) -> None:
    """Whether it was ever sent cannot be known: a probe shows that nothing runs."""
    strike = faults.kill(after=True, away=360, meanwhile=lambda w: w.people.delete())
    await begin(world, strike, label="write A (finalizer)")
    await asyncio.sleep(370)


@story("intent without start", "killed before the finalizer, deleted", "gone", recordings=0)
async def deleted_before_a(world: World) -> None:
    """Without the finalizer nothing was sent, and nothing has to be stopped."""
    strike = faults.kill(after=True, away=10, meanwhile=lambda w: w.people.delete())
    await begin(world, strike, label="write B (attempt)")


@story(
    "never sent", "another repeated it and was killed before D", "runs", recordings=1, replicas=3
)
async def never_sent(world: World) -> None:
    """The first one knows that it sent nothing, but the attempt is not its own any more."""
    disturb(world, "write D (sid)", faults.kill(after=False, away=3600))
    await begin(world, faults.pause(after=True, seconds=40), label="write A (finalizer)")


@story("never sent", "two processes without a Lease, the other killed before D", "runs")
async def never_sent_without_lease(world: World) -> None:
    """Its name on the attempt, not the Lease, says who may conclude that nothing was sent."""
    disturb(world, "write D (sid)", faults.kill(after=False, away=3600))
    await begin(world, _stopped_beside_another(40), label="write A (finalizer)")
    await asyncio.sleep(60)
    assert len(world.judge.recordings(CHANNEL)) == 1


@story("intent", "written by a stopped process over that of another, who then dies", "runs")
async def overwritten(world: World) -> None:
    """A stale write conflicts: it must not take an attempt out of the list."""
    await begin(world, _stopped_beside_another(40, after=False), label="write B (attempt)")
    await asyncio.sleep(35)
    world.kill(world.processes[1])
    await asyncio.sleep(20)
    assert len(world.judge.running(CHANNEL)) == 1


@story("answer of a start", "comes after another process acquired anew", "runs", agora=NO_SOURCE)
async def after_a_replacement(world: World) -> None:
    """It is stored in its own entry; the exclusion had kept the other from starting."""
    world.agora.listable = False
    await begin(world, _paused_beside_another(600))
    await asyncio.sleep(700)


@story("answer of a start", "comes when another recording runs", "runs", agora=NO_SOURCE)
async def after_another_runs(world: World) -> None:
    """The one that is running is not taken for the one that ended."""
    world.agora.listable = False
    await begin(world, _paused_beside_another(600))
    await asyncio.sleep(60)
    end(world)
    await asyncio.sleep(700)


@story("answer of a start", "comes when the object is gone", "gone", recordings=1, replicas=2)
async def after_the_object(world: World) -> None:
    """Who alone knows the sid stops it, also if it does not lead any more."""
    await begin(world, faults.pause(after=True, seconds=100))
    world.people.delete()
    world.people.take_the_finalizer_off()
    await asyncio.sleep(120)


@story("answer of a start", "comes to a namesake of the object", "runs", replicas=2)
async def after_a_namesake(world: World) -> None:
    """The old recording is stopped, and the new object gets its own."""
    await begin(world, faults.pause(after=True, seconds=100))
    world.people.recreate_by_force()
    await asyncio.sleep(120)


def _stopped_beside_another(seconds: float, *, after: bool = True) -> faults.Strike:
    """Stop the process there; another one, without Lease, takes over until it goes on."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        answer = exchange.carry_out() if after else None
        process = world.find_process(exchange.process)
        process.pause()
        later(5, world.process)
        later(seconds, process.resume)
        await process.gate.passage()
        return answer or exchange.carry_out()

    return strike


def _paused_beside_another(seconds: float) -> faults.Strike:
    """Stop the process once the start is carried out; another one, without Lease, takes over."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        answer = exchange.carry_out()
        process = world.find_process(exchange.process)
        process.pause()
        later(13, world.process)
        later(seconds, process.resume)
        later(seconds + 3, process.kill)
        await process.gate.passage()
        return answer

    return strike
