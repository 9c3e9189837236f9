"""What happens next: the rules, in the order in which they are asked.

``decide`` asks the rules in order; the first with an answer wins. So the list reads as the
policy: let go of what is done, keep hold of what may run, stop what is unwanted, start what is
wanted, keep watch. No I/O, no clock, no randomness: everything is in the observation.
The rules follow docs/explanation/protocol.md, whose numbers they quote; those that close an
attempt stand in ``proof``, those for what is unknown in ``unknown``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from agora_recording.crd.recording import DeletionPolicy
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Decision, EndReason
from agora_recording.domain.ending import consequences, has_failed_for_good, is_over
from agora_recording.domain.holdtext import (
    failed,
    holding,
    in_full,
    left_running,
    letting_begin,
    yielding,
)
from agora_recording.domain.holdup import blocked, paced, pause_of, preparing, soonest
from agora_recording.domain.lapse import can_be_told, too_short
from agora_recording.domain.lifetime import confirm_seconds, ends_at, lapses_at
from agora_recording.domain.observation import Observation, Problem
from agora_recording.domain.pace import HEAD_START, HEAD_START_LOOK, operation
from agora_recording.domain.proof import (
    close_what_another_excludes,
    close_what_another_object_has,
    close_what_is_gone,
    close_what_must_have_ended,
    close_what_was_never_sent,
)
from agora_recording.domain.reason import Reason
from agora_recording.domain.standing import standing_of, tells
from agora_recording.domain.topic import is_news
from agora_recording.domain.unknown import (
    hold_what_is_unknown,
    kick_what_cannot_be_stopped,
    probe_what_may_still_run,
    record_what_was_wiped,
    resolutions,
    resolve_what_is_unknown,
    take_over_what_is_unknown,
)

CONFIRM_ANSWERS: Final = 3
"""A start has failed only after so many answers that do not say that it records."""


Rule = Callable[[Observation], Decision | None]


def decide(seen: Observation) -> Decision:
    """Choose the next step for a recording: the first rule with an answer wins."""
    decision = next(decision for rule in RULES if (decision := rule(seen)))
    return in_full(seen, decision)


def leave_an_orphan_running(seen: Observation) -> Decision | None:
    """DeletionPolicy Orphan lets go at once: no start, no stop (protocol 21)."""
    orphan = seen.recording.spec.deletion_policy is DeletionPolicy.ORPHAN
    if not (seen.recording.leaving and orphan):
        return None
    return Decision(_let_go(seen), Reason.ORPHANED, left_running(seen))


def let_go_by_force(seen: Observation) -> Decision | None:
    """A person may let go of a deleted object, once each known recording was asked to stop."""
    if not (seen.recording.deleting and seen.recording.forced):
        return None
    stops = [act.Stop(a) for a in seen.attempts if a.sid and not isinstance(seen.target, Problem)]
    if any(operation(stop) not in seen.pauses for stop in stops):
        return None
    return Decision(_let_go(seen), Reason.FORCE_RELEASED, left_running(seen))


def release_when_nothing_can_run(seen: Observation) -> Decision | None:
    """The finalizer goes only when no attempt is open; then also from finished objects."""
    if seen.attempts or seen.record_is_lost or not is_over(seen):
        return None
    return Decision(_let_go(seen), *_at_rest(seen))


def put_the_finalizer_on(seen: Observation) -> Decision | None:
    """An open attempt is never without the finalizer (protocol 3): write A, and its repair."""
    if not seen.attempts or seen.recording.held or seen.recording.leaving:
        return None
    return Decision(act.AddFinalizer(), *preparing(seen))


def wait_for_a_target(seen: Observation) -> Decision | None:
    """Without project or credentials nothing can be asked of Agora."""
    return blocked(seen, seen.target) if isinstance(seen.target, Problem) else None


def stop_what_is_unwanted(seen: Observation) -> Decision | None:
    """Stop, after the intent is stored; a deletion is intent enough (protocol 10, 14)."""
    newest = max((a.number for a in seen.attempts if a.sid), default=0)
    steps: list[Decision] = []
    for attempt in (a for a in seen.attempts if a.sid):
        unwanted = is_over(seen) or attempt.number < newest or attempt.probe
        if not (unwanted or attempt.stop_intended_at):
            continue
        if not (seen.recording.leaving or attempt.stop_intended_at):
            return _intend(seen, attempt, EndReason.PROBE if attempt.probe else EndReason.USER)
        steps.append(paced(seen, act.Stop(attempt), Reason.STOPPING))
    return soonest(steps)


def stop_what_never_began(seen: Observation) -> Decision | None:
    """A start has failed after three answers and 90 s without a sign of recording (3)."""
    for attempt in (a for a in seen.attempts if a.sid and not a.confirmed_at):
        streak = seen.trail(attempt).unconfirmed
        patience = confirm_seconds(seen)
        if streak and streak.count >= CONFIRM_ANSWERS and streak.seconds >= patience:
            return _intend(seen, attempt, EndReason.AGORA_FAILURE)
    return None


def stop_what_lasted_its_time(seen: Observation) -> Decision | None:
    """End what has been recorded for maxDurationSeconds (10)."""
    for attempt in (a for a in seen.attempts if a.sid):
        ends = ends_at(seen, attempt)
        if ends is not None and seen.now >= ends:
            return _intend(seen, attempt, EndReason.MAX_DURATION)
    return None


def stop_before_its_means_lapse(seen: Observation) -> Decision | None:
    """A token ends, and past resourceExpiredHour nobody could stop it: begin anew before (19)."""
    for attempt in (a for a in seen.attempts if a.sid):
        if seen.now >= lapses_at(attempt):
            return _intend(seen, attempt, EndReason.LIMIT)
    return None


def start_what_was_prepared(seen: Observation) -> Decision | None:
    """Write B and the finalizer are stored: send the start."""
    for attempt in (a for a in seen.attempts if a.sid is None and not seen.is_unknown(a)):
        probing = (Reason.SID_UNKNOWN, holding(seen, seen.unknown))
        said = probing if attempt.probe else preparing(seen)
        if not seen.is_stored(attempt):
            return Decision(act.Amend(attempt), *said)
        if seen.storage is None or attempt.probe:
            return paced(seen, act.Start(attempt), *said)
    return None


def yield_to_another_object(seen: Observation) -> Decision | None:
    """Of several objects for one target one records, and the others wait for it (20)."""
    if seen.rival is None or seen.attempts:
        return None
    return Decision(act.Wait(), Reason.DUPLICATE_TARGET, yielding(seen, seen.rival))


def let_those_begin_that_it_is_kept_away_from(seen: Observation) -> Decision | None:
    """What is to be avoided must have begun: it is waited for while the object is new."""
    first = seen.neighbours.awaited
    if first is None or seen.attempts or not seen.recording.created:
        return None
    until = datetime.fromisoformat(seen.recording.created) + HEAD_START
    look = act.Wait(seen.tick + HEAD_START_LOOK)
    early = seen.now < until
    return Decision(look, Reason.STARTING, letting_begin(first, until)) if early else None


def prepare_a_recording(seen: Observation) -> Decision | None:
    """Acquire a resource; storing it comes before anything is done with it (protocol 3)."""
    if any(a.sid for a in seen.attempts):
        return None
    if (problem := seen.closed or seen.storage or too_short(seen)) is not None:
        return blocked(seen, problem)
    if has_failed_for_good(seen):
        return Decision(act.Wait(), Reason.RECORDING_FAILED, failed(seen))
    steps = [paced(seen, act.Acquire(), *preparing(seen)), *resolutions(seen)]
    return soonest(steps)


def tell_what_changed(seen: Observation) -> Decision | None:
    """What can change is followed while it records, once for each change (and once after 22).

    What failed lately waits: looking on comes first then.
    """
    attempt = _running(seen)
    if attempt is None:
        return None
    unsure = seen.trail(attempt).unsure
    news = (t for t in seen.wanted if t in unsure or is_news(t, attempt.told, seen.wanted))
    words = (act.Tell(attempt, topic) for topic in news if can_be_told(seen, attempt, topic))
    due = next((tell for tell in words if not pause_of(seen, tell)), None)
    return Decision.of(due, Reason.UPDATING) if due else None


def keep_watch(seen: Observation) -> Decision:
    """Ask now and then whether it still records. This rule always answers."""
    attempt = next(a for a in reversed(seen.attempts) if a.sid)
    query = act.Query(attempt, attempt.sid or "")
    pause = pause_of(seen, query)
    standing = standing_of(seen, attempt, pause)
    due = max(seen.trail(attempt).next_query, pause.until if pause else 0.0)
    again = [held.until for tell in tells(attempt) if (held := pause_of(seen, tell))]
    ends = ends_at(seen, attempt)
    again += [seen.tick + (ends - seen.now).total_seconds()] if ends else []
    action = query if seen.tick >= due else act.Wait(min([due, *again]))
    return Decision(action, standing.reason, standing.message)


RULES: Final[tuple[Rule, ...]] = (
    leave_an_orphan_running,
    close_what_must_have_ended,
    close_what_is_gone,
    close_what_another_excludes,
    close_what_another_object_has,
    close_what_was_never_sent,
    release_when_nothing_can_run,
    let_go_by_force,
    put_the_finalizer_on,
    wait_for_a_target,
    record_what_was_wiped,
    stop_what_is_unwanted,
    take_over_what_is_unknown,
    resolve_what_is_unknown,
    stop_what_never_began,
    stop_what_lasted_its_time,
    stop_before_its_means_lapse,
    start_what_was_prepared,
    kick_what_cannot_be_stopped,
    probe_what_may_still_run,
    hold_what_is_unknown,
    yield_to_another_object,
    let_those_begin_that_it_is_kept_away_from,
    prepare_a_recording,
    tell_what_changed,
    keep_watch,
)


def _running(seen: Observation) -> Attempt | None:
    """Return the attempt that Agora confirmed, if one runs."""
    return next((a for a in reversed(seen.attempts) if a.sid and a.confirmed_at), None)


def _let_go(seen: Observation) -> Action:
    return act.Release() if seen.recording.held and not seen.recording.gone else act.Wait()


def _at_rest(seen: Observation) -> tuple[Reason, str]:
    if seen.recording.leaving:
        return Reason.STOPPED, "Nothing runs at Agora any more."
    if not seen.wants_recording:
        return Reason.STOPPED, Reason.STOPPED.text
    if consequences(seen).end_reason == EndReason.AGORA_FAILURE:
        return Reason.RECORDING_FAILED, failed(seen)
    return Reason.COMPLETED, Reason.COMPLETED.text


def _intend(seen: Observation, attempt: Attempt, why: str) -> Decision:
    """Store that an attempt is to be stopped; that is final for it."""
    intended = attempt.model_copy(update={"stop_intended_at": seen.now, "stop_reason": why})
    return Decision.of(act.Amend(intended), Reason.STOPPING)
