"""Saving: the status is made, compared and written here; a sid is saved at any price."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import structlog

from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain.action import Decision
from agora_recording.domain.observation import Observation, Recording
from agora_recording.domain.summary import summarise
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.patch import has_new_sid, merge_patch
from agora_recording.reconcile.ports import (
    Announcer,
    ConflictError,
    GoneError,
    KubeError,
    Recordings,
)

SAVE_AGAIN: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to save what must not be lost."""
CHASES: Final = 10
"""How often in a row a write is repeated because of somebody who changes nothing that matters."""

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Saver:
    """Writes statuses and finalizers, each against the look that it was decided from."""

    recordings: Recordings
    announcer: Announcer

    async def save(self, memory: Memory, seen: Observation, decision: Decision) -> Recording:
        """Write the status if it changed, and return the object as it is then.

        A sid that is not stored yet is saved at any price. Everything else is refused by the API
        server if the object is not the one that this was decided from.
        """
        before = seen.recording.status
        after = before if seen.recording.gone else summarise(seen, decision)
        if after == before:
            return seen.recording
        if has_new_sid(before, after):
            written = await self._save_for_certain(memory, seen, decision)
        else:
            written = await self.write(memory, seen.recording, after)
        memory.settle(i for i, trail in seen.trails.items() if trail.ending is not None)
        was = next((c.reason for c in before.conditions if c.type == "Ready"), None)
        if decision.reason.value != was:
            self.announcer.announce(written, decision.reason, decision.message)
        return written

    async def write(
        self, memory: Memory, recording: Recording, status: CloudRecordingStatus
    ) -> Recording:
        """Write a status to exactly this version of the object."""
        patch = merge_patch(recording.status.to_wire(), status.to_wire())
        written = await self._chase(recording, lambda at: self.recordings.write_status(at, patch))
        memory.see(written)
        return written

    async def set_finalizers(
        self, memory: Memory, recording: Recording, finalizers: tuple[str, ...]
    ) -> None:
        """Write the finalizers of exactly this version of the object."""
        after = await self._chase(
            recording, lambda at: self.recordings.write_finalizers(at, finalizers)
        )
        if after is not None:
            memory.see(after)

    async def _chase(self, recording: Recording, write: Callable[[Recording], Awaitable[T]]) -> T:
        """Repeat a write while all that it was decided from stays as it was.

        Others may write to the object all the time, annotations say; they must not hold up a start.
        """
        for _ in range(CHASES):
            try:
                return await write(recording)
            except ConflictError:
                now = await self.recordings.read(recording)
                if replace(now, resource_version=recording.resource_version) != recording:
                    raise
                recording = now
        return await write(recording)

    async def refresh(self, memory: Memory) -> None:
        """Look at the object anew, if the API server can be reached."""
        try:
            memory.see(await self.recordings.read(memory.recording))
        except GoneError:
            raise
        except KubeError as error:
            log.warning("Could not look again", name=memory.recording.name, error=str(error))

    async def _save_for_certain(
        self, memory: Memory, seen: Observation, decision: Decision
    ) -> Recording:
        """Store a sid whatever happens to the object meanwhile (protocol 7): write D."""
        for attempt in seen.attempts:
            log.warning("Storing sid", resource_id=attempt.resource_id, sid=attempt.sid)
        failures = 0
        while True:
            now = replace(seen, recording=memory.recording)
            try:
                return await self.write(memory, now.recording, summarise(now, decision))
            except GoneError:
                raise
            except KubeError as error:
                log.warning("The sid is not stored yet", error=str(error))
                await asyncio.sleep(SAVE_AGAIN[min(failures, len(SAVE_AGAIN) - 1)])
                failures += 1
                await self.refresh(memory)
