"""The only maker of conditions.

``Reconciling`` and ``Stalled`` are present only while true, never both (kstatus). A condition
keeps its transition time until its status changes. Messages hold no times, counters or request
ids: a message that changes by itself would wake the operator by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from agora_recording.crd.status import Condition
from agora_recording.domain.action import Decision
from agora_recording.domain.observation import Observation, Problem
from agora_recording.domain.reason import Health, Reason

TRUE, FALSE, UNKNOWN = "True", "False", "Unknown"


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
    aspects = dict(_aspects(seen, decision, uploading, ended))
    before = {c.type: c for c in seen.recording.status.conditions}
    return tuple(
        _condition(kind, *aspect, before=before.get(kind), seen=seen)
        for kind, aspect in aspects.items()
    )


Aspect = tuple[str, str, str]
"""Status, reason and message of a condition."""


def _aspects(
    seen: Observation, decision: Decision, uploading: str | None, ended: str | None
) -> Iterator[tuple[str, Aspect]]:
    said = (decision.reason.value, decision.message)
    health = decision.reason.health
    yield "Ready", (TRUE if health is Health.READY else FALSE, *said)
    if health is Health.RECONCILING:
        yield "Reconciling", (TRUE, *said)
    if health is Health.STALLED:
        yield "Stalled", (TRUE, *said)
    yield "Recording", _recording(seen, decision)
    if uploading is not None:
        uploaded = TRUE if uploading == "Uploaded" else FALSE
        yield "FilesUploaded", (uploaded, uploading, f"Agora says of the upload: {uploading}.")
    if ended is not None:
        yield "Ended", (TRUE, ended, f"The recording is over: {ended}.")


def _recording(seen: Observation, decision: Decision) -> Aspect:
    """Say whether Agora confirms that it records now; unknown is not no."""
    reason = decision.reason.value
    if any(seen.is_unknown(a) for a in seen.attempts):
        return UNKNOWN, Reason.SID_UNKNOWN.value, "The outcome of a start is not known yet."
    running = next((a for a in seen.attempts if a.confirmed_at), None)
    if running is None:
        return FALSE, reason, "Agora does not confirm a recording."
    unheard = isinstance(seen.target, Problem) or decision.reason is Reason.AGORA_UNAVAILABLE
    if seen.trail(running).absence or unheard:
        return UNKNOWN, reason, "It was recording when Agora last answered."
    return TRUE, Reason.RECORDING.value, "Agora confirms that it records."


def _condition(
    kind: str,
    status: str,
    reason: str,
    message: str,
    *,
    before: Condition | None,
    seen: Observation,
) -> Condition:
    since: datetime = seen.now.replace(microsecond=0)
    if before is not None and before.status == status:
        since = before.last_transition_time
    return Condition(
        type=kind,
        status=status,
        reason=reason,
        message=message,
        last_transition_time=since,
        observed_generation=seen.recording.generation,
    )
