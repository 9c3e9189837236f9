"""What must never be decided, whatever the world looks like."""

from hypothesis import given, settings

from agora_recording.crd.recording import DeletionPolicy
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Decision, Ending
from agora_recording.domain.decision import MAX_OPEN, decide
from agora_recording.domain.ending import consequences
from agora_recording.domain.observation import Observation, Problem
from unit.domain.looks import observations

often = settings(max_examples=250, deadline=None)


@often
@given(observations())
def test_it_always_answers(seen: Observation) -> None:
    """No situation is without an answer, and none breaks the cycle."""
    assert isinstance(decide(seen), Decision)


@often
@given(observations())
def test_nothing_is_let_go_while_it_may_run(seen: Observation) -> None:
    """Release needs an empty list of attempts, or the policy Orphan (protocol 14, 21)."""
    if isinstance(decide(seen).action, act.Release):
        orphan = seen.recording.spec.deletion_policy is DeletionPolicy.ORPHAN
        assert not seen.attempts or (orphan and seen.recording.leaving)


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
        assert seen.wants_recording


@often
@given(observations())
def test_a_start_has_somewhere_to_put_its_files(seen: Observation) -> None:
    """Without storage no start can be made at all."""
    if isinstance(decide(seen).action, act.Start):
        assert seen.storage is None
        assert not isinstance(seen.target, Problem)


@often
@given(observations())
def test_nothing_is_acquired_beside_a_known_recording(seen: Observation) -> None:
    """Nor for an object that is deleted, stopped or finished, nor beyond eight (protocol 5)."""
    if isinstance(decide(seen).action, act.Acquire):
        assert not any(a.sid for a in seen.attempts)
        assert seen.wants_recording
        assert not consequences(seen).finished or seen.attempts
        assert len(seen.attempts) < MAX_OPEN
        assert all(seen.is_dead(a) or _failed_thrice(seen, a) for a in seen.attempts)


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
            assert any(a.confirmed_at for a in seen.attempts)
        case Ending.EXPIRED:
            assert made.must_end_by is not None
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
