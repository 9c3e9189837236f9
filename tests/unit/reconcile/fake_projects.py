"""An API server in memory that knows one project, and what people do to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.domain.project import IN_USE, Key, Project
from agora_recording.reconcile.ports import ConflictError, GoneError
from builders import project

KEY = ("default", "default")
"""Namespace and name of the project, unless another is given."""


class FakeProjects:
    """Implements ``ProjectObjects``."""

    def __init__(self, key: Key = KEY, spec: AgoraProjectSpec | None = None) -> None:
        self.key = key
        self.object: Project | None = None
        self.version = 0
        self.spec = spec or project()
        self.writes: list[str] = []
        """What was written, in order."""
        self.trouble: deque[Exception | None] = deque()
        """What the next writes run into; None: nothing."""
        self.before_write: Callable[[], None] = lambda: None
        self.after_write: Callable[[], None] = lambda: None
        self.listed: tuple[str, ...] = ()
        """The recordings that the API server knows to need the project."""
        self.on_list: Callable[[], None] = lambda: None
        self.create()

    async def read(self, project: Project) -> Project:
        """Return the object as it is now."""
        del project
        await asyncio.sleep(0)
        if self.object is None:
            raise GoneError("no such project")
        return self.object

    async def write_status(self, project: Project, status: AgoraProjectStatus) -> Project:
        """Store the status of exactly this resourceVersion."""
        found = await self._meet(project)
        self.writes.append(status.conditions[0].reason)
        written = self._store(replace(found, status=status))
        assert written is not None
        return written

    async def write_finalizers(
        self, project: Project, finalizers: tuple[str, ...]
    ) -> Project | None:
        """Set the finalizers of exactly this resourceVersion."""
        found = await self._meet(project)
        if found.finalizers == finalizers:
            self.writes.append("nothing")
            return found
        assert not (found.deleting and set(finalizers) - set(found.finalizers))
        self.writes.append("on" if IN_USE in finalizers else "off")
        return self._store(replace(found, finalizers=finalizers))

    async def users(self, project: Project) -> tuple[str, ...]:
        """Return who needs the project."""
        del project
        listed = self.listed
        self.on_list()
        await asyncio.sleep(0)
        return listed

    async def _meet(self, project: Project) -> Project:
        self.before_write()
        await asyncio.sleep(0)
        trouble = self.trouble.popleft() if self.trouble else None
        if trouble is not None:
            raise trouble
        found = self.object
        if found is None:
            raise GoneError("no such project")
        if (found.uid, found.resource_version) != (project.uid, project.resource_version):
            raise ConflictError("the project has been modified")
        return found

    def _store(self, project: Project) -> Project | None:
        self.version += 1
        stored = replace(project, resource_version=str(self.version))
        self.object = None if stored.deleting and not stored.finalizers else stored
        self.after_write()
        return self.object

    # What people do

    def create(self, *finalizers: str) -> None:
        """Put a new object in its place."""
        self.version += 1
        self.object = Project(
            *self.key,
            uid=f"project-{self.version}",
            generation=1,
            resource_version=str(self.version),
            finalizers=finalizers,
            spec=self.spec,
            status=AgoraProjectStatus(),
        )

    def edit(self, **members: object) -> None:
        """Change the object as somebody else would."""
        assert self.object is not None
        self._store(replace(self.object, **members))  # type: ignore[arg-type]  # members of Project

    def delete(self) -> None:
        """Delete the object."""
        self.edit(deleting=True)

    def configure(self, spec: AgoraProjectSpec) -> None:
        """Change the spec."""
        self.spec = spec
        self.edit(spec=spec)
