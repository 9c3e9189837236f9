"""What people read of an object that is held, or that failed.

What goes on, until when, and what a person can do. The times are those of the attempts, so the
text does not change by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Decision, Ending, EndReason
from agora_recording.domain.claim import Rival
from agora_recording.domain.ending import closed_trails, is_over
from agora_recording.domain.holdup import MAX_OPEN
from agora_recording.domain.lifetime import ran_its_hours
from agora_recording.domain.observation import (
    DEAD_AFTER,
    LOST_RECORD,
    RESOURCE_LIFE,
    Observation,
    Problem,
)
from agora_recording.domain.pace import operation
from agora_recording.domain.reason import Health, Reason
from agora_recording.domain.wording import worded

FORCE_RELEASE: Final = "recording.agora.io/force-release"
"""Annotation, value "true", by which a person lets go of a deleted object whatever may run."""
LET_GO: Final = f"To let go regardless, annotate {FORCE_RELEASE}=true."
"""What a person can do about an object that cannot be deleted."""
BY_HAND: Final = "To end it by hand: docs/guarantees.md."
WHEN_EMPTY: Final = "With the channel empty for maxIdleSeconds,"
WHEN_HAD: Final = "Once maxDurationSeconds have passed, in whole hours,"
"""When Agora itself has ended a channel's recording, and that of a page."""
WHEN_FULL: Final = "delete and force-release it (docs/guarantees.md)."
LET_IT_GO: Final = f"annotate {FORCE_RELEASE}=true."
"""Nothing can tell any more that they have ended: it takes a person."""
CAUSES: Final = {
    EndReason.AGORA_FAILURE: "Agora did not confirm that it records",
    Ending.ABNORMAL: "Agora said that it broke off",
    Ending.LOST: "Agora did not find it any more",
    Ending.ENDED: "Agora ended it, as if the page did not load",
}
"""What the reason of a past attempt that failed means."""
ANEW: Final = {
    EndReason.AGORA_FAILURE: (
        "Agora does not confirm that it records, so the start is stopped; another follows if "
        "restartPolicy allows. Nothing needs to be done: that takes seconds."
    ),
    EndReason.LIMIT: (
        "The recording is stopped and begun anew, since its token, or Agora's 720 hours, end soon. "
        "Nothing needs to be done: that takes seconds."
    ),
}
"""What is said while something is stopped although it is wanted, by the reason of the stop."""


def in_full(seen: Observation, decision: Decision) -> Decision:
    """Complete what a decision says: of what is unknown, and why what is wanted is stopped."""
    if decision.reason is Reason.SID_UNKNOWN and not decision.message:
        return replace(decision, message=holding(seen, seen.unknown))
    why = next((a.stop_reason for a in seen.attempts if a.stop_reason in ANEW), None)
    if why and decision.message == Reason.STOPPING.text and not is_over(seen):
        return replace(decision, message=ANEW[why])
    return decision


def beside(seen: Observation, decision: Decision) -> str:
    """Return what the condition Recording adds: of the sid, or how to let go of what is deleted.

    Ready has room for the cause and what comes next.
    """
    if decision.reason is Reason.SID_UNKNOWN:
        return _search(seen, seen.unknown)
    held = decision.reason.health is not Health.READY and isinstance(decision.action, act.Wait)
    waits = held and seen.recording.leaving and decision.reason is not Reason.STOPPING
    return LET_GO if waits else ""


def failing(why: str) -> Problem:
    """Say that an attempt failed which ended with this reason, and that another follows."""
    cause = f" {CAUSES[why]}." if why in CAUSES else ""
    text = f"{Reason.RESTARTING.meaning}{cause} {Reason.RESTARTING.remedy}"
    return Problem(Reason.RESTARTING, text)


def failed(seen: Observation) -> str:
    """Return the message for an object of which too many attempts failed."""
    over = (t.attempt.stop_reason or t.ending or "" for t in reversed(closed_trails(seen)))
    past = (p.reason for p in seen.recording.status.last_attempts)
    cause = next((CAUSES[why] for why in (*over, *past) if why in CAUSES), None)
    last = f" The last: {cause}." if cause else ""
    return f"{Reason.RECORDING_FAILED.meaning}{last} {Reason.RECORDING_FAILED.remedy}"


def yielding(seen: Observation, rival: Rival) -> str:
    """Return the message for an object whose target ``rival`` has."""
    text = f"{_who(seen, rival)} has this channel and uid. {Reason.DUPLICATE_TARGET.remedy}"
    return worded(text, rival=rival.name)


def letting_begin(first: str, until: datetime) -> str:
    """Return the message for an object that is kept away from ``first``, which begins before it."""
    return worded(
        "CloudRecording {first} of placement.awayFrom has yet to begin. Nothing needs to be done: "
        f"at {_utc(until)} at the latest this one begins all the same.",
        first=first,
    )


def asking_again(attempt: Attempt) -> str:
    """Return the message for an object whose start is repeated."""
    at, until = _utc(attempt.acquired_at), _utc(attempt.acquired_at + RESOURCE_LIFE)
    return (
        f"The start of {at} has no clear answer yet. Nothing needs to be done: until {until} the "
        "same start, which makes no second recording, is sent again."
    )


