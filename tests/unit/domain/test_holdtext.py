"""The words for what holds an object up, beyond those that the golden texts show."""

from dataclasses import replace
from datetime import datetime

import pytest

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Decision, Ending
from agora_recording.domain.claim import Rival
from agora_recording.domain.holdtext import (
    ANEW,
    beside,
    failed,
    failing,
    holding,
    in_full,
    left_running,
)
from agora_recording.domain.observation import Observation, Pause, Problem, Trail
from agora_recording.domain.pace import operation
from agora_recording.domain.reason import Reason
from builders import NOW, TICK, ago, attempt, observation, page_spec, past, running, status
from unit.domain.situations import DEAD, LEAVING, LIVE, LOST, STOPPED, TWO, sent

BROKE_OFF = "Agora said that it broke off"
NOT_CONFIRMED = "Agora did not confirm that it records"
NOT_FOUND = "Agora did not find it any more"
FIRST, SECOND = attempt("r1", acquired_at=ago(90)), attempt("r2", number=2, acquired_at=ago(30))
WIPED_NOW = attempt("lost-record-20260301120000", number=3, acquired_at=NOW)


def said(reason: Reason, message: str, action: act.Action | None = None) -> Decision:
    """Return a decision to wait, or to do something, with this message."""
    return Decision(action or act.Wait(), reason, message)


def search(seen: Observation) -> str:
    """Return what is said of the search for the sid."""
    return beside(seen, said(Reason.SID_UNKNOWN, "Words."))


@pytest.mark.parametrize(("running_at", "had"), [(ago(3600), True), (None, False)])
def test_only_a_page_that_was_seen_to_run_is_said_to_be_done_after_its_hours(
    running_at: datetime | None, *, had: bool
) -> None:
    """Of another one a new start is tried."""
    page = {"mode": "web", "acquired_at": ago(7200), "must_end_by": ago(-1080)}
    lost = attempt("page", **page, running_at=running_at)
    words = holding(observation(lost, of={"spec": page_spec()}), [lost])

    assert ("Agora was seen to record it" in words) is had
    assert ("a new start is tried" in words) is not had


@pytest.mark.parametrize(
    "decision",
    [
        said(Reason.SID_UNKNOWN, "Words."),
        said(Reason.STARTING, ""),
        said(Reason.STARTING, "Words."),
    ],
)
def test_what_says_enough_is_left_as_it_is(decision: Decision) -> None:
    """Only who says nothing of what is unknown is given the words."""
    assert decision is in_full(observation(DEAD), decision)


@pytest.mark.parametrize(
    ("decision", "members"),
    [
        (said(Reason.STARTING, "Words."), {}),
        (said(Reason.RECORDING, "Words."), LEAVING),
        (said(Reason.STARTING, "Words.", act.Acquire()), LEAVING),
        (said(Reason.STOPPING, "Words."), LEAVING),
    ],
)
def test_who_need_not_let_go_hears_nothing_of_it(
    decision: Decision, members: dict[str, object]
) -> None:
    """Only who waits for a deleted object does, and not for a stop that Agora has taken."""
    assert not beside(observation(DEAD, of=members), decision)


@pytest.mark.parametrize("why", ["Limit", "AgoraFailure"])
def test_what_is_stopped_although_it_is_wanted_says_why(why: str) -> None:
    """Until it is wanted no more, or until something fails, which comes first."""
    stops = running(stop_intended_at=NOW, stop_reason=why)
    wanted, unwanted = observation(stops), observation(stops, of=STOPPED)
    decision = Decision.of(act.Stop(stops), Reason.STOPPING)
    failing = said(Reason.STOPPING, "Words.")

    assert in_full(wanted, decision).message == ANEW[why]
    assert in_full(unwanted, decision) is decision
    assert in_full(wanted, failing) is failing


def test_what_is_unknown_is_said_in_full() -> None:
    """Whoever meets it in passing need not find the words."""
    message = in_full(observation(DEAD), said(Reason.SID_UNKNOWN, "")).message

    assert message.startswith("Start of 2026-03-01T11:50:00Z unanswered")


