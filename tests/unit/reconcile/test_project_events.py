"""What the watch tells of projects and recordings, and what is made of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agora_recording.domain.observation import FINALIZER
from agora_recording.domain.project import IN_USE
from agora_recording.reconcile.projects import WELL_SECONDS
from builders import recording
from unit.reconcile.caretaker import HELD, caretaker, held
from unit.reconcile.fake_projects import KEY
from unit.reconcile.fake_time import in_fake_time


@in_fake_time
async def test_a_finalizer_that_somebody_took_off_is_put_back() -> None:
    """Only while the project is needed."""
    async with caretaker(held(), finalizers=HELD) as care:
        care.world.projects.edit(finalizers=())
        assert not care.see_project()
        await asyncio.sleep(1)
        assert care.writes == ["Available", "on"]
        care.see_project()
        care.vanish(held())
        care.world.projects.edit(finalizers=())
        care.see_project()
        await asyncio.sleep(2 * WELL_SECONDS)

        assert care.writes == ["Available", "on"]


@in_fake_time
async def test_a_project_is_held_for_recordings_that_were_made_before_there_was_a_finalizer() -> (
    None
):
    """An earlier release made them; whoever sees the first of them puts it on."""
    async with caretaker(finalizers=()) as care:
        care.see(recording(name="idle", uid="idle"))
        await asyncio.sleep(1)
        assert care.writes == ["Available"]
        care.see(*map(held, range(50)))
        await asyncio.sleep(1)

        assert care.writes == ["Available", "on"]


@in_fake_time
async def test_a_project_that_lingers_for_somebody_else_is_left_alone() -> None:
    """Ours is off, another's finalizer is on."""
    async with caretaker(finalizers=(IN_USE, "other")) as care:
        care.world.projects.delete()
        care.see_project()
        await asyncio.sleep(WELL_SECONDS)

        assert care.world.projects.object is not None
        assert care.world.projects.object.finalizers == ("other",)
        assert care.writes == ["Available", "off"]


@in_fake_time
async def test_a_project_that_is_gone_is_remembered_only_while_it_is_needed() -> None:
    """Its memory shrinks with the last recording that needs it."""
    async with caretaker(held(), finalizers=HELD) as care:
        gone = care.world.projects.object
        assert gone is not None
        care.world.projects.object = None
        care.reports.vanish(gone)
        assert care.process.projects.find(KEY) is not None
        care.vanish(held())

        assert care.process.projects.find(KEY) is None


@pytest.mark.parametrize("finalizers", [(FINALIZER,), ()], ids=["held", "with attempts only"])
@in_fake_time
async def test_a_recording_that_lets_go_elsewhere_changes_nothing_here(
    finalizers: tuple[str, ...],
) -> None:
    """Of another project, or of another namespace."""
    one = replace(held(), finalizers=finalizers)
    async with caretaker(one, finalizers=HELD) as care:
        care.world.projects.delete()
        care.see_project()
        care.vanish(recording(namespace="other", uid="o"))
        await asyncio.sleep(1)

        assert care.world.projects.object is not None


@in_fake_time
async def test_events_that_change_nothing_cause_no_look() -> None:
    """Recordings that are idle, and the end of those that need a project no longer."""
    async with caretaker(finalizers=()) as care:
        care.see(recording(name="idle", uid="idle"))
        care.vanish(recording(name="idle", uid="idle"))
        await asyncio.sleep(1)
        assert care.reads == 2

    async with caretaker(finalizers=("other",)) as care:
        care.world.projects.delete()
        care.see_project()
        await asyncio.sleep(1)
        before = care.reads
        care.vanish(held())
        await asyncio.sleep(1)
        assert care.reads == before


@in_fake_time
async def test_many_events_at_once_cause_one_look() -> None:
    """Fifty recordings of an earlier release are seen when the process begins."""
    async with caretaker(finalizers=()) as care:
        before = care.reads
        care.see(*map(held, range(50)))
        await asyncio.sleep(1)

        assert care.reads == 2 * before


@in_fake_time
async def test_a_look_for_another_reason_lets_nothing_go() -> None:
    """The project was in use at its regular look, and is not now."""
    async with caretaker(held(), finalizers=HELD) as care:
        await asyncio.sleep(WELL_SECONDS + 10)
        care.vanish(held())
        care.reports.wake("default", "agora")
        await asyncio.sleep(WELL_SECONDS / 2)
        assert care.writes == ["Available"]
        await asyncio.sleep(WELL_SECONDS)

        assert care.writes == ["Available", "off"]
