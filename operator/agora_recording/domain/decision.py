"""What happens next: the rules, in the order in which they are asked.

``decide`` asks the rules in order; the first with an answer wins. So the list reads as the
policy: let go of what is done, keep hold of what may run, stop what is unwanted, start what is
wanted, keep watch. No I/O, no clock, no randomness: everything is in the observation.
The rules follow docs/explanation/protocol.md, whose numbers they quote; those that close an
attempt stand in ``proof``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from agora_recording.crd.recording import DeletionPolicy
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Decision
from agora_recording.domain.ending import consequences
from agora_recording.domain.holdup import is_exhausted, paced, pause_of, preparing, soonest
from agora_recording.domain.observation import EndReason, Observation, Pause, Problem
from agora_recording.domain.proof import (
    close_what_another_excludes,
    close_what_is_gone,
    close_what_must_have_ended,
    close_what_was_never_sent,
)
from agora_recording.domain.reason import Reason

CONFIRM_ANSWERS: Final = 3
"""A start has failed only after so many answers that do not say that it records,"""
CONFIRM_SECONDS: Final = 90.0
"""and not before so many seconds (Integration best practices: "not so within 90 s")."""
HANDLE_LIFE: Final = timedelta(hours=719)
"""An hour before resourceExpiredHour, which is always its longest, 720."""
MAX_OPEN: Final = 8
"""Attempts that may be open at once; none is ever evicted (protocol 5)."""
MAX_RESTARTS: Final = 10
"""Failed attempts in a row before a person is asked."""
LOOK_AGAIN: Final = 31.0
"""Seconds until something that only a person can mend is looked at again."""
TOLERATED_FAILURES: Final = 2
"""Unanswered looks at a running recording that nobody needs to hear of."""


Rule = Callable[[Observation], Decision | None]


def decide(seen: Observation) -> Decision:
    """Choose the next step for a recording: the first rule with an answer wins."""
    return next(decision for rule in RULES if (decision := rule(seen)))


def leave_an_orphan_running(seen: Observation) -> Decision | None:
    """DeletionPolicy Orphan lets go at once: no start, no stop (protocol 21)."""
    orphan = seen.recording.spec.deletion_policy is DeletionPolicy.ORPHAN
    if not (seen.recording.leaving and orphan):
        return None
    ids = (f"resourceId {a.resource_id}, sid {a.sid or 'unknown'}" for a in seen.attempts)
    left = f"Left running at Agora: {'; '.join(ids) or 'nothing'}."
    return Decision(_let_go(seen), Reason.ORPHANED, left)


def release_when_nothing_can_run(seen: Observation) -> Decision | None:
    """The finalizer goes only when no attempt is open; then also from finished objects."""
    idle = not seen.wants_recording or consequences(seen).finished
    if seen.attempts or not idle:
        return None
    return Decision(_let_go(seen), *_at_rest(seen))


def put_the_finalizer_on(seen: Observation) -> Decision | None:
    """An open attempt is never without the finalizer (protocol 3): write A, and its repair."""
    if not seen.attempts or seen.recording.held or seen.recording.leaving:
        return None
    return Decision(act.AddFinalizer(), *preparing(seen))


def wait_for_a_target(seen: Observation) -> Decision | None:
    """Without project or credentials nothing can be asked of Agora."""
    return _blocked(seen, seen.target) if isinstance(seen.target, Problem) else None


def take_over_what_is_unknown(seen: Observation) -> Decision | None:
    """Whoever asks about an unknown attempt first makes itself its owner (protocol 4)."""
    for attempt in seen.attempts:
        if attempt.sid is None and attempt.owner != seen.owner and not seen.recording.gone:
            mine = attempt.model_copy(update={"owner": seen.owner})
            return Decision(act.Amend(mine), *_unknown(seen, attempt))
    return None


def resolve_what_is_unknown(seen: Observation) -> Decision | None:
    """The same start again makes a late one impossible and yields the sid (protocol 6)."""
    steps: list[Decision] = []
    for attempt in (a for a in seen.attempts if seen.is_unknown(a)):
        if candidate := seen.trail(attempt).candidate:
            steps.append(paced(seen, act.Query(attempt, candidate), *_unknown(seen, attempt)))
        elif seen.is_startable(attempt) and not (
            seen.wants_recording and is_exhausted(seen, attempt)
        ):
            if seen.storage is not None:
                return _blocked(seen, seen.storage)
            steps.append(paced(seen, act.Start(attempt), *_unknown(seen, attempt)))
    return soonest(steps)


def stop_what_is_unwanted(seen: Observation) -> Decision | None:
    """Stop, after the intent is stored; a deletion is intent enough (protocol 10, 14)."""
    newest = max((a.number for a in seen.attempts if a.sid), default=0)
    steps: list[Decision] = []
    for attempt in (a for a in seen.attempts if a.sid):
        unwanted = not seen.wants_recording or attempt.number < newest
        if not (unwanted or attempt.stop_intended_at):
            continue
        if not (seen.recording.leaving or attempt.stop_intended_at):
            return _intend(seen, attempt, EndReason.USER)
        steps.append(paced(seen, act.Stop(attempt), Reason.STOPPING))
    return soonest(steps)


def stop_what_never_began(seen: Observation) -> Decision | None:
    """A start has failed after three answers and 90 s without a sign of recording (3)."""
    for attempt in (a for a in seen.attempts if a.sid and not a.confirmed_at):
        streak = seen.trail(attempt).unconfirmed
        if streak and streak.count >= CONFIRM_ANSWERS and streak.seconds >= CONFIRM_SECONDS:
            return _intend(seen, attempt, EndReason.AGORA_FAILURE)
    return None


def stop_before_the_handle_lapses(seen: Observation) -> Decision | None:
    """Past resourceExpiredHour nobody could stop it: end it before, and begin anew (19)."""
    for attempt in (a for a in seen.attempts if a.sid):
        if seen.now >= attempt.acquired_at + HANDLE_LIFE:
            return _intend(seen, attempt, EndReason.LIMIT)
    return None


def start_what_was_prepared(seen: Observation) -> Decision | None:
    """Write B and the finalizer are stored: send the start."""
    for attempt in (a for a in seen.attempts if a.sid is None and not seen.is_unknown(a)):
        if not seen.is_stored(attempt):
            return Decision(act.Amend(attempt), *preparing(seen))
        if seen.storage is None:
            return paced(seen, act.Start(attempt), *preparing(seen))
    return None


def hold_what_cannot_be_stopped(seen: Observation) -> Decision | None:
    """An unknown attempt is never let go because it is old or unwanted (protocol 6, 14)."""
    unknown = [a for a in seen.attempts if seen.is_unknown(a)]
    undecided = any(not (seen.is_dead(a) or is_exhausted(seen, a)) for a in unknown)
    if not unknown or (seen.wants_recording and not undecided and len(seen.attempts) < MAX_OPEN):
        return None
    return Decision.of(act.Wait(seen.tick + LOOK_AGAIN), Reason.SID_UNKNOWN)


def prepare_a_recording(seen: Observation) -> Decision | None:
    """Acquire a resource; storing it comes before anything is done with it (protocol 3)."""
    if any(a.sid for a in seen.attempts):
        return None
    if seen.storage is not None:
        return _blocked(seen, seen.storage)
    if consequences(seen).restarts >= MAX_RESTARTS:
        return Decision.of(act.Wait(), Reason.RECORDING_FAILED)
    return paced(seen, act.Acquire(), *preparing(seen))


def tell_the_layout(seen: Observation) -> Decision | None:
    """The layout is followed while it records, once for each change."""
    attempt = _running(seen)
    if attempt is None or attempt.layout_hash == seen.wanted.layout:
        return None
    action = act.UpdateLayout(attempt)
    return None if pause_of(seen, action) else Decision.of(action, Reason.UPDATING)


def tell_the_subscription(seen: Observation) -> Decision | None:
    """The subscription is followed while it records, once for each change."""
    attempt = _running(seen)
    if attempt is None or attempt.subscription_hash == seen.wanted.subscription:
        return None
    action = act.UpdateSubscription(attempt)
    return None if pause_of(seen, action) else Decision.of(action, Reason.UPDATING)


def keep_watch(seen: Observation) -> Decision:
    """Ask now and then whether it still records. This rule always answers."""
    attempt = next(a for a in reversed(seen.attempts) if a.sid)
    query = act.Query(attempt, attempt.sid or "")
    failed = pause_of(seen, query)
    standing = _standing(seen, attempt, failed)
    due = max(seen.trail(attempt).next_query, failed.until if failed else 0.0)
    action = query if seen.tick >= due else act.Wait(due)
    return Decision(action, standing.reason, standing.message)


RULES: Final[tuple[Rule, ...]] = (
    leave_an_orphan_running,
    close_what_must_have_ended,
    close_what_is_gone,
    close_what_another_excludes,
    close_what_was_never_sent,
    release_when_nothing_can_run,
    put_the_finalizer_on,
    wait_for_a_target,
    stop_what_is_unwanted,
    take_over_what_is_unknown,
    resolve_what_is_unknown,
    stop_what_never_began,
    stop_before_the_handle_lapses,
    start_what_was_prepared,
    hold_what_cannot_be_stopped,
    prepare_a_recording,
    tell_the_layout,
    tell_the_subscription,
    keep_watch,
)

CONFIRMING: Final = "Agora accepted the start; waiting until it confirms that it records."
ASKING_AGAIN: Final = "The outcome of the start is not known yet; the same start is sent again."


def _running(seen: Observation) -> Attempt | None:
    """Return the attempt that Agora confirmed, if one runs."""
    return next((a for a in reversed(seen.attempts) if a.sid and a.confirmed_at), None)


def _let_go(seen: Observation) -> Action:
    return act.Release() if seen.recording.held and not seen.recording.gone else act.Wait()


def _at_rest(seen: Observation) -> tuple[Reason, str]:
    if seen.recording.leaving:
        return Reason.STOPPED, "Nothing runs at Agora any more."
    reason = Reason.COMPLETED if seen.wants_recording else Reason.STOPPED
    return reason, reason.text


def _unknown(seen: Observation, attempt: Attempt) -> tuple[Reason, str]:
    asking = (Reason.STARTING, ASKING_AGAIN)
    return asking if seen.is_startable(attempt) else (Reason.SID_UNKNOWN, Reason.SID_UNKNOWN.text)


def _intend(seen: Observation, attempt: Attempt, why: str) -> Decision:
    """Store that an attempt is to be stopped; that is final for it."""
    intended = attempt.model_copy(update={"stop_intended_at": seen.now, "stop_reason": why})
    return Decision.of(act.Amend(intended), Reason.STOPPING)


def _blocked(seen: Observation, problem: Problem) -> Decision:
    return Decision(act.Wait(seen.tick + LOOK_AGAIN), problem.reason, problem.message)


def _standing(seen: Observation, attempt: Attempt, failed: Pause | None) -> Problem:
    """Say how a recording stands whose sid is known: what fails comes before what is well."""
    confirmed = attempt.confirmed_at is not None
    if failed is not None and not (confirmed and failed.failures <= TOLERATED_FAILURES):
        return failed.problem
    for update in (act.UpdateLayout(attempt), act.UpdateSubscription(attempt)):
        if (pause := pause_of(seen, update)) is not None:
            return pause.problem
    if confirmed:
        return Problem(Reason.RECORDING, f"Agora confirms that {attempt.channel} is recorded.")
    return Problem(Reason.STARTING, CONFIRMING)
