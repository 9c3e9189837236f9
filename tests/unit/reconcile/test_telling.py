"""What people and other objects are told of what one object meets, and what they are not."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from agora_recording.crd.project import Limits
from agora_recording.crd.recording import DeletionPolicy
from agora_recording.domain.observation import FINALIZER
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.cycle import Rest
from builders import APP, project
from unit.reconcile.fake_agora import Trouble, gateway_down, overload
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World, tick


def stand_in_line(process: Process) -> None:
    """Let many others wait for their turn, at one call a second."""
    process.world.projects.configure(project(limits=Limits(requests_per_second=1)))
    process.budgets.set_rate(APP, 1)
    for number in range(20):
        process.budgets.take(APP, f"other-{number}", Urgency.STOP, 1, tick=tick())


@in_fake_time
async def test_each_change_of_the_reason_is_announced_once() -> None:
    """However often the status is written meanwhile."""
    world = World()
    process = await world.recorded()
    await process.run_for(600)

    reasons = [reason for reason, _ in world.announcer.told]
    assert reasons.count(Reason.RECORDING) == 1
    assert all(one is not other for one, other in pairwise(reasons))


@in_fake_time
async def test_who_waits_long_for_a_first_call_says_so() -> None:
    """Nothing of it has begun yet."""
    world = World()
    process = world.process()
    stand_in_line(process)

    assert await process.run() == Rest()
    assert world.reason() == "Queued"
    assert world.agora.calls == []


@in_fake_time
async def test_a_recording_that_waits_to_be_asked_about_stays_what_it_is() -> None:
    """It goes on meanwhile."""
    world = World()
    process = await world.recorded()
    await asyncio.sleep(120)
    stand_in_line(process)
    calls = len(world.agora.calls)

    assert await process.run() == Rest()
    assert len(world.agora.calls) == calls
    assert world.reason() == "Recording"


@pytest.mark.parametrize(
    ("trouble", "goes_on"), [(overload(), False), (gateway_down(), True), (None, True)]
)
@in_fake_time
async def test_only_too_many_calls_hold_up_others(trouble: Trouble, *, goes_on: bool) -> None:
    """Whatever else one object meets is its own."""
    world = World()
    process = await world.recorded()
    await asyncio.sleep(120)
    world.agora.trouble["query"].append(trouble)
    await process.run()
    await asyncio.sleep(0.5)

    assert process.budgets.take(APP, "another", Urgency.POLL, 1, tick=tick()) is goes_on


@in_fake_time
async def test_who_loses_the_lease_while_a_project_is_kept_acquires_nothing() -> None:
    """To put the finalizer on may take a while."""
    world = World()
    process = world.process()

    def lose() -> None:
        process.leads = False

    world.projects.before_write = lose
    await process.run()

    assert world.agora.calls == []


@in_fake_time
async def test_a_conflict_is_looked_at_again_at_once() -> None:
    """What was in the way is in the next look."""
    world = World()
    world.cluster.before_write = world.cluster.edit_spec
    process = world.process()

    assert await process.run() == Rest(0.0)


@pytest.mark.parametrize("others", [(), ("example.com/mine",)], ids=["alone", "with another's"])
@in_fake_time
async def test_a_released_object_is_told_of_and_rests(others: tuple[str, ...]) -> None:
    """If another's finalizer keeps it, its status says first that nothing runs."""
    world = World()
    process = await world.recorded()
    world.cluster.edit(finalizers=(*others, FINALIZER))
    world.cluster.delete()
    rest = await process.run()

    assert rest == Rest()
    assert process.memory.released is not bool(others)
    assert not world.agora.running
    told = "Nothing runs at Agora any more."
    assert (Reason.STOPPED, told) in world.announcer.told
    assert world.cluster.writes[-1] == "finalizer " + ("on" if others else "off")
    if others:
        assert world.reason() == "Stopped"
        assert world.status.attempts == ()


@in_fake_time
async def test_a_sid_is_stored_again_ever_more_slowly() -> None:
    """An API server that is back is not met by all at once, nor kept waiting for long."""
    world = World()
    process = world.process()
    at: list[float] = []

    def fail() -> None:
        if world.agora.count("start"):
            at.append(tick())
            world.cluster.trouble.extend([unreachable()] if len(at) < 8 else [])

    world.cluster.before_write = fail
    await process.run()
    waits = [round(after - before, 1) for before, after in pairwise(at)]

    assert waits[:7] == [0.2, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0]
    assert world.status.sid == "sid-of-resource-1"


@in_fake_time
async def test_an_orphan_that_another_finalizer_keeps_is_told_of_once() -> None:
    """What is left running was named when it was let go."""
    world = World()
    process = await world.recorded()
    world.cluster.edit_spec(deletion_policy=DeletionPolicy.ORPHAN)
    world.cluster.edit(finalizers=("example.com/mine", FINALIZER))
    world.cluster.delete()
    await process.run()
    told = list(world.announcer.told)
    assert await process.run() == Rest()

    assert "sid-of-resource-1" in told[-1][1]
    assert world.announcer.told == told
    assert len(world.agora.running) == 1
