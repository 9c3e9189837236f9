"""How long a recording may take to begin, and how long it may last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain.action import EndReason
from agora_recording.domain.observation import DEAD_AFTER, Observation

CONFIRM_SECONDS: Final = 90.0
"""A start has not failed before so many seconds (Integration best practices)."""
HANDLE_LIFE: Final = timedelta(hours=719)
"""An hour before resourceExpiredHour, which is always its longest, 720."""
END_MARGIN: Final = timedelta(minutes=10)
"""How late Agora may be in ending a recording by itself."""
ROLLOVER: Final = timedelta(minutes=10)
"""How long before its token ends a recording is stopped and begun anew."""
PAGE_LOADS: Final = 2
"""How often a page is loaded that is not ready in time (REST reference, start: readyTimeout)."""


def confirm_seconds(seen: Observation) -> float:
    """Return how long a start may go unconfirmed: longer if a page may take its time to load."""
    page = seen.recording.spec.web
    return CONFIRM_SECONDS + (PAGE_LOADS * page.ready_timeout_seconds if page else 0)


def ends_at(seen: Observation, attempt: Attempt) -> datetime | None:
    """Return when an attempt has had its maxDurationSeconds; None if it has no such bound.

    They count from its acquire, seconds before its start, so that no recording lasts longer; of one
    that was begun anew only since its means lapsed, from its first beginning. What may last as long
    as Agora lets it be stopped ends before that.
    """
    seconds = seen.recording.spec.max_duration_seconds
    if seconds is None:
        return None
    began = attempt.continues_from or attempt.acquired_at
    return began + min(timedelta(seconds=seconds), HANDLE_LIFE)


def continued_from(seen: Observation) -> datetime | None:
    """Return since when the recording goes on that the next attempt continues, if it does."""
    last = next(iter(seen.recording.status.last_attempts), None)
    if last is None or last.reason != EndReason.LIMIT:
        return None
    return last.continues_from or last.started_at


def lapses_at(attempt: Attempt) -> datetime:
    """Return when an attempt has to be begun anew, since what it needs lapses soon after."""
    handle, token = attempt.acquired_at + HANDLE_LIFE, attempt.token_expires_at
    return handle if token is None else min(handle, token - ROLLOVER)


def latest_end(acquired_at: datetime, hours: timedelta) -> datetime:
    """Return when Agora itself must have ended what lasts at most so long (protocol 15)."""
    return acquired_at + DEAD_AFTER + hours + END_MARGIN


def had_its_hours(attempt: Attempt, at: datetime) -> bool:
    """Whether it had lasted as long as it could at Agora, give or take a minute."""
    if attempt.must_end_by is None:
        return False
    return at >= attempt.must_end_by - DEAD_AFTER - END_MARGIN - timedelta(minutes=1)


def ran_its_hours(attempt: Attempt, at: datetime) -> bool:
    """Whether it was had, as far as anybody can tell, although its sid is not known."""
    return attempt.running_at is not None and had_its_hours(attempt, at)
