"""The rules for starts whose outcome is unknown, and for what may run without a record.

They are found out, looked for, disproved by a probe, or held, and never let go because they are
old or unwanted (protocol 6, 14 to 18). What people read meanwhile is in ``holdtext``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Decision
from agora_recording.domain.ending import has_failed_for_good, is_over, records
from agora_recording.domain.holdtext import asking_again, holding, left_running
from agora_recording.domain.holdup import (
    LOOK_AGAIN,
    MAX_OPEN,
    blocked,
    is_exhausted,
    paced,
    pause_of,
)
from agora_recording.domain.lifetime import ran_its_hours
from agora_recording.domain.observation import LOST_RECORD, Observation, Target
from agora_recording.domain.pace import operation
from agora_recording.domain.reason import Reason

UNANSWERED: Final = 2
"""Unknown attempts after which no other is made before Agora answers a start."""
WORTH_A_PROBE: Final = timedelta(hours=1)
"""What Agora ends by itself within this time is waited for instead of probed."""


def record_what_was_wiped(seen: Observation) -> Decision | None:
    """A finalizer without a record: what may run is recorded again, as unknown (protocol 18)."""
    target, claim = seen.target, seen.claim
    if not seen.record_is_lost or not isinstance(target, Target) or claim is None:
        return None
    lost = Attempt(
        number=max((p.number for p in seen.recording.status.last_attempts), default=0) + 1,
        resource_id=f"{LOST_RECORD}-{seen.now:%Y%m%d%H%M%S}",
        owner=seen.owner,
        app_id=claim.app_id,
        endpoint=target.endpoint,
        channel=claim.channel,
        uid=claim.uid,
        mode=seen.recording.spec.mode,
        acquired_at=seen.now,
    )
    return Decision(act.Amend(lost), Reason.SID_UNKNOWN, holding(seen, [lost]))


def take_over_what_is_unknown(seen: Observation) -> Decision | None:
    """Whoever asks about an unknown attempt first makes itself its owner (protocol 4).

    Not before there is something to ask: else two processes that act would write for ever.
    """
    for step in resolutions(seen):
        match step.action:
            case act.Start(attempt) | act.Query(attempt) | act.FindSid(attempt):
                if attempt.owner != seen.owner and not seen.recording.gone:
                    mine = attempt.model_copy(update={"owner": seen.owner})
                    return Decision(act.Amend(mine), *_standing(seen, mine))
    return None


def resolve_what_is_unknown(seen: Observation) -> Decision | None:
    """The same start again makes a late one impossible and yields the sid (protocol 6, 9)."""
    steps = resolutions(seen)
    return next((step for step in steps if not isinstance(step.action, act.Wait)), None)


def kick_what_cannot_be_stopped(seen: Observation) -> Decision | None:
    """If the project allows it, the recorder is removed from its channel, once it can be there."""
    if not (seen.kicks and is_over(seen)) or seen.rival is not None:  # whose recorder it could be
        return None
    for attempt in seen.unknown:
        there = attempt.joins_channel and (seen.is_dead(attempt) or seen.trail(attempt).started)
        search = operation(act.FindSid(attempt))
        sought = not _is_sought(seen, attempt) or search in seen.pauses
        kick = act.Kick(attempt)
        if there and sought and not pause_of(seen, kick):
            return Decision(kick, Reason.SID_UNKNOWN, holding(seen, seen.unknown))
    return None


def probe_what_may_still_run(seen: Observation) -> Decision | None:
    """A short start of the same target shows whether what cannot be stopped has ended (16)."""
    unknown = seen.unknown
    free = len(seen.attempts) < MAX_OPEN and seen.rival is None and not seen.recording.gone
    if not (is_over(seen) and unknown and len(unknown) == len(seen.attempts) and free):
        return None
    soon = seen.now + WORTH_A_PROBE
    if any(not seen.is_dead(a) or (a.must_end_by and a.must_end_by < soon) for a in unknown):
        return None
    if not _starts_are_served(seen):
        return None
    probe = paced(seen, act.Acquire(probe=True), Reason.SID_UNKNOWN, holding(seen, unknown))
    return None if isinstance(probe.action, act.Wait) else probe


def hold_what_is_unknown(seen: Observation) -> Decision | None:
    """An unknown attempt is never let go because it is old or unwanted (protocol 6, 14)."""
    unknown = seen.unknown
    recorded = any(a.sid for a in seen.attempts)  # then there is something to watch
    if not unknown or (not is_over(seen) and (recorded or _another_may_be_made(seen))):
        return None
    if seen.recording.gone and not seen.searchable and all(map(seen.is_dead, unknown)):
        return Decision(act.Wait(), Reason.SID_UNKNOWN, left_running(seen))
    steps = resolutions(seen)
    until = [step.action.until or 0.0 for step in steps if isinstance(step.action, act.Wait)]
    again = next((step for step in steps if step.reason is not Reason.SID_UNKNOWN), None)
    if again is not None and not is_over(seen):  # else what failed matters less than what is held
        return Decision(act.Wait(min(until)), again.reason, again.message)
    look = act.Wait(min([seen.tick + LOOK_AGAIN, *until]))
    return Decision(look, Reason.SID_UNKNOWN, holding(seen, unknown))


def resolutions(seen: Observation) -> list[Decision]:
    """Return what can tell more of each unknown attempt: now, or after a pause.

    Nothing is asked beside a wanted recording: that proves by itself that no other runs, and to
    repeat a start at the moment in which it has ended would record twice.
    """
    if records(seen) and not is_over(seen):
        return []
    steps = [_resolution(seen, attempt) for attempt in seen.unknown]
    return [step for step in (*steps, _canary(seen)) if step is not None]


def _resolution(seen: Observation, attempt: Attempt) -> Decision | None:
    trail, repeatable = seen.trail(attempt), seen.is_repeatable(attempt)
    candidates = trail.candidates or ((trail.named,) if trail.named and not repeatable else ())
    if candidates:
        return paced(seen, act.Query(attempt, candidates[0]), *_standing(seen, attempt))
    if repeatable:
        if seen.storage is not None and seen.wants_recording:
            return blocked(seen, seen.storage)
        return paced(seen, act.Start(attempt), *_standing(seen, attempt))
    if _is_sought(seen, attempt):
        held = (Reason.SID_UNKNOWN, holding(seen, seen.unknown))
        return paced(seen, act.FindSid(attempt), *held)
    return None


def _canary(seen: Observation) -> Decision | None:
    """Send the start of a dead resource, which cannot begin: its answer tells of Agora (5)."""
    unknown = _with_resource(seen)
    full = len(seen.attempts) >= MAX_OPEN
    if full or _starts_are_served(seen) or not seen.is_dead(unknown[-1]):
        return None
    if seen.storage is not None and seen.wants_recording:
        return blocked(seen, seen.storage)
    held = (Reason.SID_UNKNOWN, holding(seen, seen.unknown))
    return paced(seen, act.Start(unknown[-1]), *held)


def _starts_are_served(seen: Observation) -> bool:
    """Whether a new attempt has a prospect. After two in a row without an answer, Agora is asked.

    Else an outage of Agora would fill the list, and a full one has no room for a probe.
    """
    unknown = _with_resource(seen)
    return len(unknown) < UNANSWERED or seen.trail(unknown[-1]).answered


def _with_resource(seen: Observation) -> list[Attempt]:
    return [a for a in seen.unknown if not a.resource_id.startswith(LOST_RECORD)]


def _is_sought(seen: Observation, attempt: Attempt) -> bool:
    """Whether its sid is looked for in the bucket."""
    return seen.searchable and not attempt.resource_id.startswith(LOST_RECORD)


def _another_may_be_made(seen: Observation) -> bool:
    """Whether a new attempt may be made beside the unknown ones (protocol 5, 6, 17).

    Beside living ones only beside the first, once its start has failed often.
    """
    if len(seen.attempts) >= MAX_OPEN or seen.rival is not None or has_failed_for_good(seen):
        return False
    if any(ran_its_hours(attempt, seen.now) for attempt in seen.unknown):
        return False
    living = [a for a in seen.unknown if not seen.is_dead(a)]
    if living:
        begun = seen.trail(living[0]).started
        return len(seen.unknown) == 1 and is_exhausted(seen, living[0]) and not begun
    return _starts_are_served(seen)


def _standing(seen: Observation, attempt: Attempt) -> tuple[Reason, str]:
    if seen.is_startable(attempt) and not is_over(seen):
        return Reason.STARTING, asking_again(attempt)
    return Reason.SID_UNKNOWN, holding(seen, seen.unknown or (attempt,))
