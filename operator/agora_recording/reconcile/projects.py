"""What becomes of each project: its status says whether it can be used, and it is kept or not.

A project is looked at when it changes, when Agora refuses its credentials, when the last recording
that held up its deletion is gone, and now and then, more often while something is wrong with it.
Nothing of it is ever sent to Agora for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from agora_recording.domain.holdup import LOOK_AGAIN
from agora_recording.domain.observation import Problem, Recording
from agora_recording.domain.project import Key, Project, kept_for, key_of, report
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.means import Treasury
from agora_recording.reconcile.ports import ConflictError, KubeError
from agora_recording.reconcile.protection import ProjectProtection, needs_project

WELL_SECONDS: Final = 600.0
"""Seconds until a project with which all was well is looked at again."""

log = structlog.get_logger()


class ProjectReports:
    """Looks after all projects, one at a time."""

    def __init__(
        self,
        treasury: Treasury,
        protection: ProjectProtection,
        clock: Clock | None = None,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._treasury = treasury
        self._protection = protection
        self._clock = clock or Clock()
        self._leads = leads
        self._watched: dict[Key, Project] = {}
        self._due: asyncio.Queue[Key] = asyncio.Queue()
        self._waiting: set[Key] = set()
        self._regular: set[Key] = set()
        """Of those that wait, which do so because their time has come."""
        self._timers: dict[Key, asyncio.TimerHandle] = {}

    def see(self, project: Project) -> bool:
        """Take a look at a project; say whether it is news to the recordings that use it."""
        before = self._watched.get(project.key)
        self._watched[project.key] = project
        self._protection.see(project)
        if before is None:
            news = True
        else:
            news = (before.spec, before.deleting) != (project.spec, project.deleting)
        lost = before is not None and before.held and not project.held
        if news or lost:
            self._call(project.key)
        return news

    def vanish(self, project: Project) -> None:
        """Note that a project no longer exists."""
        self._watched.pop(project.key, None)
        self._protection.vanish(project)

    def wake(self, namespace: str, secret: str) -> None:
        """Report again on the projects whose credentials are in ``secret``."""
        for key, project in self._watched.items():
            if self._treasury.credentials_of(project) == (namespace, secret):
                self._call(key)

    def touch(self, recording: Recording) -> None:
        """Take in that a recording changed or is gone: its project may go, or must be kept."""
        key = key_of(recording)
        project = self._protection.find(key)
        if project is None:
            return
        if project.gone:
            self._protection.forget_if_unused(key)
        elif project.deleting:
            if project.held and not self._protection.in_use(key):
                self._call(key)
        elif not project.held and needs_project(recording):
            self._call(key)

    def wake_all(self) -> None:
        """Look at all projects: another process may have looked after them until now."""
        for key in self._watched:
            self._call(key)

    async def run(self) -> None:
        """Look after projects while this process leads, for ever."""
        while True:
            key = await self._due.get()
            self._waiting.discard(key)
            seconds = WELL_SECONDS if await self._look(key) else LOOK_AGAIN
            if (timer := self._timers.pop(key, None)) is not None:
                timer.cancel()
            if key in self._watched:
                loop = asyncio.get_running_loop()
                self._timers[key] = loop.call_later(seconds, self._call_regularly, key)

    def _call(self, key: Key) -> None:
        if key not in self._waiting:
            self._waiting.add(key)
            self._due.put_nowait(key)

    def _call_regularly(self, key: Key) -> None:
        self._regular.add(key)
        self._call(key)

    async def _look(self, key: Key) -> bool:
        """Keep the project or let it go, and tell its state; say whether all is well with it."""
        if not self._leads():
            return True
        try:
            users = await self._tend(key)
            project = self._protection.find(key)
            if project is None:
                self._watched.pop(key, None)
            if project is None or project.gone:
                return True
            problem = await self._problem(project, users)
            status = report(project, problem, self._clock.now())
            if status != project.status and self._leads():
                await self._protection.tell(project, status)
        except ConflictError:
            self._call(key)  # a new look was taken
            return True
        except KubeError as error:
            log.warning(
                "Could not look after a project", namespace=key[0], name=key[1], error=str(error)
            )
            return False
        return problem is None

    async def _tend(self, key: Key) -> tuple[str, ...]:
        """Put the finalizer on or take it off; return who holds up the project's deletion."""
        project, regular = self._protection.find(key), key in self._regular
        self._regular.discard(key)
        if project is not None and regular:  # the watch may have missed something
            await self._protection.refresh(project)
            project = self._protection.find(key)
        if project is None or project.gone:
            return ()
        if project.deleting:
            return await self._protection.let_go(key)
        if project.held and regular:
            await self._protection.let_go(key)
        elif not project.held and self._protection.in_use(key):
            await self._protection.keep(key)
        return ()

    async def _problem(self, project: Project, users: tuple[str, ...]) -> Problem | None:
        if users:
            return kept_for(users)
        return await self._treasury.judge(project)
