"""Whether each AgoraProject can be used, told in its status.

It is looked at when it changes, when Agora refuses its credentials, and now and then, more often
while something is wrong with it. Nothing of it is ever sent to Agora for that.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.domain.condition import condition, readiness
from agora_recording.domain.holdup import LOOK_AGAIN
from agora_recording.domain.observation import Problem
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.means import Treasury
from agora_recording.reconcile.ports import KubeError, ProjectStatuses

WELL_SECONDS: Final = 600.0
"""Seconds until a project with which all was well is looked at again."""

Key = tuple[str, str]
"""Namespace and name."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Project:
    """An AgoraProject as the API server last showed it."""

    namespace: str
    name: str
    generation: int
    resource_version: str
    spec: AgoraProjectSpec
    status: AgoraProjectStatus


class ProjectReports:
    """Keeps the statuses of all projects true, one project at a time."""

    def __init__(
        self, treasury: Treasury, statuses: ProjectStatuses, clock: Clock | None = None
    ) -> None:
        self._treasury = treasury
        self._statuses = statuses
        self._clock = clock or Clock()
        self._projects: dict[Key, Project] = {}
        self._due: asyncio.Queue[Key] = asyncio.Queue()
        self._timers: dict[Key, asyncio.TimerHandle] = {}

    def see(self, project: Project) -> None:
        """Take a look at a project; report on it if its spec is news."""
        key = (project.namespace, project.name)
        before = self._projects.get(key)
        self._projects[key] = project
        if before is None or before.spec != project.spec:
            self._due.put_nowait(key)

    def vanish(self, namespace: str, name: str) -> None:
        """Note that a project no longer exists."""
        self._projects.pop((namespace, name), None)

    def wake(self, namespace: str, secret: str) -> None:
        """Report again on the projects whose credentials are in ``secret``."""
        for key, project in self._projects.items():
            named = project.spec.credentials_secret_ref.name
            if (project.namespace, named) == (namespace, secret):
                self._due.put_nowait(key)

    async def run(self) -> None:
        """Report, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            key = await self._due.get()
            seconds = WELL_SECONDS if await self._report(key) else LOOK_AGAIN
            if (timer := self._timers.pop(key, None)) is not None:
                timer.cancel()
            if key in self._projects:
                self._timers[key] = loop.call_later(seconds, self._due.put_nowait, key)

    async def _report(self, key: Key) -> bool:
        """Write the project's status if it changed; say whether all is well with it."""
        project = self._projects.get(key)
        if project is None:
            return True
        try:
            problem = await self._treasury.judge(project.namespace, project.spec)
            status = self._status(project, problem)
            if status != project.status:
                await self._statuses.write(project, status)
        except KubeError as error:
            log.warning("Could not report on a project", name=project.name, error=str(error))
            return False
        return problem is None

    def _status(self, project: Project, problem: Problem | None) -> AgoraProjectStatus:
        reason = problem.reason if problem else Reason.AVAILABLE
        ready = condition(
            "Ready",
            readiness(reason, problem.message if problem else reason.text),
            before=project.status.conditions,
            now=self._clock.now(),
            generation=project.generation,
        )
        return AgoraProjectStatus(observed_generation=project.generation, conditions=(ready,))