@pytest.mark.parametrize("reason", [Reason.STARTING, Reason.SECRET_NOT_FOUND])
def test_who_waits_for_a_deleted_object_hears_how_to_let_go(reason: Reason) -> None:
    """Whatever it is that is waited for."""
    found = beside(observation(DEAD, of=LEAVING), said(reason, "Words."))

    assert found == "To let go regardless, annotate recording.agora.io/force-release=true."


@pytest.mark.parametrize(
    ("why", "cause"),
    [
        ("AgoraFailure", NOT_CONFIRMED),
        (Ending.ABNORMAL, BROKE_OFF),
        (Ending.LOST, NOT_FOUND),
        (Ending.ENDED, "Agora ended it, as if the page did not load"),
        (Ending.STOPPED, None),
    ],
)
def test_a_failure_says_its_cause(why: str, cause: str | None) -> None:
    """Where Agora said one."""
    problem = failing(why)

    assert problem.reason is Reason.RESTARTING
    assert cause is None or f" {cause}. " in problem.message
    assert (NOT_CONFIRMED in problem.message) == (cause == NOT_CONFIRMED)


def over(number: int, ending: Ending, why: str | None = None) -> Trail:
    """Return the trail of an attempt that is over."""
    made = running(f"r{number}", number=number, stop_reason=why)
    return Trail(made, stored=True, ending=ending, ended_at=NOW)


CAUSES = [
    ("none is known", observation(), None),
    (
        "it is in the status",
        observation(of={"status": status(last_attempts=(past(reason="Lost"),))}),
        NOT_FOUND,
    ),
    (
        "the status does not know it yet",
        observation(
            trails=[over(1, Ending.ABNORMAL)],
            of={"status": status(last_attempts=(past(reason="Lost"),))},
        ),
        BROKE_OFF,
    ),
    (
        "the last one counts",
        observation(trails=[over(1, Ending.LOST), over(2, Ending.ABNORMAL)]),
        BROKE_OFF,
    ),
    (
        "a stop has its own reason",
        observation(trails=[over(1, Ending.LOST, "AgoraFailure")]),
        NOT_CONFIRMED,
    ),
    (
        "one that says nothing is passed over",
        observation(trails=[over(1, Ending.LOST), over(2, Ending.STOPPED)]),
        NOT_FOUND,
    ),
]


@pytest.mark.parametrize(
    ("seen", "cause"), [row[1:] for row in CAUSES], ids=[row[0] for row in CAUSES]
)
def test_too_many_failures_say_the_cause_of_the_last(seen: Observation, cause: str | None) -> None:
    """Where Agora said one."""
    message = failed(seen)

    assert (f" The last: {cause}. " in message) == (cause is not None)
    assert ("The last" in message) == (cause is not None)


def test_nothing_unknown_is_said_in_general() -> None:
    """A reason without an attempt still explains itself."""
    assert holding(observation(), ()) == Reason.SID_UNKNOWN.text


def test_of_several_unknown_starts_the_first_and_the_last_count() -> None:
    """Since when it is so, until when the last can be repeated, and when the last one is dead."""
    seen = observation(FIRST, SECOND, trails=[sent(FIRST), sent(SECOND)], of=STOPPED)
    message = holding(seen, (SECOND, FIRST))

    assert message.startswith("Starts since 2026-03-01T11:58:30Z ")
    assert "From 2026-03-01T12:07:30Z " in message
    assert search(seen).startswith("Until 2026-03-01T12:04:30Z the same start is sent again")


def test_the_search_is_told_of_what_can_be_searched_for() -> None:
    """What stands for a wiped record leaves no file of a known time."""
    trouble = Pause(TICK + 9, 1, Problem(Reason.SID_UNKNOWN, "It may not be listed."), 1)
    silent = replace(trouble, problem=Problem(Reason.SID_UNKNOWN, ""))
    of_wiped, of_dead = (operation(act.FindSid(a)) for a in (WIPED_NOW, DEAD))
    seen = observation(DEAD, WIPED_NOW, trails=[sent(DEAD)], searchable=True)
    searching = "The bucket is searched for the sid every minute."

    assert searching == search(replace(seen, pauses={of_wiped: trouble}))
    assert searching == search(replace(seen, pauses={of_dead: silent}))
    assert "searched: It may not be listed." in search(replace(seen, pauses={of_dead: trouble}))


