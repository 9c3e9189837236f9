"""The only maker of conditions, of recordings and of projects.

``Reconciling`` and ``Stalled`` are present only while true, never both (kstatus). A condition
keeps its transition time until its status changes. Messages hold no times, counters or request
ids: a message that changes by itself would wake the operator by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from agora_recording.crd.status import Condition
from agora_recording.domain.action import WHY_ENDED, Decision
from agora_recording.domain.holdtext import beside
from agora_recording.domain.observation import Observation, Problem
from agora_recording.domain.page import is_on_hold
from agora_recording.domain.reason import Health, Reason

TRUE, FALSE, UNKNOWN = "True", "False", "Unknown"

Aspect = tuple[str, str, str]
"""Status, reason and message of a condition."""


def conditions(
    seen: Observation, decision: Decision, *, uploading: str | None, ended: str | None
) -> tuple[Condition, ...]:
    """Return the full list of conditions for what was seen and decided.

    Args:
        seen: The world after this cycle's action.
        decision: What happens next, which says how the object stands.
        uploading: What Agora said of the upload, if it said anything.
        ended: Why the recording ended, if it did.
    """
    recording = seen.recording
    return tuple(
        condition(
            kind,
            said,
            before=recording.status.conditions,
            now=seen.now,
            generation=recording.generation,
        )
        for kind, said in _aspects(seen, decision, uploading, ended)
    )


def readiness(reason: Reason, message: str) -> Aspect:
    """Return what a reason says of Ready."""
    return (TRUE if reason.health is Health.READY else FALSE), reason.value, message


def _aspects(
    seen: Observation, decision: Decision, uploading: str | None, ended: str | None
) -> Iterator[tuple[str, Aspect]]:
    said = (decision.reason.value, decision.message)
    health = decision.reason.health
    yield "Ready", readiness(decision.reason, decision.message)
    if health is Health.RECONCILING:
        yield "Reconciling", (TRUE, *said)
    if health is Health.STALLED:
        yield "Stalled", (TRUE, *said)
    yield "Recording", _recording(seen, decision)
    if uploading is not None:
        uploaded = TRUE if uploading == "Uploaded" else FALSE
        yield "FilesUploaded", (uploaded, uploading, f"Agora says of the upload: {uploading}.")
    if ended is not None:
        unsure = seen.attempts or seen.record_is_lost
        more = " Something may still run; Ready says what." if unsure else ""
        why = WHY_ENDED.get(ended, ended)
        yield "Ended", (TRUE, ended, f"Nothing more is to be recorded: {why}.{more}")


def _recording(seen: Observation, decision: Decision) -> Aspect:
    """Say whether Agora confirms that it records now, and what Ready has no room for."""
    status, reason, message = _confirmed(seen, decision)
    return status, reason, f"{message} {beside(seen, decision)}".strip()


def _confirmed(seen: Observation, decision: Decision) -> Aspect:
    """Say whether Agora confirms that it records now; unknown is not no."""
    reason = decision.reason.value
    running = next((a for a in seen.attempts if a.confirmed_at), None)
    if running is None and (seen.unknown or seen.record_is_lost):
        return UNKNOWN, Reason.SID_UNKNOWN.value, "It is not known whether a recording runs."
    if running is None:
        begun = "Agora does not confirm a recording." if seen.attempts else "Nothing is recorded."
        return FALSE, reason, begun
    unheard = isinstance(seen.target, Problem) or decision.reason is Reason.AGORA_UNAVAILABLE
    held = is_on_hold(seen, running)
    if seen.trail(running).absence or unheard:
        did = "on hold" if held else "recording"
        return UNKNOWN, reason, f"It was {did} when Agora last answered."
    if held:
        return FALSE, Reason.ON_HOLD.value, Reason.ON_HOLD.meaning
    return TRUE, Reason.RECORDING.value, "Agora confirms that it records."


def condition(
    kind: str,
    said: Aspect,
    *,
    before: Sequence[Condition],
    now: datetime,
    generation: int,
) -> Condition:
    """Return one condition; its transition time is kept until its status changes."""
    status, reason, message = said
    old = next((c for c in before if c.type == kind), None)
    unchanged = old is not None and old.status == status
    return Condition(
        type=kind,
        status=status,
        reason=reason,
        message=message,
        last_transition_time=old.last_transition_time if old and unchanged else now,
        observed_generation=generation,
    )
