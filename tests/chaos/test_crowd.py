"""A thousand recordings at once against an account of ten calls a second, in virtual time."""

import asyncio
from dataclasses import dataclass
from statistics import quantiles

from agora_simulator.calls import Operation
from agora_simulator.ledger import CallRecord
from agora_simulator.recordings import EndReason, Recording
from chaos.book import enter
from chaos.world.time import elapsed
from chaos.world.world import World, play

CROWD = 1000
DELETED = 150
"""How many of those that record are deleted while others still wait for their start."""
DELETED_AFTER = 90.0
"""Seconds from the beginning to the mass deletion: about 300 starts are through by then."""
RATE = 10


@dataclass(frozen=True)
class Run:
    """What the simulator's books say of it."""

    calls: list[CallRecord]
    recordings: list[Recording]
    deleted: set[str]
    deleted_at: float
    seconds: float


def channel(call: CallRecord) -> str:
    """Return the channel that a call is about."""
    return call.target.channel if call.target else ""


def of(run: Run, operation: Operation) -> list[CallRecord]:
    """Return the calls of an operation that were served."""
    return [call for call in run.calls if call.operation is operation and call.status == 200]


async def crowded() -> Run:
    """Apply all at once, and delete some of those that record while others wait."""
    world = World(requests_per_second=RATE)
    world.workers = 64
    await world.begin()
    names = [f"lesson-{number}" for number in range(CROWD)]
    for name in names:
        world.people.apply(name)
    await asyncio.sleep(DELETED_AFTER)
    simulation = world.agora.simulation
    recorded = [one.target.channel for one in simulation.world.recordings(simulation.now())]
    deleted, deleted_at = set(recorded[:DELETED]), simulation.now()
    for name in deleted:
        world.people.delete(name)
    wanted = CROWD - len(deleted)

    def through() -> bool:
        every = simulation.world.recordings(simulation.now())
        return sum(one.ended_at is None for one in every) == wanted

    assert await world.until(through, 1800)
    calls = list(simulation.calls.of_channel(None))
    recordings = simulation.world.recordings(simulation.now())
    return Run(calls, recordings, deleted, deleted_at, elapsed())


def test_a_crowd_is_recorded_at_the_pace_of_the_account() -> None:
    """Nothing wanted is stopped, little is acquired twice, stops come in turn, starts go on."""
    run = play(crowded)

    ended = {r.target.channel for r in run.recordings if r.end_reason is EndReason.STOPPED}
    assert run.deleted == ended
    assert len(run.recordings) == CROWD

    acquired, started = of(run, Operation.ACQUIRE), of(run, Operation.START)
    assert len(acquired) <= 1.01 * CROWD
    last = {channel(call): call.at for call in acquired}
    delays = [call.at - last[channel(call)] for call in started]
    assert quantiles(delays, n=100)[-1] <= 2.0

    stops = of(run, Operation.STOP)
    assert len(stops) == DELETED
    until = max(call.at for call in stops)
    meanwhile = [call for call in run.calls if run.deleted_at <= call.at <= until]
    beginnings = [c for c in meanwhile if c.operation in {Operation.ACQUIRE, Operation.START}]
    assert len(beginnings) >= 0.2 * RATE * (until - run.deleted_at)
    enter(
        part="cases",
        step="crowd",
        fault=f"{CROWD} at once, {DELETED} deleted meanwhile",
        outcome="runs/gone",
        seconds=run.seconds,
    )