def test_one_search_in_trouble_is_told_although_another_found_nothing() -> None:
    """A bucket that may not be listed is worth a word for any of several starts."""
    old = attempt("older", acquired_at=ago(900))
    first, second = (operation(act.FindSid(made)) for made in (old, DEAD))
    nothing = Pause(TICK + 9, 1, Problem(Reason.SID_UNKNOWN, ""), 1)
    trouble = replace(nothing, problem=Problem(Reason.SID_UNKNOWN, "It may not be listed."))
    pauses = {first: nothing, second: trouble}
    seen = observation(old, DEAD, trails=[sent(old), sent(DEAD)], searchable=True, pauses=pauses)

    assert "searched: It may not be listed." in search(seen)


@pytest.mark.parametrize(
    ("reason", "refused"), [(Reason.SID_UNKNOWN, True), (Reason.AGORA_UNAVAILABLE, False)]
)
def test_only_a_refusal_says_that_something_records(reason: Reason, *, refused: bool) -> None:
    """An outage of Agora says nothing of it."""
    pause = Pause(TICK + 9, 1, Problem(reason, ""), 1)
    seen = observation(DEAD, trails=[sent(DEAD)], pauses={operation(act.Acquire()): pause})

    assert refused == ("Agora refuses a new one" in holding(seen, seen.unknown))


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("attempts", [(LOST,), TWO], ids=["one", "two"])
def test_what_is_held_of_a_deleted_object_can_be_read_at_a_glance(
    attempts: tuple[Attempt, ...], *, started: bool
) -> None:
    """Whatever is known of the start."""
    trails = [sent(made, started=started) for made in attempts]
    seen = observation(*attempts, trails=trails, of=LEAVING)
    message = holding(seen, seen.unknown)

    assert message.endswith("annotate recording.agora.io/force-release=true.")
    assert len(message) <= 200


PAGES = tuple(attempt(f"p{n}", number=n, mode="web", acquired_at=ago(600)) for n in range(1, 9))


@pytest.mark.parametrize(
    ("attempts", "members", "said"),
    [
        (PAGES[:1], STOPPED, "From 2026-03-01T11:58:00Z test starts tell its end."),
        (PAGES, {}, "Once maxDurationSeconds have passed, in whole hours, delete and"),
        (PAGES, LEAVING, "Once maxDurationSeconds have passed, in whole hours, annotate"),
    ],
    ids=["unwanted", "too many", "too many of a deleted object"],
)
def test_a_page_ends_by_its_hours(
    attempts: tuple[Attempt, ...], members: dict[str, object], said: str
) -> None:
    """Nobody waits for a channel to be empty, and nobody is removed from one."""
    seen = observation(*attempts, trails=[sent(a) for a in attempts], of=members, kicks=True)
    message = holding(seen, seen.unknown)

    assert said in message
    assert "maxIdleSeconds" not in message
    assert "kicked" not in message


def test_what_is_left_running_is_named() -> None:
    """A person can then end it."""
    assert left_running(observation()) == "Left running at Agora: nothing."
    assert left_running(observation(DEAD, LIVE)) == (
        "Left running at Agora: resourceId dead, sid unknown; resourceId r1, sid sid-r1."
    )


@pytest.mark.parametrize(
    ("namespace", "named"),
    [("lessons", "CloudRecording older"), ("another", "one in another namespace")],
)
def test_the_end_is_shown_by_who_has_the_target(namespace: str, named: str) -> None:
    """Who it is in another namespace is nobody's business."""
    of = {"namespace": "lessons", **LEAVING}
    seen = observation(DEAD, trails=[sent(DEAD)], of=of, rival=Rival(namespace, "older"))
    message = holding(seen, seen.unknown)

    assert f"Its end shows once {named} records." in message
    assert len(message) <= 200
