"""Stories of web pages: nobody but the operator, and Agora after their hours, ends them."""

from __future__ import annotations

import asyncio
from typing import Any

from agora_simulator.recordings import EndReason
from chaos.sweep import faults
from chaos.sweep.stories_unknown import begin
from chaos.sweep.story import DEAD, NO_SOURCE, hang, recorded, story
from chaos.world.world import CHANNEL, World

HOUR = 3600.0
HELD_PAGE: dict[str, Any] = {
    "web": {"url": "https://example.com", "onHold": True},
    "maxDurationSeconds": 7200,
}
"""A page of which nothing is written, so that no bucket knows its sid."""
PAGE: dict[str, Any] = {"web": {"url": "https://example.com"}, "maxDurationSeconds": 3600}


async def lose_the_sid(world: World, strike: faults.Strike) -> None:
    """Create a page whose start is not answered to a process that dies then."""
    await begin(world, strike, **HELD_PAGE)
    world.kill(world.processes[0])


@story("page", "on hold, its sid lost, and wanted", "ended", recordings=1, agora=NO_SOURCE)
async def lost_and_wanted(world: World) -> None:
    """Agora excludes another until it has ended the first after its hours: it was ours, by that."""
    await lose_the_sid(world, faults.lose)
    await asyncio.sleep(DEAD)
    world.replace()
    await asyncio.sleep(2 * HOUR)


@story("page", "never begun, its start lost, and wanted", "runs", recordings=1, agora=NO_SOURCE)
async def never_begun_and_wanted(world: World) -> None:
    """The next start is taken, which shows that the first never began."""
    await lose_the_sid(world, hang)
    await asyncio.sleep(DEAD)
    world.replace()
    assert await world.until(lambda: bool(world.judge.running(CHANNEL)), 120)


@story("page", "on hold, its sid lost, and deleted", "gone", recordings=1, agora=NO_SOURCE)
async def lost_and_deleted(world: World) -> None:
    """Probes are refused as long as it runs; the object is held until Agora has ended it."""
    await lose_the_sid(world, faults.lose)
    world.people.delete()
    await asyncio.sleep(DEAD)
    world.replace()
    await asyncio.sleep(600)
    assert world.people.find() is not None
    await asyncio.sleep(3 * HOUR)
    assert world.people.find() is None


@story("page", "never begun, its start lost, and deleted", "gone", recordings=1, agora=NO_SOURCE)
async def never_begun_and_deleted(world: World) -> None:
    """A probe, on hold too, shows that nothing runs, and is stopped at once."""
    await lose_the_sid(world, hang)
    world.people.delete()
    await asyncio.sleep(DEAD + 20)
    world.replace()
    assert await world.until(lambda: world.people.find() is None, 120)
    (probe,) = world.judge.recordings(CHANNEL)
    assert probe.page is not None
    assert probe.page.on_hold
    assert probe.end_reason is EndReason.STOPPED


@story("page", "nobody there when its time is over", "ended", recordings=1)
async def nobody_there(world: World) -> None:
    """Agora ends it after whole hours; who comes then begins no other."""
    await recorded(world, **PAGE)
    world.kill(world.processes[0])
    await asyncio.sleep(2 * HOUR)
    world.process()


@story(
    "page",
    "nobody there for a moment when its time is over",
    "ended",
    recordings=1,
    may_be_stopped=True,
)
async def late_for_the_end(world: World) -> None:
    """It is stopped as soon as somebody is there, before Agora would end it."""
    await recorded(world, **PAGE | {"maxDurationSeconds": 1800})
    world.kill(world.processes[0])
    await asyncio.sleep(2000)
    world.process()
    assert await world.until(lambda: not world.judge.running(CHANNEL), 30)
    (only,) = world.judge.recordings(CHANNEL)
    assert only.end_reason is EndReason.STOPPED


@story(
    "page",
    "does not load",
    "held",
    agora={"page_status": 404},
    holds=frozenset({"RecordingFailed", "Restarting", "Starting"}),
)
async def does_not_load(world: World) -> None:
    """Agora gives it up each time; after maxRestarts no other is begun."""
    await world.begin()
    world.people.apply(**PAGE, maxRestarts=1)
    await asyncio.sleep(600)
    assert len(world.judge.recordings(CHANNEL)) == 2


@story(
    "page",
    "on hold, and never open",
    "held",
    agora={"ready_after": HOUR},
    holds=frozenset({"RecordingFailed", "Restarting", "Starting"}),
    may_be_stopped=True,
)
async def never_open(world: World) -> None:
    """Nobody takes it for open because it is on hold: it is stopped, and begun anew once."""
    await world.begin()
    world.people.apply(**HELD_PAGE, maxRestarts=1)
    await asyncio.sleep(600)
    first, second = world.judge.recordings(CHANNEL)
    assert first.end_reason is second.end_reason is EndReason.STOPPED
