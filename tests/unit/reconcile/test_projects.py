"""What becomes of projects: their conditions, and when the finalizer comes and goes."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agora_recording.domain.project import IN_USE
from agora_recording.reconcile.projects import WELL_SECONDS
from builders import past, project, status
from unit.reconcile.caretaker import HELD, Caretaker, caretaker, held
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_projects import KEY
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


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
        assert "Delete them, or set desiredState to Stopped" in care.message


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

        assert care.process.projects.find(KEY) is None
