"""Two processes, of which one leads; the Lease moves at any moment (protocol 22)."""

import asyncio
from collections.abc import Callable

import pytest

from agora_recording.crd.recording import DesiredState
from unit.reconcile.fake_agora import gateway_down
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.replica import Replica, recorded
from unit.reconcile.world import World

EFFECTS = 18
"""More than a life up to the confirmation has, counted before and after each."""


def at_effect(world: World, number: int, then: Callable[[], None]) -> None:
    """Do something at the n-th effect; each call and each write counts before and after."""
    left = number

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            then()

    world.cluster.before_write = world.cluster.after_write = count
    world.projects.before_write = world.projects.after_write = count
    world.agora.before_call = world.agora.after_call = count


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_who_lost_the_lease_calls_nobody_and_the_next_goes_on(effect: int) -> None:
    """At whatever effect it was lost: one recording, known by its sid."""
    world = World()
    first, second = Replica(world), Replica(world)
    first.lead()
    late: list[str] = []

    def move() -> None:
        first.stand_by()
        world.agora.before_call = late.append

    at_effect(world, effect, move)
    await asyncio.sleep(20)
    assert late == []
    second.lead()
    await asyncio.sleep(120)

    assert len(world.agora.ever) == 1
    assert world.agora.running.keys() == {a.sid for a in world.status.attempts}
    assert world.reason() == "Recording"


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_the_next_begins_while_something_is_in_flight(effect: int) -> None:
    """What the last leader has under way neither harms nor is harmed."""
    world = World()
    first, second = Replica(world), Replica(world)
    world.cluster.write_seconds = 0.2
    first.lead()

    def move() -> None:
        first.stand_by()
        second.lead()

    at_effect(world, effect, move)
    await asyncio.sleep(200)

    assert len(world.agora.ever) == 1
    assert world.agora.running.keys() == {a.sid for a in world.status.attempts}
    assert world.reason() == "Recording"


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_the_lease_goes_to_another_and_comes_back(effect: int) -> None:
    """What was known before counts no more: the other may have overtaken it."""
    world = World()
    first, second = Replica(world), Replica(world)
    world.cluster.write_seconds = 0.2
    first.lead()

    def move() -> None:
        first.stand_by()
        second.lead()
        asyncio.get_running_loop().call_later(0.3, back)

    def back() -> None:
        second.stand_by()
        first.lead()

    at_effect(world, effect, move)
    await asyncio.sleep(200)

    assert len(world.agora.ever) == 1
    assert world.agora.running.keys() == {a.sid for a in world.status.attempts}
    assert world.reason() == "Recording"


@pytest.mark.parametrize("effect", range(1, 9))
@pytest.mark.parametrize("deleted", [True, False], ids=["deleted", "stopped"])
@in_fake_time
async def test_the_lease_moves_while_a_recording_is_ended(effect: int, deleted: bool) -> None:  # noqa: FBT001
    """The next leader ends it if the last one has not."""
    world = World()
    first, second = await recorded(world)

    def move() -> None:
        first.stand_by()
        second.lead()

    if deleted:
        world.cluster.delete()
    else:
        world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    at_effect(world, effect, move)
    await asyncio.sleep(300)

    assert not world.agora.running
    assert world.cluster.object is None if deleted else world.status.phase == "Stopped"


@pytest.mark.parametrize("in_flight", [True, False], ids=["in flight", "at rest"])
@in_fake_time
async def test_a_streak_does_not_outlive_the_lease(in_flight: bool) -> None:  # noqa: FBT001
    """Another may have heard otherwise: 404 counts from the beginning again (protocol 11)."""
    world = World()
    leader, _ = await recorded(world)
    world.agora.running.clear()
    world.agora.call_seconds = 1.0
    asked = asyncio.Event()
    await asyncio.sleep(150)
    assert leader.memory is not None
    (trail,) = leader.memory.trails.values()
    assert trail.absence is not None
    assert trail.absence.count > 3
    if in_flight:
        world.agora.before_call = lambda _: asked.set()
        await asked.wait()
    leader.stand_by()
    leader.lead()
    await asyncio.sleep(110)
    assert "closed" not in world.cluster.writes
    await asyncio.sleep(120)

    assert "closed" in world.cluster.writes


@in_fake_time
async def test_a_sid_is_stored_even_by_who_lost_the_lease() -> None:
    """Nobody else could: write D goes on until it is done (protocol 7)."""
    world = World()
    first, second = Replica(world), Replica(world)
    first.lead()

    def lose(operation: str) -> None:
        if operation == "start":
            world.cluster.trouble.extend([unreachable()] * 10)
            first.stand_by()

    world.agora.after_call = lose
    await asyncio.sleep(60)
    assert [a.sid for a in world.status.attempts] == world.agora.ever
    calls = len(world.agora.calls)
    second.lead()
    await asyncio.sleep(30)

    assert world.agora.count("start") == 1
    assert {name for name, _ in world.agora.calls[calls:]} == {"query"}
    assert world.reason() == "Recording"


@in_fake_time
async def test_what_nobody_else_knows_is_stopped_even_by_who_lost_the_lease() -> None:
    """The object vanished before its sid was stored; Agora takes a while to stop (protocol 8)."""
    world = World()
    first, second = Replica(world), Replica(world)
    first.lead()

    def lose(operation: str) -> None:
        if operation == "start":
            first.stand_by()
            second.lead()
            world.cluster.vanish()

    world.agora.after_call = lose
    world.agora.order("stop", gateway_down(), gateway_down())
    await asyncio.sleep(120)

    assert not world.agora.running
    assert first.memory is None


@in_fake_time
async def test_what_is_started_for_an_object_that_vanished_is_stopped_by_who_started_it() -> None:
    """The start was under way when the Lease was lost and the object vanished (protocol 8)."""
    world = World()
    first = Replica(world)
    first.lead()
    world.agora.call_seconds = 1.0

    def lose(operation: str) -> None:
        if operation == "start":
            first.stand_by()
            world.cluster.vanish()

    world.agora.before_call = lose
    await asyncio.sleep(60)

    assert len(world.agora.ever) == 1
    assert not world.agora.running


@in_fake_time
async def test_what_was_acquired_before_the_lease_was_lost_is_dropped() -> None:
    """It was never stored nor started: the next leader makes its own attempt."""
    world = World()
    first, second = Replica(world), Replica(world)
    first.lead()
    world.agora.after_call = lambda operation: first.stand_by() if operation == "acquire" else None
    await asyncio.sleep(20)
    assert world.cluster.writes == []
    second.lead()
    await asyncio.sleep(20)

    assert [resource_id for name, resource_id in world.agora.calls if name == "start"] == [
        "resource-2"
    ]


@in_fake_time
async def test_a_cycle_does_not_go_on_by_what_was_known_before_the_lease_was_lost() -> None:
    """Even if this process leads again by now."""
    world = World()
    process = world.process()
    process.memory.outdated = True
    await process.run_for(60)

    assert world.agora.calls == []
    assert world.cluster.writes == []
