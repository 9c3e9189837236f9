"""What people read of an object that is held because something may run whose sid is unknown.

What goes on, until when, and what a person can do. The times are those of the attempts, so the
text does not change by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.ending import is_over
from agora_recording.domain.holdup import MAX_OPEN
from agora_recording.domain.observation import DEAD_AFTER, LOST_RECORD, Observation
from agora_recording.domain.pace import operation

FORCE_RELEASE: Final = "recording.agora.io/force-release"
"""Annotation, value "true", by which a person lets go of a deleted object whatever may run."""


def holding(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Return the message for an object with these unknown attempts."""
    parts = (_what(unknown), _search(seen, unknown), _next(seen, unknown), _remedy(seen))
    return " ".join(part for part in parts if part)


def left_running(seen: Observation) -> str:
    """Return what may go on at Agora once nobody holds the object any more."""
    ids = (f"resourceId {a.resource_id}, sid {a.sid or 'unknown'}" for a in seen.attempts)
    return f"Left running at Agora: {'; '.join(ids) or 'nothing'}."


def _what(unknown: Sequence[Attempt]) -> str:
    first = min(unknown, key=lambda a: a.number)
    at = _utc(first.acquired_at)
    if first.resource_id.startswith(LOST_RECORD):
        return f"The status was found wiped at {at}: channel {first.channel} may be recorded."
    return (
        f"The start of {at} was not answered: channel {first.channel} may be recorded, and cannot "
        "be stopped without the sid."
    )


def _search(seen: Observation, unknown: Sequence[Attempt]) -> str:
    ours = [a for a in unknown if not a.resource_id.startswith(LOST_RECORD)]
    if not ours:
        return ""
    if not seen.searchable:
        return "There is no bucket that can be searched for it."
    failed = (seen.pauses.get(operation(act.FindSid(a))) for a in ours)
    trouble = next((p.problem.message for p in failed if p and p.problem.message), None)
    return trouble or "The bucket is searched for it."


def _next(seen: Observation, unknown: Sequence[Attempt]) -> str:
    dead_at = _utc(max(a.acquired_at for a in unknown) + DEAD_AFTER)
    if len(seen.attempts) >= MAX_OPEN:
        return "As many attempts are open as may be, and no more are made."
    if is_over(seen):
        return f"From {dead_at} on short probes show whether it still runs; it is held until then."
    return f"From {dead_at} on another attempt is made, which Agora refuses while it runs."


def _remedy(seen: Observation) -> str:
    by_itself = "It ends when the channel has been empty for maxIdleSeconds"
    if not seen.recording.leaving:
        return f"{by_itself}."
    return f"{by_itself}; to let go all the same, annotate the object with {FORCE_RELEASE}=true."


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
