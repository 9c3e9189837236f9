"""The whole status, made anew from one observation at the end of each cycle.

What did not change comes out as it went in, so an unchanged look costs no write.
"""

from __future__ import annotations

from typing import Final

from agora_recording.crd.status import (
    Attempt,
    CloudRecordingStatus,
    PastAttempt,
    Query,
    RecordedFile,
)
from agora_recording.domain.action import Decision
from agora_recording.domain.condition import conditions
from agora_recording.domain.ending import closed_trails, consequences, is_over, records
from agora_recording.domain.observation import FROM_MEMORY, Answer, Observation, Trail
from agora_recording.domain.page import is_on_hold

PAST_KEPT: Final = 5
"""How many recordings that are over the status remembers."""
FILES_KEPT: Final = 64
"""How many files the status lists."""
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


def summarise(seen: Observation, decision: Decision) -> CloudRecordingStatus:
    """Return the status that says what was seen and what happens next."""
    before = seen.recording.status
    closed = [t for t in closed_trails(seen) if t.ending not in FROM_MEMORY]
    current = next(iter(reversed(seen.attempts)), None)
    after = consequences(seen)
    end_reason = after.end_reason
    ended_at = closed[-1].ended_at if closed else before.ended_at
    uploading = next((t.uploading_status for t in closed if t.uploading_status), None)
    uploading = (uploading or before.uploading_status) if current is None else None
    answer = seen.trail(current).answer if current else None
    over = after.finished or not records(seen)
    return before.model_copy(
        update={
            "observed_generation": seen.recording.generation,
            "phase": _phase(seen, end_reason),
            **_identity(current, before),
            "attempts": seen.attempts,
            "settled": None if seen.attempts or seen.record_is_lost else True,
            "query": _query(answer) or (before.query if current else None),
            "started_at": current.confirmed_at if current else before.started_at,
            "ended_at": ended_at if over else None,
            "end_reason": end_reason if over else None,
            "restarts": after.restarts,
            "uploading_status": uploading,
            "files": _files(current, before, answer, closed),
            "last_attempts": _past(seen, closed),
            "conditions": conditions(
                seen, decision, uploading=uploading, ended=end_reason if over else None
            ),
        }
    )


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
        return "OnHold" if any(is_on_hold(seen, a) for a in seen.attempts) else "Recording"
    if seen.attempts:
        return "Stopping" if is_over(seen) else "Starting"
    if not seen.wants_recording:
        return "Stopped"
    return "Completed" if end_reason else "Pending"


def _files(
    current: Attempt | None,
    before: CloudRecordingStatus,
    answer: Answer | None,
    closed: list[Trail],
) -> tuple[RecordedFile, ...]:
    """Return the files of the running recording, or of the last one once it is over."""
    last = answer if current else (closed[-1].answer if closed else None)
    if last is not None and last.files:
        return last.files[:FILES_KEPT]
    another = current is not None and before.resource_id not in {None, current.resource_id}
    begun = current is not None and before.resource_id is None
    return () if another or begun else before.files


def _query(answer: Answer | None) -> Query | None:
    if answer is None:
        return None
    state = STATES.get(answer.status, "Unknown")
    return Query(
        status=answer.status,
        state=state,
        slice_start_time=answer.slice_start_time,
        on_hold=answer.on_hold,
        outputs=answer.outputs or None,
    )


def _past(seen: Observation, closed: list[Trail]) -> tuple[PastAttempt, ...]:
    new = [
        PastAttempt(
            number=t.attempt.number,
            resource_id=t.attempt.resource_id,
            sid=t.attempt.sid,
            started_at=t.attempt.confirmed_at,
            continues_from=t.attempt.continues_from,
            ended_at=t.ended_at or seen.now,
            reason=t.attempt.stop_reason or str(t.ending),
            index_file=t.answer.files[0].name if t.answer and t.answer.files else None,
        )
        for t in reversed(closed)
    ]
    return (*new, *seen.recording.status.last_attempts)[:PAST_KEPT]
