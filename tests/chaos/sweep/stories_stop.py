"""Stories of stops: moves to another server, exclusion, probes, and the end of a process."""

from __future__ import annotations

import asyncio

from agora_simulator.calls import Call, Operation
from agora_simulator.recordings import EndReason
from chaos.sweep import faults
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import (
    DEAD,
    NO_SOURCE,
    disturb,
    hang,
    move,
    reason,
    recorded,
    story,
)
from chaos.world.exchange import Answer, Exchange
from chaos.world.people import STORAGE
from chaos.world.world import CHANNEL, World

BUSY = frozenset({"TargetInUse"})
UNTIL_A_POLL = 90.0
"""Seconds after which a recording is asked about within the next minute."""


@story("move", "for 60 s while it records", "runs", recordings=1)
async def moved(world: World) -> None:
    """A streak of 404 that ends proves nothing."""
    await recorded(world)
    await asyncio.sleep(UNTIL_A_POLL)
    move(world, 60)
    await asyncio.sleep(300)


@story("move", "for 85 s, a restart within the streak", "runs", recordings=1)
async def moved_restart(world: World) -> None:
    """The next process begins to count anew."""
    await recorded(world)
    move(world, 85)
    await asyncio.sleep(50)
    world.kill(world.processes[0])
    world.process()
    await asyncio.sleep(300)


@story("move", "at its deletion", "gone", recordings=1)
async def moved_deleted(world: World) -> None:
    """The stop is repeated until it finds the recording."""
    await recorded(world)
    move(world, 80)
    world.people.delete()


@story("move", "while it records and at its deletion", "gone", recordings=1)
async def moved_twice(world: World) -> None:
    """What the first streak had counted does not count for the second."""
    await recorded(world)
    await asyncio.sleep(UNTIL_A_POLL)
    move(world, 85)
    await asyncio.sleep(200)
    move(world, 85)
    world.people.delete()


@story("move", "at its deletion, a restart within the streak", "gone", recordings=1)
async def moved_deleted_restart(world: World) -> None:
    """Neither process alone has seen enough."""
    await recorded(world)
    move(world, 85)
    world.people.delete()
    await asyncio.sleep(60)
    world.kill(world.processes[0])
    world.process()


@story("53", "stopped and at once wanted, exiting for 20 s", "runs", agora={"exiting_seconds": 20})
async def exiting(world: World) -> None:
    """The last recording still holds the target for a while."""
    await recorded(world)
    world.people.edit(desiredState="Stopped")
    assert await world.until(lambda: not world.judge.running(CHANNEL), 60)
    world.people.edit(desiredState="Recording")


@story("53", "re-created by name, exiting for 20 s", "runs", agora={"exiting_seconds": 20})
async def exiting_namesake(world: World) -> None:
    """The new object meets the exclusion of the old one's recording."""
    await recorded(world)
    world.people.recreate()


def record_elsewhere(world: World) -> str:
    """Let somebody else record the channel under the uid that our object will use."""
    world.people.apply(desiredState="Stopped", uid=77)
    simulation = world.agora.simulation
    app, target = "0123456789abcdef0123456789abcdef", {"cname": CHANNEL, "uid": "77"}
    acquire = Call(Operation.ACQUIRE, app, body={**target, "clientRequest": {}})
    reply = simulation.world.carry_out(acquire, simulation.now())
    request = {
        "recordingConfig": {"channelType": 0},
        "storageConfig": {
            "vendor": 1,
            "region": 0,
            "bucket": STORAGE["bucket"],
            "accessKey": "a",
            "secretKey": "b",
        },
    }
    body = {**target, "clientRequest": request}
    resource = str(reply.body["resourceId"])
    start = Call(Operation.START, app, resource, None, "mix", body)
    sid = str(simulation.world.carry_out(start, simulation.now()).body["sid"])
    world.judge.foreign.add(sid)
    return sid


@story("53", "a foreign recording that ends after 5 min", "runs", recordings=1)
async def foreign_ends(world: World) -> None:
    """It is never touched, and its place is taken when it is gone."""
    world.join()
    sid = record_elsewhere(world)
    await world.begin()
    world.people.edit(desiredState="Recording")
    await asyncio.sleep(300)
    assert reason(world) == "TargetInUse"
    stop_elsewhere(world, sid)


def stop_elsewhere(world: World, sid: str) -> None:
    """Let somebody else end their recording."""
    simulation = world.agora.simulation
    simulation.world.exit(sid, EndReason.EXITED, simulation.now())


@story("53", "a foreign recording that does not end", "held", recordings=0, holds=BUSY)
async def foreign_stays(world: World) -> None:
    """A person is told."""
    world.join()
    record_elsewhere(world)
    await world.begin()
    world.people.edit(desiredState="Recording")