def holding(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Return the message for an object with these unknown attempts."""
    if not unknown:
        return Reason.SID_UNKNOWN.text
    doing = _to_end(seen, unknown) if is_over(seen) else _to_record(seen, unknown)
    rival = seen.rival.name if seen.rival else ""
    return worded(f"{_what(seen, unknown)} {doing}", rival=rival)


def left_running(seen: Observation) -> str:
    """Return what may go on at Agora once nobody holds the object any more."""
    ids = (f"resourceId {a.resource_id}, sid {a.sid or 'unknown'}" for a in seen.attempts)
    return f"Left running at Agora: {'; '.join(ids) or 'nothing'}."


def _what(seen: Observation, unknown: Sequence[Attempt]) -> str:
    first = min(unknown, key=lambda a: a.number)
    at = _utc(first.acquired_at)
    if first.resource_id.startswith(LOST_RECORD):
        begun = f"Status found wiped at {at}"
    elif len(unknown) >= MAX_OPEN:
        begun = f"Eight starts (the limit) unanswered since {at}"
    elif len(unknown) > 1:
        begun = f"Starts since {at} unanswered"
    elif seen.trail(first).started:
        return f"Start of {at} worked, its answer is lost: no sid to stop it."
    else:
        begun = f"Start of {at} unanswered"
    return f"{begun}: what may run cannot be stopped."


def _search(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Say how the sid is looked for, and what of that failed."""
    failure = _failure(seen, unknown)
    repeated = [a for a in unknown if seen.is_repeatable(a)]
    if repeated:
        until = _utc(max(a.acquired_at for a in repeated) + RESOURCE_LIFE)
        more = f". {failure}" if failure else ", whose answer may name it."
        return f"Until {until} the same start is sent again{more}"
    ours = [a for a in unknown if not a.resource_id.startswith(LOST_RECORD)]
    if not ours:
        return failure
    if not seen.searchable:
        return f"No search: {seen.storage.message}" if seen.storage else failure
    searches = (seen.pauses.get(operation(act.FindSid(a))) for a in ours)
    trouble = next((p.problem.message for p in searches if p and p.problem.message), "")
    if trouble:
        return f"The bucket cannot be searched: {trouble}"
    return failure or "The bucket is searched for the sid every minute."


def _failure(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Say what Agora, asked for the sid, answered instead."""
    asked = (operation(ask) for a in unknown for ask in (act.Start(a), act.Query(a, "")))
    briefs = (seen.pauses[key].problem.brief for key in asked if key in seen.pauses)
    return next(filter(None, briefs), "")


def _to_record(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Say what is done to record all the same, until when, and what a person can do."""
    if len(unknown) >= MAX_OPEN:
        return f"{_once_over(unknown)} {WHEN_FULL}"
    had = next((a for a in unknown if ran_its_hours(a, seen.now)), None)
    if had is not None and had.must_end_by is not None:
        done = _utc(had.must_end_by)
        return f"Agora was seen to record it, so at {done} it is done. Nothing needs to be done."
    refused = seen.pauses.get(operation(act.Acquire()))
    if refused is not None and refused.problem.reason is Reason.SID_UNKNOWN:
        return (
            "Agora refuses a new one, tried every five minutes: it, or one with its uid, records. "
            f"{BY_HAND}"
        )
    return (
        f"From {_dead_at(unknown)} a new start is tried, which works once it has ended. {BY_HAND}"
    )


def _to_end(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Say what is done to learn of its end, until when, and what a person can do."""
    if len(unknown) >= MAX_OPEN:
        return f"{_once_over(unknown)} {LET_IT_GO if seen.recording.leaving else WHEN_FULL}"
    return f"{_its_end(seen, unknown)} {LET_GO if seen.recording.leaving else BY_HAND}"


def _its_end(seen: Observation, unknown: Sequence[Attempt]) -> str:
    """Say by what its end will be known."""
    ends = [a.must_end_by for a in unknown if a.must_end_by]
    if len(ends) == len(unknown):
        return f"Agora ends it by {_utc(max(ends))}."
    if seen.rival is not None:
        return f"Its end shows once {_who(seen, seen.rival, 'one')} records."
    if seen.kicks and all(attempt.joins_channel for attempt in unknown):
        return "Its recorder is kicked; test starts tell its end."
    return f"From {_dead_at(unknown)} test starts tell its end."


def _once_over(unknown: Sequence[Attempt]) -> str:
    """Say what must have been so for Agora to have ended it by itself."""
    return WHEN_EMPTY if any(attempt.joins_channel for attempt in unknown) else WHEN_HAD


def _dead_at(unknown: Sequence[Attempt]) -> str:
    """Return when no start that was sent can begin a recording any more."""
    return _utc(max(a.acquired_at for a in unknown) + DEAD_AFTER)


def _who(seen: Observation, rival: Rival, one: str = "A CloudRecording") -> str:
    """Return a field for the name of another object, unless that is not this namespace's to know.

    Args:
        seen: The look at the object.
        rival: The other one.
        one: What it is called if it cannot be named.
    """
    here = rival.namespace == seen.recording.namespace
    return "CloudRecording {rival}" if here else f"{one} in another namespace"


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
