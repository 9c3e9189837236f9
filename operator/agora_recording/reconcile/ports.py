"""The doors to the API server and to Agora: small Protocols with a written contract."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from agora_recording.agora import wire
from agora_recording.agora.protocol import Access, Task
from agora_recording.bucket import Place
from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.domain.observation import Recording
from agora_recording.domain.project import Project
from agora_recording.domain.reason import Reason


class KubeError(Exception):
    """A call to the API server that did not do what was asked."""


class ConflictError(KubeError):
    """The object has changed since it was looked at; nothing was written. Look again."""


class GoneError(KubeError):
    """The object does not exist any more, or another one bears its name."""


class ForbiddenError(KubeError):
    """The operator's role does not allow it."""


class UnreachableError(KubeError):
    """The API server did not answer, or not now. The write may have been done."""


class Recordings(Protocol):
    """CloudRecordings at the API server. Each call raises ``KubeError`` of the kind that fits."""

    async def read(self, recording: Recording) -> Recording:
        """Return the object as it is now. GoneError if it, with this uid, does not exist."""
        ...

    async def write_status(self, recording: Recording, patch: Mapping[str, Any]) -> Recording:
        """Merge ``patch`` into the status of exactly this resourceVersion."""
        ...

    async def write_finalizers(
        self, recording: Recording, finalizers: tuple[str, ...]
    ) -> Recording | None:
        """Set the finalizers of exactly this resourceVersion; None if that made it vanish."""
        ...


@dataclass(frozen=True, slots=True)
class Secret:
    """A Secret as the API server showed it."""

    data: Mapping[str, str] = field(repr=False)
    version: str
    """Another whenever the Secret has changed, or is another of the same name."""


class Secrets(Protocol):
    """Secrets at the API server."""

    async def read(self, namespace: str, name: str, *, max_age: float) -> Secret | None:
        """Return the Secret, at most ``max_age`` seconds old; None if it does not exist.

        Raises ForbiddenError if it may not be read, UnreachableError if it cannot be just now.
        """
        ...


class Projects(Protocol):
    """Projects as they were last shown, and whether they stay."""

    def serving(self, recording: Recording) -> Project | None:
        """Return the project of ``recording``; if it is gone, only while one needs it.

        To a recording whose namespace it does not admit it is gone, and nothing at all unless that
        recording has something open in it. Never blocks.
        """
        ...

    def acquiring(self, recording: Recording) -> AbstractAsyncContextManager[None]:
        """Keep the project of ``recording`` while a resource is acquired in it.

        Entering raises ``KubeError`` if it may not be kept.
        """
        ...


class ProjectObjects(Protocol):
    """Projects at the API server. Each call raises ``KubeError`` of the kind that fits."""

    async def read(self, project: Project) -> Project:
        """Return the object of this kind, namespace and name as it is now."""
        ...

    async def write_status(self, project: Project, status: AgoraProjectStatus) -> Project:
        """Merge ``status`` into that of exactly this resourceVersion."""
        ...

    async def write_finalizers(
        self, project: Project, finalizers: tuple[str, ...]
    ) -> Project | None:
        """Set the finalizers of exactly this resourceVersion; None if that made it vanish."""
        ...

    async def users(self, project: Project) -> tuple[str, ...]:
        """Return what the recordings are called that need the project, as of now.

        Those that name it, and bear our finalizer or list open attempts.
        """
        ...


class Announcer(Protocol):
    """Kubernetes Events."""

    def announce(self, recording: Recording, reason: Reason, note: str) -> None:
        """Tell people about a transition. Never blocks, never fails."""
        ...


class Sids(Protocol):
    """A place outside Agora where the sid of a start may be found whose answer was lost."""

    async def find_sids(self, place: Place, channel: str, since: datetime) -> tuple[str, ...]:
        """Return sids that may be recordings of ``channel``, written since then, newest first.

        They are candidates. Raises ``bucket.BucketError`` if it cannot be searched.
        """
        ...


class Agora(Protocol):
    """Agora's API. Each call raises ``AgoraError`` of the kind that says what to do next."""

    async def acquire(
        self, access: Access, app_id: str, channel: str, uid: int, request: wire.AcquireRequest
    ) -> str:
        """Reserve a resource and return its resourceId."""
        ...

    async def start(self, access: Access, task: Task, request: wire.StartRequest) -> str:
        """Begin to record and return the sid."""
        ...

    async def query(self, access: Access, task: Task, sid: str) -> wire.ServerResponse:
        """Ask how the recording is doing."""
        ...

    async def update(
        self, access: Access, task: Task, sid: str, request: wire.UpdateRequest
    ) -> None:
        """Change what is recorded, or renew storage credentials."""
        ...

    async def update_layout(
        self, access: Access, task: Task, sid: str, request: wire.LayoutMembers
    ) -> None:
        """Replace the layout."""
        ...

    async def kick(self, access: Access, app_id: str, channel: str, uid: int) -> None:
        """Remove a user from a channel, and keep it out for a minute."""
        ...

    async def stop(
        self, access: Access, task: Task, sid: str, *, async_stop: bool
    ) -> wire.ServerResponse:
        """End the recording."""
        ...
