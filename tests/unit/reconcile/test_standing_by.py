"""Who does not lead only watches, and is ready to lead (protocol 22)."""

import asyncio

from agora_recording.crd.recording import DesiredState
from agora_recording.reconcile.budget import Urgency
from unit.reconcile.fake_agora import lost
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.replica import Replica, recorded
from unit.reconcile.world import World


@in_fake_time
async def test_who_stands_by_does_nothing() -> None:
    """It watches: no look, no call, no write."""
    world = World()
    looks: list[None] = []
    world.secrets.before_read = lambda: looks.append(None)
    Replica(world)
    await asyncio.sleep(300)

    assert looks == []
    assert world.agora.calls == []
    assert world.cluster.writes == []


@in_fake_time
async def test_who_begins_to_lead_looks_at_everything_at_once() -> None:
    """Standing by was no waste: it knows the objects."""
    world = World()
    replica = Replica(world)
    await asyncio.sleep(100)
    replica.lead()
    await asyncio.sleep(1)
    assert len(world.agora.running) == 1
    await asyncio.sleep(60)
    replica.stand_by()
    calls = len(world.agora.calls)
    await asyncio.sleep(1)
    assert len(world.agora.calls) == calls
    replica.lead()
    await asyncio.sleep(1)

    assert [name for name, _ in world.agora.calls[calls:]] == ["query"]


@in_fake_time
async def test_two_processes_and_a_deletion_make_one_stop() -> None:
    """Who stands by lets go of an object that vanishes, and has nothing to stop later."""
    world = World()
    _, other = await recorded(world)
    world.cluster.delete()
    await asyncio.sleep(10)
    other.lead()
    await asyncio.sleep(300)

    assert world.agora.count("stop") == 1
    assert other.memory is None


@in_fake_time
async def test_who_finds_that_its_time_is_over_does_nothing() -> None:
    """Also if nobody has told the workers yet: a process that was stopped for long."""
    world = World()
    process = world.process()
    process.leads = False
    await process.run_for(60)

    assert world.agora.calls == []
    assert world.cluster.writes == []


@in_fake_time
async def test_who_does_not_lead_repeats_no_start_of_what_is_gone() -> None:
    """Only to stop what it alone knows is its business; the rest is the leader's."""
    world = World()
    process = world.process()
    world.agora.trouble["start"].append(lost())
    await process.run()
    calls = len(world.agora.calls)
    process.memory.vanish()
    process.leads = False
    await asyncio.sleep(60)
    world.cluster.vanish()
    await process.run()

    assert process.memory.trails
    assert len(world.agora.calls) == calls


@in_fake_time
async def test_who_stands_by_keeps_no_place_in_line() -> None:
    """Turns that come up meanwhile would be used all at once afterwards."""
    replica = Replica(World())
    replica.lead()
    await asyncio.sleep(1)
    budgets, now = replica.process.budgets, asyncio.get_running_loop().time()
    while budgets.take("app", "object-1", Urgency.START, 2, tick=now):
        pass
    assert budgets.in_line() == 1
    replica.stand_by()

    assert budgets.in_line() == 0


@in_fake_time
async def test_a_process_that_ends_while_it_stands_by_stops_nothing() -> None:
    """Also if the status was wiped, and the leader has not mended it yet."""
    world = World()
    leader, other = await recorded(world)
    world.cluster.write_seconds = 5.0
    world.cluster.edit_status(attempts=(), resource_id=None, sid=None)
    await asyncio.sleep(0.1)
    await other.stop()
    await asyncio.sleep(30)

    assert world.agora.count("stop") == 0
    assert world.agora.running.keys() == {a.sid for a in world.status.attempts}
    await leader.stop()


@in_fake_time
async def test_what_the_leader_closed_is_not_brought_back_by_the_next() -> None:
    """However many recordings came and went between two looks of the watch (protocol 18)."""
    world = World()
    leader, other = Replica(world), Replica(world, watch_seconds=200)
    leader.lead()
    await asyncio.sleep(250)
    for _ in range(8):
        world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
        await asyncio.sleep(5)
        world.cluster.edit_spec(desired_state=DesiredState.RECORDING)
        await asyncio.sleep(5)
    await asyncio.sleep(200)
    leader.stand_by()
    other.lead()
    await asyncio.sleep(60)

    assert world.agora.count("stop") == 8
    assert len(world.status.attempts) == 1
    assert "sid" not in world.cluster.writes[-3:]
    assert world.reason() == "Recording"
