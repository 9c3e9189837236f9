"""Which projects there are, and the finalizer on those through which recordings are stopped.

A stop needs the project for its credentials. So the finalizer is put on before the first acquire
in a project, and comes off once no recording needs it. Whoever deletes the project meanwhile waits
until all that runs in it has been stopped, and nothing new begins in it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.domain.observation import Recording
from agora_recording.domain.project import IN_USE, Key, Project, key_of, user_of
from agora_recording.reconcile.memory import Memories, Memory
from agora_recording.reconcile.namespaces import Namespaces
from agora_recording.reconcile.ports import ConflictError, GoneError, ProjectObjects

log = structlog.get_logger()


class ProjectProtection:
    """Knows all projects as they were last shown, and keeps those that recordings need."""

    def __init__(
        self, objects: ProjectObjects, memories: Memories, namespaces: Namespaces | None = None
    ) -> None:
        self._objects = objects
        self._memories = memories
        self._namespaces = namespaces or Namespaces()
        self._projects: dict[Key, Project] = {}
        self._doubtful: set[Key] = set()
        """Projects whose finalizer is being taken off, or has been and no answer came."""
        self._acquiring: dict[Key, set[str]] = defaultdict(set)
        """Recordings that may come to need their project without anything telling so yet."""
        self._locks: dict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)

    def find(self, key: Key) -> Project | None:
        """Return the project; if it is gone, only while a recording needs it."""
        return self._projects.get(key)

    def serving(self, recording: Recording) -> Project | None:
        """Return the project of a recording; if it is gone, only while one needs it.

        To a namespace that it does not admit it is gone, and nothing at all to a recording that has
        nothing open in it. A finalizer alone does not count: whoever makes an object can give it
        one.
        """
        project = self.find(key_of(recording))
        if project is None or self._admits(project, recording):
            return project
        return replace(project, gone=True) if self._has_opened(recording) else None

    def _admits(self, project: Project, recording: Recording) -> bool:
        return project.admits(recording.namespace, self._namespaces.labels(recording.namespace))

    def _has_opened(self, recording: Recording) -> bool:
        memory = self._memories.get(recording.uid)
        return bool(recording.status.attempts) or (memory is not None and _is_open(memory))

    def see(self, project: Project) -> None:
        """Take a look at a project unless a newer one is known."""
        known = self._projects.get(project.key)
        if known is None or _version(known) <= _version(project):
            self._projects[project.key] = project

    def vanish(self, project: Project) -> None:
        """Note that a project no longer exists; what still needs it goes by what it said."""
        known = self._projects.get(project.key)
        if known is None or _version(known) <= _version(project):  # else it was made anew
            self._projects[project.key] = replace(project, gone=True)
            self.forget_if_unused(project.key)

    def forget_if_unused(self, key: Key) -> None:
        """Drop a project that is gone, unless a recording needs it."""
        project = self._projects.get(key)
        if project is not None and project.gone and not self.in_use(key):
            del self._projects[key]
            self._doubtful.discard(key)
            self._locks.pop(key, None)

    def in_use(self, key: Key) -> bool:
        """Whether a recording that this process knows needs the project."""
        return bool(self._acquiring.get(key)) or any(_needs(m, key) for m in self._memories)

    def users(self, key: Key) -> tuple[str, ...]:
        """Return what the recordings, as far as known, are called that need the project."""
        needing = {_user(key, m.recording) for m in self._memories if _needs(m, key)}
        return tuple(sorted(needing | self._acquiring.get(key, set())))

    @asynccontextmanager
    async def acquiring(self, recording: Recording) -> AsyncIterator[None]:
        """Keep the project while a resource is acquired in it, from before the call on.

        Costs no request if the project is known to be kept. A recording that needs the project
        already may acquire in it though it is being deleted: a probe helps to end the need.

        Raises:
            ConflictError: The project is not as it was last shown; look again.
            KubeError: The finalizer could not be put on.
        """
        key, user = key_of(recording), _user(key_of(recording), recording)
        self._acquiring[key].add(user)
        try:
            if not needs_project(recording):
                if self.serving(recording) is None:
                    raise ConflictError(f"Project {key[1]} does not serve the recording")
                await self.keep(key)
            yield
        finally:
            self._acquiring[key].discard(user)
            if not self._acquiring[key]:
                del self._acquiring[key]

    async def keep(self, key: Key) -> None:
        """Put the finalizer on the project, if it may not be there. Raises as ``acquiring``."""
        if self._is_kept(key):
            return
        async with self._locks[key]:
            project = self._projects.get(key)
            if project is None or project.leaving:
                raise ConflictError(f"Project {key[1]} is being deleted")
            if not self._is_kept(key):
                log.info("Keeping a project", namespace=key[0], name=key[1])
                await self._write(project, (*_others(project), IN_USE))

    async def tell(self, project: Project, status: AgoraProjectStatus) -> None:
        """Write the status of exactly this look. Raises as ``acquiring``."""
        await self._written(project, self._objects.write_status(project, status))

    async def refresh(self, project: Project) -> None:
        """Look at a project anew. Raises ``KubeError`` if that is not possible."""
        try:
            self.see(await self._objects.read(project))
        except GoneError:
            self.vanish(project)

    async def let_go(self, key: Key) -> tuple[str, ...]:
        """Take the finalizer off, unless recordings need the project: return who they are.

        The API server is asked as well: this process may not know all recordings yet, or may not
        understand one. From before that until the write is done, nothing is acquired in it.

        Raises:
            KubeError: It could not be taken off, or the answer was lost.
        """
        async with self._locks[key]:
            project = self._projects.get(key)
            if project is None or project.gone or not project.held:
                return ()
            if users := self.users(key):
                return users
            self._doubtful.add(key)
            if users := await self._objects.users(project) or self.users(key):
                self._doubtful.discard(key)
                return users
            log.info("Letting go of a project", namespace=key[0], name=key[1])
            await self._write(project, _others(project))
            return ()

    def _is_kept(self, key: Key) -> bool:
        project = self._projects.get(key)
        kept = project is not None and project.held and not project.leaving
        return kept and key not in self._doubtful

    async def _write(self, project: Project, finalizers: tuple[str, ...]) -> None:
        """Set the finalizers of exactly this look."""
        await self._written(project, self._objects.write_finalizers(project, finalizers))
        self._doubtful.discard(project.key)

    async def _written(self, project: Project, write: Awaitable[Project | None]) -> None:
        """Take in what a write led to; look anew if it was made from a stale look."""
        try:
            after = await write
        except ConflictError:
            await self.refresh(project)
            raise
        except GoneError as error:
            self.vanish(project)
            raise ConflictError(f"{project.called} does not exist any more") from error
        if after is None:
            self.vanish(project)
        else:
            self.see(after)


def _others(project: Project) -> tuple[str, ...]:
    return tuple(f for f in project.finalizers if f != IN_USE)


def needs_project(recording: Recording) -> bool:
    """Whether the object itself says that something may have to be stopped for it."""
    return recording.held or bool(recording.status.attempts)


def _needs(memory: Memory, key: Key) -> bool:
    recording = memory.recording
    if key_of(recording) != key:
        return False
    return _is_open(memory) or needs_project(recording)


def _is_open(memory: Memory) -> bool:
    return any(trail.ending is None for trail in memory.trails.values())


def _user(project: Key, recording: Recording) -> str:
    return user_of(project, recording.namespace, recording.name)


def _version(project: Project) -> int:
    """Return the resourceVersion as the integer that it is on every real API server."""
    return int(project.resource_version)
