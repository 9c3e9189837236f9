import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora.errors import AgoraError, Ambiguous, NotFound, Refused, Said, Unavailable
from agora_recording.domain.observation import Problem, Streak, Trail
from agora_recording.domain.pace import (
    ABSENT_DELAYS,
    CONFIRM_DELAYS,
    DELAYS,
    next_query,
    pause_after,
)
from agora_recording.domain.reason import Health, Reason
from agora_recording.translate import problem
from builders import attempt, running

FROM_EFFECTS = {
    Reason.AGORA_UNAVAILABLE,
    Reason.STOPPING,
    Reason.SID_UNKNOWN,
    Reason.TARGET_BUSY,
    Reason.TARGET_IN_USE,
    Reason.RESTARTING,
}
"""Reasons of failures that the effects name themselves."""


@given(
    st.sampled_from([Ambiguous, NotFound, Refused, Unavailable]),
    st.none() | st.integers(200, 599) | st.sampled_from([400, 401, 403, 404, 429]),
    st.none() | st.integers(0, 2000) | st.sampled_from([2, 400, 405, 406]),
)
def test_every_failure_has_a_pause(
    kind: type[AgoraError], status: int | None, code: int | None
) -> None:
    """No failure breaks the cycle for want of a delay."""
    found = problem(kind("start", Said(status, code)))

    assert found.reason in DELAYS
    assert found.message
    assert pause_after("start/r1", found, None, tick=0.0, generation=1, jitter=0.5).until > 0


def test_every_failure_of_the_effects_has_a_pause() -> None:
    """What effects say of a failure without Agora's help has a delay as well."""
    assert DELAYS.keys() >= FROM_EFFECTS


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained(reason: Reason) -> None:
    """Each has a meaning; what only a person can mend says how."""
    assert reason.meaning.endswith(".")
    assert reason.value == str(reason)
    if reason.health is Health.STALLED:
        assert reason.remedy.endswith(".")


@given(st.sampled_from(sorted(DELAYS)), st.integers(1, 40), st.floats(0, 1))
def test_pauses_grow_within_their_bounds(reason: Reason, failures: int, jitter: float) -> None:
    """At least three quarters of the delay, at most all of it, doubled each time up to a bound."""
    first, longest = DELAYS[reason]
    pause = None
    for _ in range(failures):
        pause = pause_after(
            "start/r1", Problem(reason, ""), pause, tick=0.0, generation=3, jitter=jitter
        )
    full = min(first * 2 ** (failures - 1), longest)

    assert pause is not None
    assert 0.75 * full <= pause.until <= full
    assert (failures, 3) == (pause.failures, pause.generation)


def test_agoras_own_wait_is_kept() -> None:
    """Retry-After is longer than the delay: it counts."""
    pause = pause_after(
        "start/r1", Problem(Reason.RATE_LIMITED, "", 25), None, tick=5, generation=1, jitter=0
    )

    assert pause.until == 30


@pytest.mark.parametrize(
    ("trail", "expected"),
    [
        (Trail(attempt(sid="s")), CONFIRM_DELAYS[0]),
        (Trail(attempt(sid="s"), unconfirmed=Streak(0, 0, 1)), CONFIRM_DELAYS[1]),
        (Trail(attempt(sid="s"), unconfirmed=Streak(0, 9, 99)), CONFIRM_DELAYS[-1]),
        (Trail(running(), absence=Streak(0, 0, 1)), ABSENT_DELAYS[0]),
        (Trail(running(), absence=Streak(0, 0, 3)), ABSENT_DELAYS[2]),
        (Trail(running(), absence=Streak(0, 0, 50)), ABSENT_DELAYS[-1]),
        (Trail(running()), 120 * 1.0),
    ],
)
def test_looks_follow_agoras_advice(trail: Trail, expected: float) -> None:
    """Soon after the start and while it is not found, seldom while it records."""
    assert 100 + expected == next_query(trail, tick=100, poll_seconds=120, jitter=0.5)


@given(st.floats(0, 1))
def test_polls_are_spread_by_a_fifth(jitter: float) -> None:
    """Thousands of recordings are not asked about at the same moment."""
    assert 95.9 < next_query(Trail(running()), tick=0, poll_seconds=120, jitter=jitter) < 144.1
