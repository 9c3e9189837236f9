"""The whole status, made anew from one observation at the end of each cycle.

What did not change comes out as it went in, so an unchanged look costs no write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agora_recording.crd.status import Attempt, CloudRecordingStatus, PastAttempt, Query
from agora_recording.domain.action import Decision, Ending
from agora_recording.domain.condition import conditions
from agora_recording.domain.observation import Answer, EndReason, Observation, Trail

PAST_KEPT: Final = 5
"""How many recordings that are over the status remembers."""
FILES_KEPT: Final = 64
"""How many files the status lists."""
IN_PROGRESS: Final = 5
"""Agora's query status once files are being written."""
STATES: Final = {
    0: "NotStarted",
    1: "Initialised",
    2: "Starting",
    3: "PartlyReady",
    4: "Ready",
    5: "InProgress",
    6: "StopRequested",
    7: "Stopped",
    8: "Exited",
    20: "AbnormalExit",
}
"""Agora's query status as a word."""
SILENT: Final = frozenset({Ending.NEVER_SENT, Ending.REFUSED})
"""Endings of attempts that never recorded anything, which nobody needs to remember."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the end of an attempt means for the object."""

    end_reason: str | None
    """Why the recording is over; None: it is not, a new attempt follows."""
    failed: bool = False
    """Whether it counts as a failure."""


def outcome(ending: Ending, attempt: Attempt, last_status: int | None) -> Outcome:
    """Say what the end of ``attempt`` means; ``last_status`` is what a query last answered.

    A recording that vanished while it was writing files is begun again: it may have crashed at
    Agora. One that vanished before anybody sent anything had an empty channel.
    """
    if attempt.stop_reason == EndReason.AGORA_FAILURE:
        return Outcome(None, failed=True)
    if attempt.stop_intended_at is not None or ending is Ending.STOPPED:
        return Outcome(attempt.stop_reason or EndReason.USER)
    if ending in {Ending.ENDED, Ending.EXPIRED}:
        return Outcome(EndReason.IDLE)
    idle = attempt.confirmed_at is not None and last_status not in {None, IN_PROGRESS}
    if ending is Ending.LOST and idle:
        return Outcome(EndReason.IDLE)
    return Outcome(None, failed=ending not in SILENT | {Ending.SUPERSEDED})


def summarise(seen: Observation, decision: Decision) -> CloudRecordingStatus:
    """Return the status that says what was seen and what happens next."""
    before = seen.recording.status
    closed = [t for t in _closed(seen) if t.ending not in SILENT]
    current = next(iter(reversed(seen.attempts)), None)
    restarts, end_reason = _consequences(seen, closed)
    ended_at = closed[-1].ended_at if closed else before.ended_at
    uploading = next((t.uploading_status for t in closed if t.uploading_status), None)
    uploading = uploading or (before.uploading_status if current is None else None)
    answer = seen.trail(current).answer if current else None
    return before.model_copy(
        update={
            "observed_generation": seen.recording.generation,
            "phase": _phase(seen, end_reason),
            **_identity(current, before),
            "attempts": seen.attempts,
            "query": _query(answer) or (before.query if current else None),
            "started_at": current.confirmed_at if current else before.started_at,
            "ended_at": ended_at if current is None else None,
            "end_reason": end_reason if current is None else None,
            "restarts": restarts,
            "uploading_status": uploading,
            "files": answer.files[:FILES_KEPT] if answer and answer.files else before.files,
            "last_attempts": _past(seen, closed),
            "conditions": conditions(
                seen, decision, uploading=uploading, ended=None if current else end_reason
            ),
        }
    )


def _closed(seen: Observation) -> list[Trail]:
    """Return the trails of attempts that are over and still in the status, or never were."""
    over = {past.resource_id for past in seen.recording.status.last_attempts}
    trails = [t for t in seen.trails.values() if t.ending and t.attempt.resource_id not in over]
    return sorted(trails, key=lambda t: t.attempt.number)


def _consequences(seen: Observation, closed: list[Trail]) -> tuple[int, str | None]:
    """Return the count of failed attempts and why the recording is over, if it is."""
    before = seen.recording.status
    restarts, end_reason = before.restarts, before.end_reason
    asked = before.query.status if before.query else None
    for trail in closed:
        if trail.ending is not None:
            last_status = trail.answer.status if trail.answer else asked
            result = outcome(trail.ending, trail.attempt, last_status)
            restarts += result.failed
            end_reason = result.end_reason
    if any(
        t.answer and t.answer.status == IN_PROGRESS and not t.ending for t in seen.trails.values()
    ):
        restarts = 0
    if not seen.wants_recording and not seen.attempts:
        return 0, EndReason.USER
    wanted_again = seen.wants_recording and end_reason == EndReason.USER
    return restarts, None if wanted_again else end_reason


def _identity(current: Attempt | None, before: CloudRecordingStatus) -> dict[str, object]:
    """Return what says which recording this is; resourceId is set only while one may exist."""
    if current is None:
        return {"resource_id": None, "sid": None}
    return {
        "mode": current.mode.capitalize(),
        "app_id": current.app_id,
        "channel": current.channel,
        "uid": current.uid,
        "resource_id": current.resource_id,
        "sid": current.sid or (before.sid if before.resource_id == current.resource_id else None),
    }


def _phase(seen: Observation, end_reason: str | None) -> str:
    """Return one word for people."""
    if any(a.stop_intended_at for a in seen.attempts) or (seen.attempts and seen.recording.leaving):
        return "Stopping"
    if any(a.confirmed_at for a in seen.attempts):
        return "Recording"
    if seen.attempts:
        return "Starting"
    if not seen.wants_recording:
        return "Stopped"
    return "Completed" if end_reason else "Pending"


def _query(answer: Answer | None) -> Query | None:
    if answer is None:
        return None
    state = STATES.get(answer.status, "Unknown")
    return Query(status=answer.status, state=state, slice_start_time=answer.slice_start_time)


def _past(seen: Observation, closed: list[Trail]) -> tuple[PastAttempt, ...]:
    new = [
        PastAttempt(
            number=t.attempt.number,
            resource_id=t.attempt.resource_id,
            sid=t.attempt.sid,
            started_at=t.attempt.confirmed_at,
            ended_at=t.ended_at or seen.now,
            reason=t.attempt.stop_reason or str(t.ending),
            index_file=t.answer.files[0].name if t.answer and t.answer.files else None,
        )
        for t in reversed(closed)
    ]
    return (*new, *seen.recording.status.last_attempts)[:PAST_KEPT]
