"""Somebody who looks after a project in fake time, and what the watch tells them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

from agora_recording.domain.observation import Recording
from agora_recording.domain.project import IN_USE
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.projects import ProjectReports
from builders import recording, running
from unit.reconcile.world import Process, World, now, tick

HELD: Final = (IN_USE,)
"""The finalizers of a project in use."""


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
        self.reads = 0
        """How many Secrets were read: two each time that the project is looked at."""
        self.world.secrets.before_read = self._count

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

    def _count(self) -> None:
        self.reads += 1

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
    assert not task.done(), "nobody looks after projects any more"
    task.cancel()


def held(number: int = 0) -> Recording:
    """Return a recording that runs."""
    return recording(running(), name=f"lesson-{number:02}", uid=f"uid-{number}")
