"""What must never be decided, whatever the world looks like."""

from hypothesis import given, settings

from agora_recording.crd.recording import DeletionPolicy
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Decision, Ending
from agora_recording.domain.decision import decide
from agora_recording.domain.ending import is_over
from agora_recording.domain.holdup import MAX_OPEN
from agora_recording.domain.observation import Observation, Problem
from unit.domain.looks import observations

often = settings(max_examples=settings().max_examples * 5 // 2, deadline=None)


@often
@given(observations())
def test_it_always_answers(seen: Observation) -> None:
    """No situation is without an answer, and none breaks the cycle."""
    assert isinstance(decide(seen), Decision)


@often
@given(observations())
def test_nothing_is_let_go_while_it_may_run(seen: Observation) -> None:
    """Release needs an empty list of attempts, or that a person asks for it (protocol 14, 21)."""
    if isinstance(decide(seen).action, act.Release):
        orphan = seen.recording.spec.deletion_policy is DeletionPolicy.ORPHAN
        asked = seen.recording.leaving and (orphan or seen.recording.forced)
        assert asked or not (seen.attempts or seen.record_is_lost)


@often
@given(observations())
def test_nothing_is_started_twice(seen: Observation) -> None:
    """A start is never sent for an attempt whose sid is known, nor beside one (protocol 6)."""
    action = decide(seen).action
    if isinstance(action, act.Start):
        assert action.attempt.sid is None


@often
@given(observations())
def test_a_first_start_is_of_a_stored_intent(seen: Observation) -> None:
    """What only the memory knows is stored before it is started (protocol 3)."""
    action = decide(seen).action
    if isinstance(action, act.Start) and not seen.is_unknown(action.attempt):
        listed = {a.resource_id for a in seen.recording.status.attempts}
        assert action.attempt.resource_id in listed or seen.trail(action.attempt).stored


@often
@given(observations())
def test_a_first_start_is_under_the_finalizer_and_wanted(seen: Observation) -> None:
    """Nothing begins to cost money for an object that could vanish or does not want it."""
    action = decide(seen).action
    if isinstance(action, act.Start) and not seen.is_unknown(action.attempt):
        assert seen.recording.held
        assert seen.wants_recording != bool(action.attempt.probe)


@often
@given(observations())
def test_a_start_has_somewhere_to_put_its_files(seen: Observation) -> None:
    """Without storage no start can be made at all."""
    action = decide(seen).action
    if isinstance(action, act.Start):
        assert seen.storage is None or not seen.wants_recording or action.attempt.probe
        assert not isinstance(seen.target, Problem)


@often
@given(observations())
def test_nothing_is_acquired_beside_a_known_recording(seen: Observation) -> None:
    """Nor for an object that is finished, nor beyond eight, nor beside two that live (5, 6)."""
    if isinstance(decide(seen).action, act.Acquire):
        living = [a for a in seen.attempts if not seen.is_dead(a)]
        assert not any(a.sid for a in seen.attempts)
        assert len(seen.attempts) < MAX_OPEN
        assert not living or (len(seen.attempts) == 1 and _failed_thrice(seen, living[0]))


@often
@given(observations())
def test_nothing_is_acquired_for_what_is_over_but_a_probe(seen: Observation) -> None:
    """A probe is made only beside unknown attempts that are all dead (protocol 16)."""
    action = decide(seen).action
    if isinstance(action, act.Acquire):
        assert action.probe == is_over(seen)
        assert not action.probe or (seen.attempts and all(map(seen.is_dead, seen.attempts)))


@often
@given(observations())
def test_a_wanted_recording_is_stopped_only_after_the_intent(seen: Observation) -> None:
    """The intent is stored first, so that a crash cannot undo it (protocol 10)."""
    action = decide(seen).action
    if isinstance(action, act.Stop):
        assert action.attempt.stop_intended_at or seen.recording.leaving
        assert action.attempt.sid


@often
@given(observations())
def test_an_unknown_attempt_leaves_only_by_proof(seen: Observation) -> None:
    """Its end by time, or another recording of its target after it was dead (protocol 13)."""
    action = decide(seen).action
    if not isinstance(action, act.Close):
        return
    made = action.attempt
    match action.ending:
        case Ending.NEVER_SENT:
            assert not made.sid
            assert not seen.is_unknown(made)
            assert seen.trail(made).acquired is not None or seen.trail(made).stored is False
        case Ending.SUPERSEDED:
            assert seen.is_unknown(made)
            assert seen.is_dead(made)
            assert seen.sighting is not None
            assert seen.sighting.resource_id != made.resource_id
        case Ending.EXPIRED:
            assert made.must_end_by is not None
        case Ending.DUPLICATE:
            assert seen.rival is not None
            assert made.resource_id in seen.rival.resource_ids
        case Ending.LOST:
            assert made.sid is not None
        case other:
            raise AssertionError(other)


@often
@given(observations())
def test_a_failed_call_keeps_its_pause(seen: Observation) -> None:
    """Nothing is asked of Agora again before its pause is over."""
    action = decide(seen).action
    pause = seen.pauses.get(_operation(action))
    if pause is not None and pause.generation == seen.recording.generation:
        assert seen.tick >= pause.until


def _operation(action: act.Action) -> str:
    match action:
        case act.Wait() | act.Amend() | act.Close() | act.Release() | act.AddFinalizer():
            return ""
        case _:
            from agora_recording.domain.pace import operation  # noqa: PLC0415

            return operation(action)


def _failed_thrice(seen: Observation, attempt: Attempt) -> bool:
    """Whether the start of an attempt failed three times (protocol 6)."""
    pause = seen.pauses.get(f"start/{attempt.resource_id}")
    return pause is not None and pause.failures >= 3
