"""What becomes of projects: their conditions, and when the finalizer comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from agora_recording.domain.observation import FINALIZER, Recording
from agora_recording.domain.project import IN_USE
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.projects import WELL_SECONDS, ProjectReports
from builders import past, project, recording, running, status
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World, now, tick


class Caretaker:
    """The reports of one process, and what the watch tells them."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.world = process.world
        self.reports = ProjectReports(
            process.treasury,
            process.projects,
            Clock(now=now, tick=tick, chance=lambda: 0.5),
            leads=lambda: process.leads,
        )

    def see_project(self) -> bool:
        """Bring the project as it is now."""
        assert self.world.projects.object is not None
        return self.reports.see(self.world.projects.object)

    def see(self, *recordings: Recording) -> None:
        """Bring recordings."""
        for each in recordings:
            self.process.memories.see(each)
            self.reports.touch(each)

    def vanish(self, *recordings: Recording) -> None:
        """Bring the end of recordings."""
        for each in recordings:
            self.process.memories.forget(each.uid)
            self.reports.touch(replace(each, finalizers=(), gone=True))

    @property
    def writes(self) -> list[str]:
        """What was written to the project."""
        return self.world.projects.writes

    @property
    def message(self) -> str:
        """What the project says."""
        assert self.world.projects.object is not None
        return self.world.projects.object.status.conditions[0].message


@asynccontextmanager
async def caretaker(
    *recordings: Recording, finalizers: tuple[str, ...]
) -> AsyncIterator[Caretaker]:
    """Let somebody look after a project whose recordings and Secrets are known."""
    world = World()
    world.projects.create(*finalizers)
    taking_care = Caretaker(world.process())
    taking_care.see(*recordings)
    taking_care.see_project()
    task = asyncio.create_task(taking_care.reports.run())
    await asyncio.sleep(1)
    taking_care.see_project()
    yield taking_care
    task.cancel()


def held(number: int = 0) -> Recording:
    """Return a recording that runs."""
    return recording(running(), name=f"lesson-{number:02}", uid=f"uid-{number}")


HELD = (IN_USE,)


@in_fake_time
async def test_a_project_on_which_all_is_well_says_so() -> None:
    """Once, however often it is looked at."""
    async with caretaker(held(), finalizers=HELD) as care:
        await asyncio.sleep(5 * WELL_SECONDS)

        assert care.writes == ["Available"]


@in_fake_time
async def test_a_missing_secret_is_told_and_mended_within_a_minute() -> None:
    """Nobody tells the operator of Secrets."""
    async with caretaker(finalizers=()) as care:
        keys = care.world.secrets.data.pop("agora")
        care.world.projects.configure(project())
        care.world.projects.edit(spec=project(app_id="f" * 32))
        care.see_project()
        await asyncio.sleep(1)
        care.world.secrets.data["agora"] = keys
        await asyncio.sleep(60)

        assert care.writes == ["Available", "SecretNotFound", "Available"]


@in_fake_time
async def test_only_who_leads_looks_after_projects() -> None:
    """And who begins to lead looks at them at once, since nobody may have."""
    async with caretaker(held(), finalizers=HELD) as care:
        care.process.leads = False
        care.world.projects.configure(project(app_id="f" * 32))
        care.world.secrets.data.pop("agora")
        care.see_project()
        await asyncio.sleep(2 * WELL_SECONDS)
        assert care.writes == ["Available"]
        care.process.leads = True
        care.reports.wake_all()
        await asyncio.sleep(1)

        assert care.writes == ["Available", "SecretNotFound"]


@in_fake_time
async def test_an_unused_project_is_let_go_at_its_regular_look_and_not_before() -> None:
    """At the first look this process may not know all recordings."""
    async with caretaker(finalizers=HELD) as care:
        care.reports.wake("default", "agora")
        await asyncio.sleep(WELL_SECONDS - 10)
        assert care.writes == ["Available"]
        await asyncio.sleep(20)

        assert care.writes == ["Available", "off"]


@in_fake_time
async def test_a_project_in_use_is_never_let_go() -> None:
    """Nor is one that only the API server knows to be in use."""
    async with caretaker(held(), finalizers=HELD) as care:
        await asyncio.sleep(3 * WELL_SECONDS)
        care.world.projects.listed = ("unseen",)
        care.vanish(held())
        await asyncio.sleep(3 * WELL_SECONDS)

        assert care.writes == ["Available"]


@in_fake_time
async def test_a_deleted_project_in_use_says_who_holds_it_up() -> None:
    """Five by name; and what to do."""
    async with caretaker(*map(held, range(7)), finalizers=HELD) as care:
        care.world.projects.delete()
        assert care.see_project()
        await asyncio.sleep(1)

        assert care.writes == ["Available", "InUse"]
        names = "lesson-00, lesson-01, lesson-02, lesson-03, lesson-04 and others are stopped"
        assert f"stays until CloudRecordings {names}" in care.message
        assert "Delete the CloudRecordings that use it" in care.message


@in_fake_time
async def test_a_deleted_project_goes_with_the_last_that_needs_it() -> None:
    """At once, and without a write for each that goes before."""
    users = [held(n) for n in range(50)]
    async with caretaker(*users, finalizers=HELD) as care:
        care.world.projects.delete()
        care.see_project()
        await asyncio.sleep(1)
        for user in users[:49]:
            care.vanish(user)
            await asyncio.sleep(0.1)
        assert care.world.projects.object is not None
        over = status(last_attempts=(past("r1"),))
        let_go = replace(users[49], finalizers=("other",), status=over, resource_version="11")
        care.see(let_go)
        await asyncio.sleep(0.1)

        assert care.world.projects.object is None
        assert care.writes == ["Available", "InUse", "off"]


@in_fake_time
async def test_a_deleted_project_that_nothing_needs_goes_at_once() -> None:
    """Also one that lay deleted when this process began."""
    async with caretaker(finalizers=HELD) as care:
        care.world.projects.delete()
        care.see_project()
        await asyncio.sleep(1)
        assert care.world.projects.object is None

    world = World()
    world.projects.create(IN_USE)
    world.projects.delete()
    care = Caretaker(world.process())
    care.see_project()
    task = asyncio.create_task(care.reports.run())
    await asyncio.sleep(1)
    task.cancel()
    assert world.projects.object is None


@in_fake_time
async def test_an_end_that_nobody_told_of_is_found_out() -> None:
    """The watch may miss the end of the last recording, or the write may fail."""
    async with caretaker(held(), finalizers=HELD) as care:
        care.world.projects.delete()
        care.see_project()
        await asyncio.sleep(1)
        care.process.memories.forget("uid-0")
        care.world.projects.trouble.append(unreachable())
        await asyncio.sleep(70)

        assert care.world.projects.object is None


@in_fake_time
async def test_a_project_that_changed_meanwhile_is_let_go_all_the_same() -> None:
    """The watch is late: the write conflicts, and is made again from a new look."""
    async with caretaker(finalizers=HELD) as care:
        care.world.projects.delete()
        care.see_project()
        care.world.projects.edit(generation=2)
        await asyncio.sleep(1)

        assert care.world.projects.object is None


@in_fake_time
async def test_a_project_that_vanished_unseen_is_found_out() -> None:
    """The watch was broken at that moment; recordings would still be begun in it."""
    async with caretaker(finalizers=()) as care:
        care.world.projects.object = None
        await asyncio.sleep(WELL_SECONDS + 10)

        assert care.process.projects.find("default", "default") is None


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
        assert care.process.projects.find("default", "default") is not None
        care.vanish(held())

        assert care.process.projects.find("default", "default") is None


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
