"""One look at the world: the object, what this process has learned, and whether it can act.

Everything is frozen. ``now`` is wall-clock time, compared with stored times only; ``tick`` is this
process's monotonic clock in seconds, used for streaks and delays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from agora_recording.crd.recording import CloudRecordingSpec, DesiredState
from agora_recording.crd.status import Attempt, CloudRecordingStatus, RecordedFile
from agora_recording.domain.action import Ending
from agora_recording.domain.claim import Claim, Neighbours, Rival, Sighting
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic
from agora_recording.domain.upload import Upload

FINALIZER: Final = "recording.agora.io/stop"
RESOURCE_LIFE: Final = timedelta(minutes=5)
"""Agora refuses to start a resource that was acquired longer ago (REST reference, acquire)."""
DEAD_AFTER: Final = RESOURCE_LIFE + timedelta(minutes=3)
"""When a resource can no longer start: 1 min for a late effect, 2 min for clock error."""
FROM_MEMORY: Final = frozenset({Ending.NEVER_SENT, Ending.REFUSED})
"""Endings that only the memory of one process proves; nothing was ever recorded."""
LOST_RECORD: Final = "lost-record"
"""Begins what stands for the resourceId of an attempt whose record was wiped."""
NOTHING: Final[Mapping[str, Trail]] = MappingProxyType({})
"""Attempts of which this process has learned nothing."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A CloudRecording as the API server last showed it."""

    namespace: str
    name: str
    uid: str
    generation: int
    resource_version: str
    finalizers: tuple[str, ...]
    spec: CloudRecordingSpec
    status: CloudRecordingStatus
    created: str = ""
    """When the object was created, RFC 3339 in UTC."""
    forced: bool = False
    """Whether a person asks to let go of it whatever may run (annotation force-release)."""
    deleting: bool = False
    gone: bool = False
    """The object itself no longer exists; what it left running must still be stopped."""

    @property
    def held(self) -> bool:
        """Whether our finalizer keeps the object."""
        return FINALIZER in self.finalizers

    @property
    def leaving(self) -> bool:
        """Whether the object is deleted, or is being deleted."""
        return self.deleting or self.gone


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be done, in words for a person."""

    reason: Reason
    message: str
    wait: float = 0.0
    """Seconds that Agora asked to wait."""
    brief: str = ""
    """What failed, without what to do about it; empty if that is nobody's business."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to ask for recordings: an App ID and the API's base URL."""

    app_id: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query said about a recording."""

    status: int
    slice_start_time: datetime | None = None
    files: tuple[RecordedFile, ...] = ()
    on_hold: bool | None = None
    """Of a page: whether nothing is written at present."""
    outputs: tuple[str, ...] = ()
    """Of a page: how each stream does, as a word."""


@dataclass(frozen=True, slots=True)
class Streak:
    """Answers of one kind without another between them."""

    first: float
    """Tick of the first of them."""
    last: float
    """Tick of the latest."""
    count: int = 1

    @classmethod
    def with_one_more(cls, before: Streak | None, tick: float) -> Streak:
        """Return the streak after one more answer, which is its first if there was none."""
        if before is None:
            return cls(tick, tick)
        return replace(before, last=tick, count=before.count + 1)

    @property
    def seconds(self) -> float:
        """How long the streak lasts so far."""
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Trail:
    """What this process has learned of one attempt; the status may not know it yet."""

    attempt: Attempt
    """The attempt as this process last stored or learned it."""
    acquired: float | None = None
    """Tick of the answer to acquire, if this process made the attempt."""
    sends: int = 0
    """How often this process sent the start."""
    stored: bool = False
    """Whether the attempt has been in the status."""
    started: bool = False
    """Whether Agora said that it has started: to send the start again would tell no more."""
    answered: bool = False
    """Whether Agora answered a repeated start with a definite no: starts are served again."""
    named: str | None = None
    """The sid that Agora named in an answer which is no success; a candidate like any other."""
    candidates: tuple[str, ...] = ()
    """Sids that a query must still confirm, likeliest first."""
    unsure: frozenset[Topic] = frozenset()
    """What Agora may not have been told although the status says so."""
    strays: int = 0
    """Answers in a row that showed another url to stream to than Agora was told."""
    answer: Answer | None = None
    """The latest answer to a query."""
    next_query: float = 0.0
    """Tick at which to ask again."""
    absence: Streak | None = None
    """Answers "failed to find worker" without another informative one between them."""
    unconfirmed: Streak | None = None
    """Answers that do not say that it records."""
    ending: Ending | None = None
    """How it is known to be over."""
    ended_at: datetime | None = None
    """When that became known."""
    uploading_status: str | None = None
    """What the stop said of the upload."""

    @property
    def heard(self) -> bool:
        """Whether this process has its sid from Agora, and not from a status."""
        return self.sends > 0 or self.answer is not None


