"""When a project is looked at: each look reads two Secrets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from agora_recording.domain.observation import Problem
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.projects import WELL_SECONDS
from builders import project, recording, reference
from unit.reconcile.caretaker import HELD, Caretaker, caretaker, held
from unit.reconcile.fake_projects import KEY
from unit.reconcile.fake_time import in_fake_time

EVENTS: list[tuple[str, Callable[[Caretaker], object], int]] = [
    ("its Secret is refused or taken", lambda c: c.reports.wake("default", "agora"), 1),
    ("another Secret is", lambda c: c.reports.wake("default", "another"), 0),
    ("one of that name elsewhere is", lambda c: c.reports.wake("elsewhere", "agora"), 0),
    ("this process begins to lead", lambda c: c.reports.wake_all(), 1),
    ("twice before its turn", lambda c: (c.reports.wake_all(), c.reports.wake_all()), 1),
    ("it is shown again", lambda c: c.see_project(), 0),
    ("somebody took the finalizer off", lambda c: (_edit(c), c.see_project()), 1),
    ("a recording in it goes on", lambda c: c.see(held()), 0),
]


def _edit(care: Caretaker) -> None:
    care.world.projects.edit(finalizers=())


@pytest.mark.parametrize(
    ("event", "looks"), [row[1:] for row in EVENTS], ids=[row[0] for row in EVENTS]
)
@in_fake_time
async def test_a_project_is_looked_at_when_something_tells_of_it(
    event: Callable[[Caretaker], object], looks: int
) -> None:
    """And not else: thousands of recordings share it."""
    async with caretaker(held(), finalizers=HELD) as care:
        before = care.reads
        event(care)
        await asyncio.sleep(1)

        assert care.reads - before == 2 * looks


@in_fake_time
async def test_a_project_that_is_gone_is_not_looked_at() -> None:
    """Neither when its Secret changes, nor at its regular time."""
    async with caretaker(finalizers=()) as care:
        found = care.world.projects.object
        assert found is not None
        care.world.projects.object = None
        care.reports.vanish(found)
        before = care.reads
        care.reports.wake("default", "agora")
        care.reports.wake_all()
        await asyncio.sleep(2 * WELL_SECONDS)

        assert care.reads == before


@in_fake_time
async def test_a_look_puts_off_the_regular_one() -> None:
    """One every ten minutes while all is well, whoever else called for one."""
    async with caretaker(held(), finalizers=HELD) as care:
        await asyncio.sleep(WELL_SECONDS - 60)
        care.reports.wake_all()
        await asyncio.sleep(1)
        before = care.reads
        await asyncio.sleep(WELL_SECONDS - 60)
        assert care.reads == before
        await asyncio.sleep(120)

        assert care.reads == before + 2


@in_fake_time
async def test_what_is_wrong_is_looked_at_again_soon() -> None:
    """Within half a minute, until it is mended."""
    async with caretaker(held(), finalizers=HELD) as care:
        care.world.projects.configure(project(credentials_secret_ref=reference("missing")))
        care.see_project()
        await asyncio.sleep(1)
        before = care.reads
        await asyncio.sleep(32)

        assert care.reads == before + 1
        assert care.writes[-1] == "SecretNotFound"


@in_fake_time
async def test_refused_credentials_are_told_of_the_project() -> None:
    """As soon as somebody has met that; and when they are taken again."""
    async with caretaker(held(), finalizers=HELD) as care:
        problem = Problem(Reason.CREDENTIALS_REFUSED, "Agora refused them.")
        treasury = care.process.treasury
        treasury.changed = care.reports.wake
        means = await treasury.find(recording(), fresh=False, tick=0.0)
        treasury.refuse(recording(), means, problem, tick=0.0)
        await asyncio.sleep(1)
        care.see_project()
        treasury.accept(recording())
        await asyncio.sleep(1)

        assert care.writes == ["Available", "CredentialsRefused", "Available"]


@pytest.mark.parametrize("finalizers", [(), HELD], ids=["never kept", "kept"])
@in_fake_time
async def test_a_project_that_vanished_under_its_recordings_is_left_alone(
    finalizers: tuple[str, ...],
) -> None:
    """Its credentials still stop them, but there is nothing to tell it, or to keep."""
    async with caretaker(held(), finalizers=finalizers) as care:
        care.world.projects.object = None
        writes, before = len(care.writes), care.reads
        await asyncio.sleep(3 * WELL_SECONDS)
        found = care.process.projects.find(KEY)

        assert found is not None
        assert found.gone
        assert (len(care.writes), care.reads) == (writes, before)


@in_fake_time
async def test_a_kept_project_is_asked_after_only_at_its_regular_time() -> None:
    """To ask which recordings need it costs a list of them."""
    async with caretaker(held(), finalizers=HELD) as care:
        asked: list[None] = []
        care.world.projects.on_list = lambda: asked.append(None)
        care.process.memories.forget("uid-0")
        care.world.projects.listed = ("unseen",)
        care.reports.wake_all()
        await asyncio.sleep(10)
        assert not asked
        await asyncio.sleep(WELL_SECONDS)

        assert len(asked) == 1


@in_fake_time
async def test_who_loses_the_lease_while_it_reads_secrets_tells_nothing() -> None:
    """Another process tells by now what it has read."""
    async with caretaker(held(), finalizers=HELD) as care:
        care.world.projects.configure(project(credentials_secret_ref=reference("missing")))

        def lose() -> None:
            care.process.leads = False

        care.world.secrets.before_read = lose
        care.see_project()
        await asyncio.sleep(10)

        assert care.writes == ["Available"]
