"""A project is kept from before the first acquire until nothing needs it any more."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agora_recording.crd.recording import ProjectReference
from agora_recording.domain.action import Ending
from agora_recording.domain.observation import FINALIZER, Recording, Trail
from agora_recording.domain.project import IN_USE
from agora_recording.reconcile.ports import ConflictError, UnreachableError
from builders import attempt, recording, running, spec
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_projects import KEY
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World


def lose_the_answer() -> None:
    """Have a write done without telling."""
    raise unreachable()


def is_held(world: World) -> bool:
    """Whether the project bears our finalizer at the API server."""
    return world.projects.object is not None and world.projects.object.held


async def acquire(process: Process, name: str = "other", seconds: float = 0.0) -> None:
    """Do what a cycle does around an acquire that takes so long."""
    async with process.projects.acquiring(recording(name=name)):
        assert is_held(process.world)
        await asyncio.sleep(seconds)
        assert is_held(process.world)


@in_fake_time
async def test_the_project_is_held_before_anything_is_acquired_in_it() -> None:
    """One write for the first recording, none for the next; others' finalizers stay."""
    world = World()
    world.projects.create("example.com/other")
    held: list[bool] = []
    world.agora.before_call = lambda _operation: held.append(is_held(world))
    process = await world.recorded()
    await acquire(process)

    assert set(held) == {True}
    assert world.projects.writes == ["on"]
    assert world.projects.object is not None
    assert world.projects.object.finalizers == ("example.com/other", IN_USE)


@in_fake_time
async def test_fifty_recordings_at_once_take_one_write() -> None:
    """The others wait for the first."""
    world = World()
    process = world.process()
    await asyncio.gather(*(acquire(process, f"lesson-{n}") for n in range(50)))

    assert world.projects.writes == ["on"]


@in_fake_time
async def test_a_project_that_cannot_be_held_is_not_recorded_in() -> None:
    """Nothing is acquired as long as the write fails; then all goes its way."""
    world = World()
    world.projects.trouble.extend([unreachable()] * 3)
    process = world.process()
    await process.run()
    assert world.agora.calls == []
    await process.run_for(60)

    assert world.reason() == "Recording"
    assert world.agora.count("acquire") == 1


@in_fake_time
async def test_a_project_that_changed_meanwhile_is_looked_at_anew() -> None:
    """The watch is late: a conflict, a new look, and the write."""
    world = World()
    process = world.process()
    world.projects.edit(generation=2)
    await process.cycle.run(process.memory)
    assert world.agora.calls == []
    await process.run_for(1)

    assert world.projects.writes == ["on"]
    assert world.agora.count("acquire") == 1


@pytest.mark.parametrize("finalizers", [("other",), ()], ids=["it lingers", "it is gone"])
@in_fake_time
async def test_nothing_is_acquired_in_a_project_that_is_deleted_meanwhile(
    finalizers: tuple[str, ...],
) -> None:
    """The watch is late: the write finds out, and the object says so."""
    world = World()
    world.projects.create(*finalizers)
    process = world.process()
    world.projects.delete()
    await process.cycle.run(process.memory)
    await process.run_for(60)

    assert world.agora.calls == []
    assert world.projects.writes == []
    assert world.reason() == ("ProjectTerminating" if finalizers else "ProjectNotFound")


@in_fake_time
async def test_a_project_that_nothing_needs_is_let_go() -> None:
    """And taken again when it is needed again."""
    world = World()
    process = world.process()
    await acquire(process)

    for _ in range(2):
        assert await process.projects.let_go(KEY) == ()
    assert not is_held(world)
    await acquire(process)
    assert world.projects.writes == ["on", "off", "on"]


@in_fake_time
async def test_a_project_is_kept_for_what_runs_and_for_what_begins() -> None:
    """A recording under the finalizer, and one whose acquire is under way."""
    world = World()
    process = await world.recorded()
    assert await process.projects.let_go(KEY) == ("standup",)

    other = World()
    process = other.process()
    task = asyncio.create_task(acquire(process, "early", seconds=5))
    await asyncio.sleep(1)
    assert await process.projects.let_go(KEY) == ("early",)
    await task
    assert other.projects.writes == ["on"]