def _flip(policy: str, fault: str, strike: faults.Strike | None, *, exiting: float = 1.0) -> None:
    """Make the story of Stopped and Recording while the stop is in flight."""
    agora = {"exiting_seconds": exiting}
    situation = f"restartPolicy {policy}, {fault}"

    @story("Stopped, Recording", situation, "runs", recordings=2, agora=agora)
    async def tell(world: World) -> None:
        world.join()
        await world.begin()
        world.people.apply(restartPolicy=policy)
        assert await world.until(world.settled, 60, every=0.5)
        if strike is not None:
            disturb(world, "stop", strike)
        world.people.edit(desiredState="Stopped")
        await asyncio.sleep(0.1)
        world.people.edit(desiredState="Recording")
        await asyncio.sleep(60)


for _policy in ("OnFailure", "Never", "Always"):
    _flip(_policy, "stop answered", None)
    _flip(_policy, "its answer lost", faults.lose)
    _flip(_policy, "killed after it", faults.kill(after=True, away=2))
    _flip(_policy, "killed after it, exiting", faults.kill(after=True, away=2), exiting=60)
    _flip(_policy, "answer lost, exiting", faults.break_off, exiting=60)


def _probe(situation: str, strike: faults.Strike | None, *, first_ran: bool, held: bool) -> None:
    """Make the story of a deletion while an attempt is unknown and dead.

    Args:
        situation: What becomes of the probe, in words.
        strike: The same, in deeds.
        first_ran: Whether the unknown attempt runs.
        held: Whether something whose sid nobody knows runs until the users leave.
    """

    @story("probe", situation, "gone", agora=NO_SOURCE)
    async def tell(world: World) -> None:
        world.agora.listable = False
        await begin(world, faults.lose if first_ran else hang)
        world.kill(world.processes[0])
        world.people.delete()
        await asyncio.sleep(DEAD + 20)
        if strike is not None:
            disturb(world, "start", strike)
        world.replace()
        await asyncio.sleep(1500 if held else 60)
        assert len(world.judge.running(CHANNEL)) == held
        world.leave()


_probe("53: something runs, until users leave", None, first_ran=True, held=True)
_probe("the answer 53 lost", faults.lose, first_ran=True, held=True)
_probe("200: nothing runs", None, first_ran=False, held=False)
_probe("200 lost", faults.lose, first_ran=False, held=True)
_probe("200, killed", faults.kill(after=True, away=400), first_ran=False, held=True)
_probe("killed before it is sent", faults.kill(after=False, away=400), first_ran=False, held=False)
_probe("takes effect late", faults.late(30), first_ran=False, held=False)
_probe("500", faults.answer(500), first_ran=False, held=False)


@story("probe", "a recording is wanted again while it runs", "runs", agora=NO_SOURCE)
async def wanted_during_the_probe(world: World) -> None:
    """The probe hears nobody's pictures: it is stopped, and a recording begun."""
    world.agora.listable = False
    await begin(world, hang)
    world.kill(world.processes[0])
    world.people.edit(desiredState="Stopped")
    await asyncio.sleep(DEAD + 20)
    wanted = faults.people(lambda w: w.people.edit(desiredState="Recording"), after=True)
    disturb(world, "start", wanted)
    world.replace()
    await asyncio.sleep(60)


@story("SIGTERM", "while the sid cannot be stored", "runs", may_be_stopped=True)
async def cannot_store(world: World) -> None:
    """Nobody would know the recording, so it is stopped before the process ends."""
    world.join()
    disturb(world, "write D (sid)", faults.outage("API server", 120))
    await world.begin()
    world.people.apply()
    await asyncio.sleep(10)
    await world.processes[0].terminate()
    assert not world.judge.running(CHANNEL)
    await asyncio.sleep(120)
    world.process()


@story("SIGTERM", "while the sid cannot be stored for a moment", "runs", recordings=1)
async def can_store_soon(world: World) -> None:
    """It is stored, and the recording goes on."""
    world.join()
    disturb(world, "write D (sid)", faults.outage("API server", 5))
    await world.begin()
    world.people.apply()
    await asyncio.sleep(2)
    await world.processes[0].terminate()
    world.process()


@story("SIGTERM", "before the start is answered", "runs", recordings=1)
async def before_the_answer(world: World) -> None:
    """The process waits for the answer and stores it."""
    await begin(world, slow(10))
    await world.processes[0].terminate()
    world.process()


@story("outage", "Agora gone from the deletion on, for 10 min", "gone", recordings=1)
async def gone_at_deletion(world: World) -> None:
    """The stop is repeated until it is heard."""
    await recorded(world)
    world.people.delete()
    world.journal.cut("Agora", 600)
    await asyncio.sleep(600)
    assert len(world.judge.running(CHANNEL)) == 1


def slow(seconds: float) -> faults.Strike:
    """Have the effect, and answer after so many seconds."""

    async def strike(world: World, exchange: Exchange) -> Answer:
        del world
        answer = exchange.carry_out()
        await asyncio.sleep(seconds)
        return answer

    return strike
