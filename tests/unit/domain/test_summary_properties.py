"""What the status never says, whatever has happened."""

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings

from agora_recording.crd.status import CloudRecordingStatus, Condition
from agora_recording.domain import action as act
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Observation
from agora_recording.domain.reason import Reason
from agora_recording.domain.summary import PAST_KEPT, summarise
from unit.domain.looks import observations, saved

often = settings(max_examples=settings().max_examples * 5 // 2, deadline=None)


def kstatus(seen: Observation, status: CloudRecordingStatus) -> str:
    """Return what kubectl wait, Flux and Helm make of a status (cli-utils, generic.go)."""
    if seen.recording.deleting:
        return "Terminating"
    if status.observed_generation != seen.recording.generation:
        return "InProgress"
    for condition in status.conditions:
        if condition.type == "Reconciling" and condition.status == "True":
            return "InProgress"
        if condition.type == "Stalled" and condition.status == "True":
            return "Failed"
    ready = by_type(status).get("Ready")
    return "Current" if ready is None or ready.status == "True" else "InProgress"


def by_type(status: CloudRecordingStatus) -> dict[str, Condition]:
    """Return the conditions by their type."""
    return {condition.type: condition for condition in status.conditions}


@often
@given(observations())
def test_what_did_not_change_costs_no_write(seen: Observation) -> None:
    """A status made of its own result is the same."""
    once = summarise(seen, decide(seen))
    again = saved(seen, once)

    assert once == summarise(again, decide(seen))


@often
@given(observations())
def test_nothing_is_current_before_it_records(seen: Observation) -> None:
    """Kubectl wait returns only when Agora confirmed, or when nothing is wanted any more."""
    status = summarise(seen, decide(seen))
    if kstatus(seen, status) == "Current" and seen.wants_recording:
        confirmed = any(a.sid and a.confirmed_at for a in status.attempts)
        assert confirmed or status.phase == "Completed"


@often
@given(observations())
def test_conditions_agree_with_each_other(seen: Observation) -> None:
    """Ready always exists; Reconciling and Stalled are never both true, nor beside Ready."""
    found = by_type(summarise(seen, decide(seen)))
    bad = [kind for kind in ("Reconciling", "Stalled") if kind in found]

    assert "Ready" in found
    assert len(bad) <= 1
    assert (found["Ready"].status == "True") == (not bad)
    assert all(c.status == "True" for c in found.values() if c.type in bad)


@often
@given(observations())
def test_no_open_attempt_is_ever_forgotten(seen: Observation) -> None:
    """Every attempt stays listed with its sid until it is proven over (protocol 2)."""
    status = summarise(seen, decide(seen))

    assert [(a.resource_id, a.sid) for a in seen.attempts] == [
        (a.resource_id, a.sid) for a in status.attempts
    ]
    assert len(status.last_attempts) <= PAST_KEPT
    assert len({p.resource_id for p in status.last_attempts}) == len(status.last_attempts)


@often
@given(observations())
def test_resource_id_is_set_while_something_may_exist(seen: Observation) -> None:
    """It is what locks the spec."""
    status = summarise(seen, decide(seen))

    assert bool(status.attempts) == (status.resource_id is not None)


@often
@given(observations())
def test_a_condition_keeps_its_time_until_it_changes(seen: Observation) -> None:
    """LastTransitionTime says since when it has been so."""
    first = summarise(seen, decide(seen))
    later = replace(saved(seen, first), now=seen.now.replace(hour=20))
    second = by_type(summarise(later, decide(seen)))

    for kind, condition in by_type(first).items():
        if kind in second and second[kind].status == condition.status:
            assert condition.last_transition_time == second[kind].last_transition_time


@often
@given(observations())
def test_messages_hold_nothing_that_varies(seen: Observation) -> None:
    """A message with an id, a counter or the time would wake the operator by itself."""
    named = {Reason.ORPHANED, Reason.FORCE_RELEASED}  # these name what they leave running, once
    if seen.recording.gone:
        return  # nobody reads the conditions of what is gone
    for condition in summarise(seen, decide(seen)).conditions:
        fixed = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|Secret s3", "", condition.message)
        assert condition.reason in named or not any(map(str.isdigit, fixed))


def ages(seen: Observation) -> list[tuple[bool, bool]]:
    """Return of each attempt whether it could still be started, and whether it is dead."""
    return [(seen.is_startable(a), seen.is_dead(a)) for a in seen.attempts]


@often
@given(observations())
def test_messages_do_not_change_with_time(seen: Observation) -> None:
    """But when an attempt lapses or dies; the times that a message names are those of attempts."""
    later = replace(seen, now=seen.now + timedelta(seconds=1), tick=seen.tick + 1)
    now, then = decide(seen), decide(later)
    stored = not isinstance(now.action, act.Amend)  # which may store the time of this look
    same = now.reason is then.reason and type(now.action) is type(then.action)
    if stored and same and ages(seen) == ages(later):
        assert now.message == then.message
