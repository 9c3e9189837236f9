"""An API server in memory that knows one object by name, and what people do to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain.observation import Recording
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.ports import ConflictError, GoneError, UnreachableError


def applied(document: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a merge patch as RFC 7386 says."""
    result = dict(document)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            old = result.get(key)
            result[key] = applied(old if isinstance(old, Mapping) else {}, value)
        else:
            result[key] = value
    return result


class CrashError(BaseException):
    """The process was killed."""


class FakeCluster:
    """Implements ``Recordings``."""

    def __init__(self, recording: Recording) -> None:
        self.object: Recording | None = recording
        self.version = int(recording.resource_version)
        self.writes: list[str] = []
        """What the writes that were done changed, in order."""
        self.trouble: deque[Exception | None] = deque()
        """What the next writes run into; None: nothing."""
        self.before_write: Callable[[], None] = lambda: None
        self.after_write: Callable[[], None] = lambda: None
        self.write_seconds = 0.0

    async def read(self, recording: Recording) -> Recording:
        """Return the object as it is now."""
        found = self.object
        if found is None or found.uid != recording.uid:
            raise GoneError("no such object")
        return found

    async def write_status(self, recording: Recording, patch: Mapping[str, Any]) -> Recording:
        """Merge ``patch`` into the status of exactly this resourceVersion."""
        found = await self._meet(recording)
        status = CloudRecordingStatus.model_validate(applied(found.status.to_wire(), patch))
        assert found.status != status, "a write that changes nothing"
        self.writes.append(_change(found.status, status))
        return self._store(replace(found, status=status))

    async def write_finalizers(
        self, recording: Recording, finalizers: tuple[str, ...]
    ) -> Recording | None:
        """Set the finalizers of exactly this resourceVersion."""
        found = await self._meet(recording)
        self.writes.append("finalizer on" if finalizers else "finalizer off")
        return self._store(replace(found, finalizers=finalizers))

    async def _meet(self, recording: Recording) -> Recording:
        self.before_write()
        await asyncio.sleep(self.write_seconds)
        trouble = self.trouble.popleft() if self.trouble else None
        if trouble is not None:
            raise trouble
        found = self.object
        if found is None:
            raise GoneError("no such object")
        if (found.uid, found.resource_version) != (recording.uid, recording.resource_version):
            raise ConflictError("the object has been modified")
        return found

    def _store(self, recording: Recording) -> Recording:
        self.version += 1
        stored = replace(recording, resource_version=str(self.version))
        self.object = None if stored.deleting and not stored.finalizers else stored
        self.after_write()
        return stored

    # What people do

    def edit(self, **members: Any) -> None:
        """Change the object as somebody else would."""
        assert self.object is not None
        self.version += 1
        version = str(self.version)
        self.object = replace(self.object, resource_version=version, **members)

    def edit_spec(self, **members: Any) -> None:
        """Change the spec."""
        assert self.object is not None
        spec = self.object.spec.model_copy(update=members)
        self.edit(spec=spec, generation=self.object.generation + 1)

    def edit_status(self, **members: Any) -> None:
        """Change the status."""
        assert self.object is not None
        self.edit(status=self.object.status.model_copy(update=members))

    def delete(self) -> None:
        """Delete the object."""
        assert self.object is not None
        if self.object.finalizers:
            self.edit(deleting=True)
        else:
            self.object = None

    def vanish(self) -> None:
        """Remove the object whatever its finalizers."""
        self.object = None

    def recreate(self) -> None:
        """Put another object of the same name in its place."""
        assert self.object is not None
        self.edit(uid="object-2", finalizers=(), deleting=False, status=CloudRecordingStatus())


def unreachable() -> UnreachableError:
    """Return the error of an API server that does not answer."""
    return UnreachableError("no answer")


def _change(before: CloudRecordingStatus, after: CloudRecordingStatus) -> str:
    """Return in a word what a write of the status is for."""
    old = {a.resource_id: a for a in before.attempts}
    new = {a.resource_id: a for a in after.attempts}
    if new.keys() - old.keys():
        return "intent"
    if old.keys() - new.keys():
        return "closed"
    for resource_id, attempt in new.items():
        for member in ("owner", "sid", "stop_intended_at", "confirmed_at"):
            if getattr(attempt, member) != getattr(old[resource_id], member):
                return {"stop_intended_at": "stop intended", "confirmed_at": "confirmed"}.get(
                    member, member
                )
    return next((c.reason for c in after.conditions if c.type == "Ready"), "?")


class FakeAnnouncer:
    """Implements ``Announcer``."""

    def __init__(self) -> None:
        self.told: list[tuple[Reason, str]] = []

    def announce(self, recording: Recording, reason: Reason, note: str) -> None:
        """Remember what was told."""
        del recording
        self.told.append((reason, note))
