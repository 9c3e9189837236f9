"""What runs in a project goes on and is stopped although the project is deleted, or gone."""

from __future__ import annotations

import pytest

from agora_recording.domain.project import IN_USE
from agora_recording.reconcile.ports import ConflictError
from builders import ago, attempt, recording
from unit.reconcile.fake_projects import KEY
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_what_runs_in_a_deleted_project_is_stopped_through_it() -> None:
    """A look, a stop; only then does the project go."""
    world = World()
    process = await world.recorded()
    world.projects.delete()
    process.see_project()
    await process.run_for(300)
    assert world.reason() == "Recording"
    assert await process.projects.let_go(KEY) == ("standup",)
    world.cluster.delete()
    await process.run_for(30)
    assert not world.agora.running
    process.memories.vanish("object-1")

    assert await process.projects.let_go(KEY) == ()
    assert world.projects.object is None
    assert process.projects.find(KEY) is None


@in_fake_time
async def test_what_is_unknown_in_a_deleted_project_is_still_probed() -> None:
    """Else an object whose start was lost would hold up its namespace for ever (protocol 16)."""
    world = World()
    lost_start = attempt("lost", owner="dead", acquired_at=ago(600))
    world.cluster.object = recording(lost_start, deleting=True)
    world.projects.create(IN_USE)
    world.projects.delete()
    process = world.process()
    await process.run_for(600)

    assert world.agora.count("acquire") == 1
    assert not world.agora.running
    assert world.cluster.object is None


@in_fake_time
async def test_nothing_begins_again_in_a_deleted_project() -> None:
    """A recording that broke off is not made anew; the object says why."""
    world = World()
    process = await world.recorded()
    world.projects.delete()
    world.agora.running.clear()
    await process.run_for(900)

    assert world.agora.count("acquire") == 1
    assert world.reason() == "ProjectTerminating"


@in_fake_time
async def test_a_project_that_was_torn_away_still_serves_what_runs() -> None:
    """Somebody took its finalizer off and deleted it; then it is forgotten."""
    world = World()
    process = await world.recorded()
    world.projects.object = None
    await process.run_for(300)
    assert world.reason() == "Recording"
    world.cluster.delete()
    await process.run_for(30)
    assert not world.agora.running
    process.memories.vanish("object-1")
    process.projects.forget_if_unused(KEY)

    assert process.projects.find(KEY) is None


@in_fake_time
async def test_nothing_begins_again_in_a_project_that_was_torn_away() -> None:
    """It is remembered for what runs in it, and for that alone."""
    world = World()
    process = await world.recorded()
    world.projects.object = None
    world.agora.running.clear()
    await process.run_for(900)

    assert world.agora.count("acquire") == 1
    assert world.reason() == "ProjectNotFound"


@in_fake_time
async def test_a_project_that_is_torn_away_during_an_acquire_is_remembered() -> None:
    """What comes of the acquire must be stopped through it."""
    world = World()
    process = world.process()
    async with process.projects.acquiring(recording(name="new")):
        world.projects.object = None
        process.see_project()
        found = process.projects.find(KEY)

    assert found is not None
    assert found.gone


@pytest.mark.parametrize("finalizers", [(IN_USE,), ("other",)], ids=["held", "not held"])
@in_fake_time
async def test_a_deleted_project_is_refused_to_whoever_has_nothing_in_it(
    finalizers: tuple[str, ...],
) -> None:
    """Whatever was decided from an older look; and no request is wasted on it."""
    world = World()
    world.projects.create(*finalizers)
    world.projects.delete()
    process = world.process()
    with pytest.raises(ConflictError):
        async with process.projects.acquiring(recording(name="new")):
            raise AssertionError

    assert world.projects.writes == []
