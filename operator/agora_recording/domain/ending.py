"""What the end of an attempt means: whether the recording is over, failed, or begins again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agora_recording.crd.recording import RestartPolicy
from agora_recording.crd.status import Attempt
from agora_recording.domain.action import Ending, EndReason
from agora_recording.domain.lifetime import had_its_hours
from agora_recording.domain.observation import FROM_MEMORY, Observation, Trail

NO_RECORDING: Final = frozenset({Ending.SUPERSEDED, Ending.DUPLICATE})
"""Endings of attempts that were no recording of this object."""
IN_PROGRESS: Final = 5
"""Agora's query status once files are being written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the end of an attempt means for the object."""

    end_reason: str | None
    """Why the recording is over; None: it is not, a new attempt follows."""
    failed: bool = False
    """Whether it counts as a failure."""


def outcome(
    ending: Ending,
    attempt: Attempt,
    last_status: int | None,
    policy: RestartPolicy = RestartPolicy.ON_FAILURE,
    ended_at: datetime | None = None,
) -> Outcome:
    """Say what the end of an attempt means.

    Args:
        ending: How it is known to be over.
        attempt: Which one.
        last_status: What a query last answered.
        policy: Whether another follows.
        ended_at: When it was known to be over.
    """
    result = _outcome(ending, attempt, last_status, ended_at)
    if result.failed and policy is RestartPolicy.NEVER:
        return Outcome(EndReason.AGORA_FAILURE)
    if result.end_reason == EndReason.IDLE and policy is RestartPolicy.ALWAYS:
        return Outcome(None)
    return result


def _outcome(
    ending: Ending, attempt: Attempt, last_status: int | None, ended_at: datetime | None
) -> Outcome:
    """Say what an end means, whatever the policy."""
    if attempt.stop_reason == EndReason.AGORA_FAILURE:
        return Outcome(None, failed=True)
    if attempt.stop_reason == EndReason.LIMIT:
        return Outcome(None)
    if attempt.stop_intended_at is not None or ending is Ending.STOPPED:
        return Outcome(attempt.stop_reason or EndReason.USER)
    if ending in FROM_MEMORY | NO_RECORDING:
        return Outcome(None)
    if _lost_its_token(ending, attempt, ended_at):
        return Outcome(None)
    if attempt.joins_channel:
        why = EndReason.IDLE if _was_idle(ending, attempt, last_status) else None
    else:  # a page is never idle: what ends before its time has failed
        known = attempt.sid or attempt.running_at  # else it may never have recorded
        over = known and (
            ending is Ending.EXPIRED or (ended_at and had_its_hours(attempt, ended_at))
        )
        why = EndReason.MAX_DURATION if over else None
    return Outcome(why, failed=why is None)


def _lost_its_token(ending: Ending, attempt: Attempt, ended_at: datetime | None) -> bool:
    """Whether it ended since nobody began it anew before its token did."""
    token = attempt.token_expires_at
    if token is None:
        return False
    return ending is Ending.EXPIRED or (ended_at is not None and ended_at >= token)


def _was_idle(ending: Ending, attempt: Attempt, last_status: int | None) -> bool:
    """Whether Agora ended it because its channel was empty.

    A recording that vanished while it was writing files is begun again: it may have crashed at
    Agora. One that vanished before anybody sent anything had an empty channel.
    """
    if ending in {Ending.ENDED, Ending.EXPIRED}:
        return True
    sent_nothing = attempt.confirmed_at is not None and last_status not in {None, IN_PROGRESS}
    return ending is Ending.LOST and sent_nothing


def closed_trails(seen: Observation) -> list[Trail]:
    """Return the trails of attempts that are over and still in the status, or never were."""
    over = {past.resource_id for past in seen.recording.status.last_attempts}
    trails = [t for t in seen.trails.values() if t.ending and t.attempt.resource_id not in over]
    return sorted(trails, key=lambda t: t.attempt.number)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the attempts that are over mean for the object."""

    restarts: int
    """Failed attempts since Agora last recorded the channel or the object was stopped."""
    end_reason: str | None
    """Why the recording is over, if it is."""

    @property
    def finished(self) -> bool:
        """Whether what was asked for has been had: a recording that ended by itself."""
        return self.end_reason not in {None, EndReason.USER}


def consequences(seen: Observation) -> Consequences:
    """Return what the attempts that are over mean, those that the status does not know included."""
    before, policy = seen.recording.status, seen.recording.spec.restart_policy
    restarts, end_reason = before.restarts, before.end_reason
    asked = before.query.status if before.query else None
    for trail in closed_trails(seen):
        if trail.ending is not None and _counts(trail):
            last_status = trail.answer.status if trail.answer else asked
            result = outcome(trail.ending, trail.attempt, last_status, policy, trail.ended_at)
            restarts += result.failed
            end_reason = result.end_reason
    living = (t.answer for t in seen.trails.values() if t.answer and not t.ending)
    if any(answer.status == IN_PROGRESS for answer in living):
        restarts = 0
    if not seen.wants_recording:
        return Consequences(restarts if seen.attempts else 0, EndReason.USER)
    if before.end_reason not in {None, EndReason.USER}:
        return Consequences(restarts, before.end_reason)  # only a person begins it anew
    again = end_reason == EndReason.USER or records(seen)
    return Consequences(restarts, None if again else end_reason)


def has_failed_for_good(seen: Observation) -> bool:
    """Whether no attempt follows by itself, since too many failed in a row (maxRestarts)."""
    return consequences(seen).restarts > seen.recording.spec.max_restarts


def records(seen: Observation) -> bool:
    """Whether a recording goes on: what is unknown, or a probe, is none."""
    return any(attempt.sid and not attempt.probe for attempt in seen.attempts)


def is_over(seen: Observation) -> bool:
    """Whether nothing is to be recorded any more: unwanted, or had."""
    return not seen.wants_recording or consequences(seen).finished


def _counts(trail: Trail) -> bool:
    """Whether the end of an attempt says anything of the recording that was asked for."""
    return trail.ending not in FROM_MEMORY and not trail.attempt.probe