@pytest.mark.parametrize(
    ("made", "needed"),
    [
        (recording(finalizers=(FINALIZER,)), True),
        (recording(attempt(), finalizers=()), True),
        (recording(), False),
        (recording(running(), namespace="elsewhere"), False),
        (recording(running(), spec=spec(project_ref=ProjectReference(name="another"))), False),
    ],
    ids=["held", "with an attempt", "idle", "of another namespace", "of another project"],
)
@in_fake_time
async def test_a_project_is_needed_by_what_may_have_to_be_stopped(
    made: Recording,
    needed: bool,  # noqa: FBT001
) -> None:
    """Either the finalizer or an attempt tells."""
    process = World(made).process()

    assert process.projects.in_use(KEY) is needed
    assert process.projects.users(KEY) == (("standup",) if needed else ())


@in_fake_time
async def test_an_attempt_that_is_over_needs_no_project() -> None:
    """This process knows how it ended, and the status does not list it."""
    process = World().process()
    process.memory.learn(Trail(attempt(), ending=Ending.NEVER_SENT))
    assert not process.projects.in_use(KEY)
    process.memory.learn(Trail(attempt()))

    assert process.projects.in_use(KEY)


@in_fake_time
async def test_a_project_is_kept_for_what_was_acquired_and_not_stored_yet() -> None:
    """The status tells nothing yet, nor is there a finalizer."""
    world = World()
    process = world.process()
    in_time: list[tuple[str, ...]] = []

    def look() -> None:
        in_time.append(process.projects.users(KEY))

    world.cluster.before_write = look
    await process.run_for(5)

    assert world.cluster.writes[:2] == ["intent", "finalizer on"]
    assert in_time[:2] == [("standup",), ("standup",)]


@in_fake_time
async def test_the_api_server_knows_recordings_that_this_process_does_not() -> None:
    """A process that has just begun has not seen all of them."""
    world = World()
    world.projects.create(IN_USE)
    world.projects.listed = ("unseen",)
    process = world.process()

    assert await process.projects.let_go(KEY) == ("unseen",)
    assert is_held(world)
    await acquire(process)
    assert world.projects.writes == []


@in_fake_time
async def test_whoever_comes_while_the_api_server_is_asked_holds_the_project_up() -> None:
    """The answer says nothing of an acquire that began meanwhile."""
    world = World()
    process = world.process()
    await acquire(process)
    tasks: list[asyncio.Task[None]] = []
    world.projects.on_list = lambda: tasks.append(asyncio.create_task(acquire(process, "late")))

    assert await process.projects.let_go(KEY) == ("late",)
    await asyncio.gather(*tasks)
    assert world.projects.writes == ["on"]


@in_fake_time
async def test_whoever_comes_while_the_finalizer_is_taken_off_waits() -> None:
    """It was still there when the acquire was about to begin, and is put on again."""
    world = World()
    process = world.process()
    await acquire(process)
    tasks: list[asyncio.Task[None]] = []

    def begin() -> None:
        if not tasks:
            tasks.append(asyncio.create_task(acquire(process, "late")))

    world.projects.before_write = begin
    assert await process.projects.let_go(KEY) == ()
    await asyncio.gather(*tasks)

    assert world.projects.writes == ["on", "off", "on"]


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
@in_fake_time
async def test_a_project_may_not_be_held_after_a_lost_answer(done: bool) -> None:  # noqa: FBT001
    """It was to be let go, and whether it was is not known: the next acquire makes sure."""
    world = World()
    process = world.process()
    await acquire(process)
    if done:
        world.projects.after_write = lose_the_answer
    else:
        world.projects.trouble.append(unreachable())
    with pytest.raises(UnreachableError):
        await process.projects.let_go(KEY)
    world.projects.after_write = lambda: None
    assert is_held(world) is not done
    for _ in range(2):
        try:
            await acquire(process)
        except ConflictError:  # the look was from before the write; the cycle looks again
            continue

    assert is_held(world)
    assert world.projects.writes == (["on", "off", "on"] if done else ["on", "nothing"])


@in_fake_time
async def test_a_project_made_anew_is_not_hidden_by_the_end_of_the_old() -> None:
    """The watch brings the deletion after a look at the new object."""
    world = World()
    process = await world.recorded()
    old = process.projects.find(KEY)
    assert old is not None
    world.projects.create()
    process.see_project()
    process.projects.vanish(replace(old, deleting=True))
    found = process.projects.find(KEY)

    assert found == world.projects.object
    process.projects.see(old)
    assert process.projects.find(KEY) == found
