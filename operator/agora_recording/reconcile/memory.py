"""What this process knows of each object: the newest look at it, and what it has learned.

Everything here can be lost: the next process learns it again from the status and from Agora.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from agora_recording.crd.status import Attempt
from agora_recording.domain.observation import FROM_MEMORY, Pause, Recording, Trail
from agora_recording.domain.topic import Topic


@dataclass(slots=True)
class Memory:
    """What this process knows of one object. It changes; the parts it holds do not."""

    recording: Recording
    trails: dict[str, Trail] = field(default_factory=dict)
    pauses: dict[str, Pause] = field(default_factory=dict)
    released: bool = False
    """Whether this process took the finalizer off for good: the object may vanish."""
    refusals: int = 0
    """How often in a row the API server could not be reached, or refused to serve us."""
    held: bool = False
    """Whether the finalizer was ever seen on the object: no start is sent before (protocol 3)."""
    outdated: bool = False
    """Whether others may have led since: no further step may be taken by what is known here."""

    def __post_init__(self) -> None:
        """Remember what the first look tells."""
        self._remember()

    @property
    def may_start(self) -> bool:
        """Whether a start may be sent next, for which Secrets are read anew."""
        still = [trail for trail in self.trails.values() if trail.ending is None]
        if any(trail.attempt.sid is None for trail in still):
            return True
        return not still and not self.recording.leaving

    @property
    def unsaved_sids(self) -> set[str]:
        """The sids of open recordings that no object's status holds."""
        status = self.recording.status.attempts
        stored = set() if self.recording.gone else {attempt.sid for attempt in status}
        opened = (trail.attempt.sid for trail in self.trails.values() if trail.ending is None)
        return {sid for sid in opened if sid is not None and sid not in stored}

    def see(self, recording: Recording) -> bool:
        """Take a look at the object unless a newer one is known; say whether it was taken.

        The watch and the answers to our own writes overtake each other both ways.
        """
        if _version(recording) < _version(self.recording):
            return False
        self.recording = recording
        self._remember()
        return True

    def vanish(self) -> None:
        """Note that the object does not exist any more; what it left running must be stopped.

        What was never started leaves nothing: to ask about it would start it.
        """
        if not self.held:
            self._drop_what_was_never_started()
        self.recording = replace(self.recording, gone=True, deleting=True)

    def _drop_what_was_never_started(self) -> None:
        started = {i for i, t in self.trails.items() if t.sends or t.attempt.sid}
        for resource_id in self.trails.keys() - started:
            self._forget(resource_id)
        status = self.recording.status
        kept = tuple(a for a in status.attempts if a.resource_id in started)
        status = status.model_copy(update={"attempts": kept})
        self.recording = replace(self.recording, status=status)

    def begin_anew(self) -> None:
        """Forget whatever others may have overtaken: all but sids that are nowhere else.

        Streaks, pauses, "never sent" and what a query said count no more once another process may
        have led (protocol 22).
        """
        self.outdated = False
        self._keep_only(self.unsaved_sids)

    def watch(self, recording: Recording) -> bool:
        """Take a look as ``see`` does while another process leads; say whether it was taken.

        What has left the status was closed by the leader, and is not missing from it.
        """
        mine = self.unsaved_sids
        taken = self.see(recording)
        self._keep_only(mine)
        return taken

    def _keep_only(self, sids: set[str]) -> None:
        known = {i: t for i, t in self.trails.items() if t.attempt.sid in sids}
        self.trails = {i: Trail(t.attempt, stored=t.stored) for i, t in known.items()}
        self.pauses = {}
        self._remember()

    def settle(self, resource_ids: Iterable[str]) -> None:
        """Drop the trails of attempts whose end the status tells now."""
        for resource_id in resource_ids:
            self._forget(resource_id)

    def _remember(self) -> None:
        """Remember stored attempts, should somebody wipe the status, and forget past ones."""
        self.held = self.held or self.recording.held
        listed = {attempt.resource_id for attempt in self.recording.status.attempts}
        past = {attempt.resource_id for attempt in self.recording.status.last_attempts}
        for resource_id, trail in list(self.trails.items()):
            unlisted = trail.ending in FROM_MEMORY and resource_id not in listed
            if resource_id in past or unlisted:
                self._forget(resource_id)
        for attempt in self.recording.status.attempts:
            known = self.trails.get(attempt.resource_id)
            if known is not None and _was_taken_over(known, attempt):
                self._forget(attempt.resource_id)
                known = None
            trail = self._inherited(attempt) if known is None else replace(known, stored=True)
            self.trails[attempt.resource_id] = trail

    def _inherited(self, attempt: Attempt) -> Trail:
        """Return what is known of an attempt that another process made, or this one long ago."""
        edited = attempt.sid is not None and self.recording.generation > 1
        return Trail(attempt, stored=True, unsure=frozenset(Topic) if edited else frozenset())

    def learn(self, trail: Trail) -> None:
        """Keep what was learned of an attempt."""
        self.trails[trail.attempt.resource_id] = trail

    def _forget(self, resource_id: str) -> None:
        """Drop what was learned of an attempt, its failures included."""
        self.trails.pop(resource_id, None)
        for key in [key for key in self.pauses if key.endswith(f"/{resource_id}")]:
            del self.pauses[key]

    def forget_unstored(self) -> bool:
        """Drop attempts that were acquired but never stored, and say whether there were any.

        No start was sent for them.
        """
        before = len(self.trails)
        for resource_id, trail in list(self.trails.items()):
            if not trail.stored and trail.sends == 0:
                self._forget(resource_id)
        return len(self.trails) < before


