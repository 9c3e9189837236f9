import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora.errors import AgoraError, Ambiguous, NotFound, Refused, Said, Unavailable
from agora_recording.domain import action as act
from agora_recording.domain.action import Action
from agora_recording.domain.observation import Pause, Problem, Streak, Trail
from agora_recording.domain.pace import DELAYS, next_query, operation, pause_after
from agora_recording.domain.reason import Health, Reason
from agora_recording.domain.topic import Topic
from agora_recording.translate.answers import problem
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
    """Doubled each time up to a bound; chance takes up to a quarter of it off."""
    first, longest = DELAYS[reason]
    pause = None
    for _ in range(failures):
        pause = pause_after(
            "start/r1", Problem(reason, ""), pause, tick=0.0, generation=3, jitter=jitter
        )
    full = min(first * 2 ** (failures - 1), longest)

    assert pause is not None
    assert pause.until == pytest.approx(full - full * jitter / 4)
    assert (failures, 3) == (pause.failures, pause.generation)


def test_agoras_own_wait_is_kept() -> None:
    """Retry-After is longer than the delay: it counts."""
    pause = pause_after(
        "start/r1", Problem(Reason.RATE_LIMITED, "", 25), None, tick=5, generation=1, jitter=0
    )

    assert pause.until == 30


def after(key: str, reason: Reason, failures: int) -> Pause:
    """Return the pause after so many failures, as long as it can be."""
    pause = None
    for _ in range(failures):
        pause = pause_after(key, Problem(reason, ""), pause, tick=0.0, generation=1, jitter=0.0)
    assert pause is not None
    return pause


@pytest.mark.parametrize(
    ("key", "reason", "first", "longest"),
    [
        ("acquire", Reason.TARGET_BUSY, 2, 30),
        ("acquire", Reason.TARGET_IN_USE, 40, 300),
        ("acquire", Reason.AGORA_UNAVAILABLE, 2, 20),
        ("acquire", Reason.KUBE_UNAVAILABLE, 0.2, 30),
        ("acquire", Reason.RATE_LIMITED, 2, 30),
        ("acquire", Reason.CONCURRENCY_LIMIT, 10, 60),
        ("acquire", Reason.RESTARTING, 5, 300),
        ("acquire", Reason.CREDENTIALS_REFUSED, 40, 60),
        ("acquire", Reason.SERVICE_DISABLED, 40, 60),
        ("acquire", Reason.REQUEST_REFUSED, 60, 600),
        ("start/r1", Reason.SID_UNKNOWN, 5, 300),
        ("findsid/r1", Reason.SID_UNKNOWN, 5, 60),
        ("probe", Reason.SID_UNKNOWN, 30, 600),
        ("kick/r1", Reason.SID_UNKNOWN, 120, 1200),
        ("stop/r1", Reason.STOPPING, 5, 30),
        ("stale", Reason.STARTING, 0, 0),
    ],
)
def test_paces_that_people_are_told(key: str, reason: Reason, first: float, longest: float) -> None:
    """Messages and documentation name them; a kind of operation may have one of its own."""
    assert (first, longest) == (after(key, reason, 1).until, after(key, reason, 20).until)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (act.Acquire(), "acquire"),
        (act.Acquire(probe=True), "probe"),
        (act.Start(attempt()), "start/r1"),
        (act.Query(attempt(), "sid"), "query/r1"),
        (act.FindSid(attempt()), "findsid/r1"),
        (act.Kick(attempt()), "kick/r1"),
        (act.Stop(attempt()), "stop/r1"),
        (act.Tell(attempt(), Topic.LAYOUT), "telllayout/r1"),
        (act.Tell(attempt(), Topic.SUBSCRIPTION), "tellsubscription/r1"),
    ],
)
def test_a_failure_holds_up_one_kind_of_call_of_one_attempt(action: Action, expected: str) -> None:
    """A stop of one recording is not held up by that of another, nor by its query."""
    assert expected == operation(action)


@pytest.mark.parametrize(
    ("trail", "expected"),
    [
        (Trail(attempt(sid="s")), 5),
        (Trail(attempt(sid="s"), unconfirmed=Streak(0, 0, 1)), 5),
        (Trail(attempt(sid="s"), unconfirmed=Streak(0, 9, 2)), 10),
        (Trail(attempt(sid="s"), unconfirmed=Streak(0, 9, 3)), 15),
        (Trail(attempt(sid="s"), unconfirmed=Streak(0, 9, 99)), 15),
        (Trail(running(), absence=Streak(0, 0, 1)), 5),
        (Trail(running(), absence=Streak(0, 0, 2)), 10),
        (Trail(running(), absence=Streak(0, 0, 3)), 15),
        (Trail(running(), absence=Streak(0, 0, 4)), 30),
        (Trail(running(), absence=Streak(0, 0, 50)), 30),
        (Trail(running()), 120 * 1.0),
    ],
)
def test_looks_follow_agoras_advice(trail: Trail, expected: float) -> None:
    """Soon after the start and while it is not found, seldom while it records."""
    assert 100 + expected == next_query(trail, tick=100, poll_seconds=120, jitter=0.5)


@given(st.floats(0, 1))
def test_polls_are_spread_by_a_fifth(jitter: float) -> None:
    """Thousands of recordings are not asked about at the same moment."""
    due = next_query(Trail(running()), tick=0, poll_seconds=120, jitter=jitter)

    assert due == pytest.approx(96 + 48 * jitter)
