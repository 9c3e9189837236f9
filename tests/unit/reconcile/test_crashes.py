"""A process is killed before or after each of its effects; another takes its place."""

import asyncio

import pytest

from agora_recording.crd.recording import DesiredState
from unit.reconcile.fake_agora import lost
from unit.reconcile.fake_cluster import CrashError
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World

EFFECTS = 18
"""More than a life up to the confirmation has, counted before and after each."""
AFTER_START = 10
"""Agora has started, and nobody has heard of it yet."""


async def live_and_die(world: World, effect: int, seconds: float = 60) -> bool:
    """Let a process be killed at its n-th effect; say whether it was."""
    process = world.process()
    world.crash_at(effect)
    try:
        await process.run_for(seconds)
    except CrashError:
        return True
    else:
        return False
    finally:
        world.crash_at(-1)


@pytest.mark.parametrize("names_sid", [True, False], ids=["7 names the sid", "7 names no sid"])
@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_a_crash_at_any_effect_leaves_one_recording(effect: int, names_sid: bool) -> None:  # noqa: FBT001
    """Whoever comes next finds what runs: one recording, never a second beside it."""
    world = World()
    world.agora.already_names_sid = names_sid
    await live_and_die(world, effect)
    await world.process().run_for(120)

    assert len(world.agora.running) == 1
    assert len(world.agora.ever) == 1
    stored = {a.sid for a in world.status.attempts}
    known = world.agora.running.keys() <= stored
    assert known or world.reason() == "SidUnknown"


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_a_crash_and_a_deletion_leave_nothing_running(effect: int) -> None:
    """An object that was deleted while nobody worked takes its recording along."""
    world = World()
    await live_and_die(world, effect)
    world.cluster.delete()
    if world.cluster.object is not None:
        await world.process().run_for(120)

    assert not world.agora.running
    assert world.cluster.object is None


@pytest.mark.parametrize("effect", range(1, 9))
@in_fake_time
async def test_a_crash_while_it_is_deleted_leaves_nothing_running(effect: int) -> None:
    """The stop is carried through by whoever comes next."""
    world = World()
    await world.recorded()
    world.cluster.delete()
    await live_and_die(world, effect)
    if world.cluster.object is not None:
        await world.process().run_for(300)

    assert not world.agora.running
    assert world.cluster.object is None


@pytest.mark.parametrize("effect", range(1, 13))
@in_fake_time
async def test_a_crash_while_it_is_stopped_leaves_nothing_running(effect: int) -> None:
    """The intent to stop is final, whoever carries it through."""
    world = World()
    await world.recorded()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await live_and_die(world, effect)
    await world.process().run_for(300)

    assert not world.agora.running
    assert world.status.phase == "Stopped"


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_two_crashes_in_a_row_leave_one_recording(effect: int) -> None:
    """The second process may die as well, while it takes over."""
    world = World()
    await live_and_die(world, AFTER_START)
    await live_and_die(world, effect)
    await world.process().run_for(120)

    assert len(world.agora.running) == 1
    assert len(world.agora.ever) == 1
    assert world.agora.running.keys() == {a.sid for a in world.status.attempts}


@in_fake_time
async def test_a_crash_after_the_answer_was_lost_leaves_one_recording() -> None:
    """The new process repeats the same start instead of beginning another (protocol 4, 6)."""
    world = World()
    world.agora.order("start", lost())
    process = world.process()
    await process.run()
    await world.process().run_for(120)

    assert list(world.agora.running) == ["sid-of-resource-1"]
    assert world.reason() == "Recording"


@in_fake_time
async def test_an_attempt_of_a_dead_process_is_never_concluded_to_be_unsent() -> None:
    """To take an attempt over does not make it our own: it may have been sent (protocol 4)."""
    world = World()
    await live_and_die(world, AFTER_START)
    assert world.agora.ever == ["sid-of-resource-1"]
    await world.process().run_for(120)

    assert world.agora.count("acquire") == 1
    assert "closed" not in world.cluster.writes


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_a_deletion_at_any_effect_leaves_nothing_running(effect: int) -> None:
    """Whatever was under way, nothing goes on after the object is gone."""
    world = World()
    process = world.process()
    left = effect

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0 and world.cluster.object is not None:
            world.cluster.delete()

    world.cluster.before_write = world.cluster.after_write = count
    world.projects.before_write = world.projects.after_write = count
    world.agora.before_call = world.agora.after_call = count
    await process.run_for(200)

    assert not world.agora.running
    assert world.cluster.object is None


@pytest.mark.parametrize("effect", range(1, EFFECTS + 1))
@in_fake_time
async def test_a_second_process_at_any_effect_makes_no_second_recording(effect: int) -> None:
    """The first was only stopped for a moment, and goes on with what it knew (protocol 22)."""
    world = World()
    first, second = world.process(), world.process()
    left = effect
    meanwhile: list[asyncio.Task[None]] = []

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            meanwhile.append(asyncio.create_task(second.run_for(20)))

    world.cluster.before_write = world.cluster.after_write = count
    world.projects.before_write = world.projects.after_write = count
    world.agora.before_call = world.agora.after_call = count
    world.cluster.write_seconds = 0.05
    await first.run_for(90)
    await asyncio.gather(*meanwhile)
    await first.run_for(90)

    assert len(world.agora.ever) == 1
    assert world.agora.running.keys() == {a.sid for a in world.status.attempts}