@dataclass(frozen=True, slots=True)
class Pause:
    """A failed action that is not tried again before ``until``."""

    until: float
    failures: int
    problem: Problem
    generation: int
    """Generation of the spec that failed: another spec may be tried at once."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at the world. ``decide`` sees nothing else."""

    recording: Recording
    now: datetime
    tick: float
    owner: str
    """Name of this process."""
    target: Target | Problem
    """Whom to ask, or why nobody can be asked."""
    storage: Problem | None = None
    """Why nothing could be started, if so: no storage, a Secret or a spec that is of no use."""
    upload: Upload | None = None
    """Where files go, and with what, if that was looked up."""
    searchable: bool = False
    """Whether there is a place where the sid of an unknown attempt may be found."""
    kicks: bool = False
    """Whether a recorder that cannot be stopped may be removed from its channel."""
    claim: Claim | None = None
    """The target that the object claims, once its project is known."""
    neighbours: Neighbours = field(default_factory=Neighbours)
    """The objects that it is to be placed away from."""
    rival: Rival | None = None
    """The other object that has the target, if one has."""
    sighting: Sighting | None = None
    """The latest moment at which Agora was seen recording the target, and which attempt."""
    closed: Problem | None = None
    """Why nothing new may begin in the project, if so."""
    wanted: Mapping[Topic, str] = field(default_factory=lambda: MappingProxyType({}))
    """Hashes of what the spec wants Agora to be told, for each topic that the recording has."""
    trails: Mapping[str, Trail] = field(default_factory=lambda: NOTHING)
    """By resourceId."""
    pauses: Mapping[str, Pause] = field(default_factory=lambda: MappingProxyType({}))
    """By operation; see ``pace.operation``."""

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The open attempts: those of the status with what was learned since, oldest first."""
        known = [self._informed(a) for a in self.recording.status.attempts]
        listed = {a.resource_id for a in known}
        over = {past.resource_id for past in self.recording.status.last_attempts}
        known += [
            trail.attempt
            for resource_id, trail in self.trails.items()
            if resource_id not in listed and resource_id not in over
        ]
        still = (a for a in known if not self._is_over(a))
        return tuple(sorted(still, key=lambda a: a.number))

    @property
    def unknown(self) -> tuple[Attempt, ...]:
        """The open attempts that may run although their sid is not known, oldest first."""
        return tuple(a for a in self.attempts if self.is_unknown(a))

    @property
    def record_is_lost(self) -> bool:
        """Whether somebody wiped the record of what may run (protocol 18).

        The finalizer comes after the record of an attempt, and goes after that of its end.
        """
        status, here = self.recording.status, self.recording.held and not self.recording.gone
        return here and not (status.attempts or status.settled or self.trails)

    @property
    def wants_recording(self) -> bool:
        """Whether the object asks for a recording now."""
        wanted = self.recording.spec.desired_state is DesiredState.RECORDING
        return wanted and not self.recording.leaving

    def trail(self, attempt: Attempt) -> Trail:
        """Return what this process has learned of ``attempt``."""
        return self.trails.get(attempt.resource_id) or Trail(attempt, stored=True)

    def is_unknown(self, attempt: Attempt) -> bool:
        """Whether ``attempt`` may run although its sid is not known.

        Only a process that remembers making it, and not sending its start, knows better: an own
        name on it is no such memory (it may have been taken over).
        """
        trail = self.trails.get(attempt.resource_id)
        unsent = trail is not None and trail.acquired is not None and trail.sends == 0
        return attempt.sid is None and not (attempt.owner == self.owner and unsent)

    def is_stored(self, attempt: Attempt) -> bool:
        """Whether the status holds ``attempt``: write B comes before its start."""
        return any(a.resource_id == attempt.resource_id for a in self.recording.status.attempts)

    def is_startable(self, attempt: Attempt) -> bool:
        """Whether Agora would still start the resource of ``attempt``."""
        known = not attempt.resource_id.startswith(LOST_RECORD)
        return known and self.now < attempt.acquired_at + RESOURCE_LIFE

    def is_repeatable(self, attempt: Attempt) -> bool:
        """Whether to send the same start again can still tell something."""
        return self.is_startable(attempt) and not self.trail(attempt).started

    def is_dead(self, attempt: Attempt) -> bool:
        """Whether the resource of ``attempt`` can no longer take effect."""
        return self.now >= attempt.acquired_at + DEAD_AFTER

    def _is_over(self, attempt: Attempt) -> bool:
        """Whether it is known to be over; from memory alone only while it bears our name."""
        trail = self.trails.get(attempt.resource_id)
        if trail is None or trail.ending is None:
            return False
        return trail.ending not in FROM_MEMORY or attempt.owner == self.owner

    def _informed(self, attempt: Attempt) -> Attempt:
        """Add to a stored attempt what was learned of it since."""
        trail = self.trail(attempt)
        learned = trail.attempt
        return attempt.model_copy(
            update={
                "sid": learned.sid if learned.sid and trail.heard else attempt.sid or learned.sid,
                "confirmed_at": attempt.confirmed_at or learned.confirmed_at,
                "running_at": attempt.running_at or learned.running_at,
                "told": learned.told,
                "storage_expires_at": learned.storage_expires_at,
            }
        )