class Memories:
    """All objects that this process knows, by metadata.uid."""

    def __init__(self) -> None:
        self._by_uid: dict[str, Memory] = {}
        self._phases: dict[str, int] = {}
        self.standing_by = False
        """Whether another process leads: then statuses are only watched."""

    def __len__(self) -> int:
        """Return how many objects are known."""
        return len(self._by_uid)

    def __iter__(self) -> Iterator[Memory]:
        """Iterate over a snapshot of the objects."""
        return iter(list(self._by_uid.values()))

    def get(self, uid: str) -> Memory | None:
        """Return what is known of an object."""
        return self._by_uid.get(uid)

    def phases(self) -> dict[str, int]:
        """Return how many objects are in each phase, also in phases that were left."""
        self._phases = dict.fromkeys(self._phases, 0)
        for memory in self._by_uid.values():
            phase = memory.recording.status.phase
            self._phases[phase] = self._phases.get(phase, 0) + 1
        return self._phases

    def see(self, recording: Recording) -> bool:
        """Take a look at an object; say whether it was news."""
        memory = self._by_uid.get(recording.uid)
        if memory is None:
            self._by_uid[recording.uid] = Memory(recording)
            return True
        unchanged = recording.resource_version == memory.recording.resource_version
        take = memory.watch if self.standing_by else memory.see
        return take(recording) and not unchanged

    def vanish(self, uid: str, last: Recording | None = None) -> bool:
        """Note that an object no longer exists; say whether something may still run for it."""
        memory = self._by_uid.get(uid)
        if memory is None:
            return False
        if last is not None:
            memory.see(last)
        memory.vanish()
        seen = memory.recording
        open_ids = {a.resource_id for a in seen.status.attempts} | set(memory.trails)
        over = {i for i, t in memory.trails.items() if t.ending is not None}
        if memory.released or not open_ids - over:
            self.forget(uid)
            return False
        return True

    def forget(self, uid: str) -> None:
        """Drop an object."""
        self._by_uid.pop(uid, None)


def _was_taken_over(known: Trail, attempt: Attempt) -> bool:
    """Whether another process owns, or owned, an unknown attempt: it may have sent the start.

    What this process remembers of its own sends, and of refusals, proves nothing from then on,
    even if it makes itself the owner again (protocol 4).
    """
    return known.attempt.sid is None and known.attempt.owner != attempt.owner


def _version(recording: Recording) -> int:
    """Return the resourceVersion as the integer that it is on every real API server."""
    return int(recording.resource_version)
