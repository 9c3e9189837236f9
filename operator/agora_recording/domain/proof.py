"""The rules by which an attempt is over: the proofs of the recording protocol (13).

An attempt leaves the list by one of these, by what Agora answered to its query, its stop or its
only start (``reconcile.effects``), and by nothing else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from agora_recording.domain import action as act
from agora_recording.domain.action import Decision, Ending
from agora_recording.domain.claim import Claim
from agora_recording.domain.ending import is_over
from agora_recording.domain.observation import DEAD_AFTER, Observation, Streak
from agora_recording.domain.pace import STALE
from agora_recording.domain.reason import Reason

START_WITHIN: Final = 2.0
"""Seconds from acquire to start that Agora asks clients to keep (REST reference, acquire)."""
ABSENT_ANSWERS: Final = 3
"""A recording is gone only after so many answers of 404,"""
HANDLE_END: Final = timedelta(hours=720)
"""``resourceExpiredHour``: after it Agora answers 404 for a recording that goes on."""
ABSENT_SECONDS: Final = 120.0
"""over so many seconds: Agora moves a recording to another server within 90 s."""


def close_what_was_never_sent(seen: Observation) -> Decision | None:
    """Only this process knows that it sent nothing; a stale resource is better acquired anew."""
    for attempt in (a for a in seen.attempts if a.sid is None and not seen.is_unknown(a)):
        acquired = seen.trail(attempt).acquired or 0.0
        needed = is_over(seen) == bool(attempt.probe) and seen.rival is None
        needed = needed and not seen.recording.gone  # nothing would keep what begins then
        if seen.tick > acquired + _patience(seen) or not needed:
            return Decision.of(act.Close(attempt, Ending.NEVER_SENT), Reason.STARTING)
    return None


def close_what_must_have_ended(seen: Observation) -> Decision | None:
    """Agora itself ends a recording at the latest when its token or its hours run out."""
    over = (a for a in seen.attempts if a.must_end_by and seen.now >= a.must_end_by)
    attempt = next(over, None)
    return Decision.of(act.Close(attempt, Ending.EXPIRED), Reason.STOPPING) if attempt else None


def close_what_is_gone(seen: Observation) -> Decision | None:
    """404 proves absence only as an unbroken streak over two minutes (protocol 11)."""
    for attempt in (a for a in seen.attempts if a.sid):
        streak = seen.trail(attempt).absence
        known = seen.now < attempt.acquired_at + HANDLE_END  # after it 404 proves nothing
        if known and streak is not None and is_absence(streak):
            return Decision.of(act.Close(attempt, Ending.LOST), Reason.STOPPING)
    return None


def close_what_another_excludes(seen: Observation) -> Decision | None:
    """A recording seen running proves that unknown ones of its target, dead by then, do not."""
    running = seen.sighting
    if running is None:
        return None
    for attempt in seen.unknown:
        same = Claim.of(attempt) == seen.claim and attempt.resource_id != running.resource_id
        if same and running.at >= attempt.acquired_at + DEAD_AFTER:
            return Decision.of(act.Close(attempt, Ending.SUPERSEDED), Reason.STARTING)
    return None


def close_what_another_object_has(seen: Observation) -> Decision | None:
    """A resource in the status of two objects, as after a restore, is the first one's (20)."""
    theirs = seen.rival.resource_ids if seen.rival else frozenset()
    for attempt in (a for a in seen.attempts if a.resource_id in theirs):
        return Decision.of(act.Close(attempt, Ending.DUPLICATE), Reason.DUPLICATE_TARGET)
    return None


def is_absence(streak: Streak) -> bool:
    """Whether answers of 404 are many enough, over long enough."""
    return streak.count >= ABSENT_ANSWERS and streak.seconds >= ABSENT_SECONDS


def _patience(seen: Observation) -> float:
    """Return how long after acquire the start may still be sent.

    It doubles each time that this was too short: a slow API server delays a recording, but must
    not prevent it.
    """
    failed = seen.pauses.get(STALE)
    return START_WITHIN * 2.0 ** min(failed.failures if failed else 0, 5)
