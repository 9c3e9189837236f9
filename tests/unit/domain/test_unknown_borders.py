"""Decisions about starts whose outcome is unknown, on either side of a border."""

import pytest

from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain import action as act
from agora_recording.domain.action import Action
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import FINALIZER, Observation
from agora_recording.domain.reason import Reason
from builders import NOW, OTHER, TICK, ago, attempt, observation, past
from unit.domain.situations import (
    DEAD,
    EIGHT,
    GONE,
    LEAVING,
    LOST,
    NO_SECRET,
    WIPED,
    failing,
    sent,
)

LOOK_AGAIN = TICK + 31
AGING = attempt("aging", number=2, acquired_at=ago(400))
YOUNG = attempt("young", number=2, acquired_at=ago(60))
FIRST, SECOND, THIRD = EIGHT[:3]
LOST_RECORD = attempt("lost-record-20260301115000", number=2, acquired_at=ago(600))
IN_AN_HOUR = attempt("dead", acquired_at=ago(600), must_end_by=ago(-3600))
IN_TWO_HOURS = attempt("dead", acquired_at=ago(600), must_end_by=ago(-7200))
SOONER = attempt("dead", acquired_at=ago(600), must_end_by=ago(-3599))
SENT_FIRST, SENT_SECOND = sent(FIRST), sent(SECOND)
ANSWERED = [*(sent(a) for a in EIGHT[:-1]), sent(EIGHT[-1], answered=True)]
PROBE = act.Acquire(probe=True)

PROBING = (
    (
        "a full list is not probed although Agora answers",
        observation(*EIGHT, trails=ANSWERED, of=LEAVING),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "seven open attempts leave room for a probe",
        observation(*EIGHT[1:], trails=ANSWERED[1:], of=LEAVING),
        PROBE,
    ),
    (
        "all unknown starts must be dead before a probe can tell of them",
        observation(DEAD, AGING, trails=[sent(DEAD), sent(AGING, answered=True)], of=LEAVING),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "what ends in an hour is probed",
        observation(IN_AN_HOUR, trails=[sent(IN_AN_HOUR)], of=LEAVING),
        PROBE,
    ),
    (
        "what ends in two hours is probed",
        observation(IN_TWO_HOURS, trails=[sent(IN_TWO_HOURS)], of=LEAVING),
        PROBE,
    ),
    (
        "what ends a second sooner is waited for",
        observation(SOONER, trails=[sent(SOONER)], of=LEAVING),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "no probe is sent while Agora answers no start",
        observation(
            FIRST,
            SECOND,
            trails=[SENT_FIRST, SENT_SECOND],
            pauses=failing(act.Start(SECOND)),
            of=LEAVING,
        ),
        act.Wait(TICK + 7),
    ),
    (
        "a wiped record is not searched for: nobody knows since when",
        observation(LOST_RECORD, searchable=True, of=LEAVING),
        PROBE,
    ),
    (
        "nobody is removed while a candidate is being asked about",
        observation(
            DEAD,
            trails=[sent(DEAD, candidates=("maybe",))],
            searchable=True,
            kicks=True,
            pauses=failing(act.Query(DEAD, "maybe")),
            of=LEAVING,
        ),
        PROBE,
    ),
)
VANISHED = (
    (
        "what a vanished object may have left running is searched for",
        observation(
            DEAD,
            trails=[sent(DEAD)],
            searchable=True,
            pauses=failing(act.FindSid(DEAD)),
            of=GONE,
        ),
        act.Wait(TICK + 7),
    ),
    (
        "it is not given up while it may begin late",
        observation(AGING, trails=[sent(AGING)], of=GONE),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "nor while one of two may",
        observation(DEAD, AGING, trails=[sent(DEAD), sent(AGING, answered=True)], of=GONE),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "nobody can be made the owner of an attempt whose object is gone",
        observation(attempt(owner=OTHER, acquired_at=ago(60)), of=GONE),
        act.Start(attempt(owner=OTHER, acquired_at=ago(60))),
    ),
)
UNANSWERED = (
    (
        "after two starts without an answer Agora is asked with the last, which cannot begin",
        observation(FIRST, SECOND, trails=[SENT_FIRST, SENT_SECOND]),
        act.Start(SECOND),
    ),
    (
        "of three with the third",
        observation(FIRST, SECOND, THIRD, trails=[SENT_FIRST, SENT_SECOND, sent(THIRD)]),
        act.Start(THIRD),
    ),
    (
        "not while the last may still begin late",
        observation(FIRST, AGING, trails=[SENT_FIRST, sent(AGING)]),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "once the last is answered another resource is acquired",
        observation(
            FIRST,
            SECOND,
            THIRD,
            trails=[SENT_FIRST, SENT_SECOND, sent(THIRD, answered=True)],
        ),
        act.Acquire(),
    ),
    (
        "an answer to an earlier one does not count",
        observation(
            FIRST,
            SECOND,
            THIRD,
            trails=[SENT_FIRST, sent(SECOND, answered=True), sent(THIRD)],
        ),
        act.Start(THIRD),
    ),
    (
        "a wiped record was no start without an answer",
        observation(DEAD, LOST_RECORD, trails=[sent(DEAD)]),
        act.Acquire(),
    ),
    (
        "eight are enough although Agora answers",
        observation(*EIGHT, trails=ANSWERED),
        act.Wait(LOOK_AGAIN),
    ),
    (
        "beside a living one another is made only beside the first",
        observation(
            DEAD,
            YOUNG,
            trails=[sent(DEAD), sent(YOUNG, answered=True)],
            pauses=failing(act.Start(YOUNG), failures=3),
        ),
        act.Wait(TICK + 7),
    ),
    (
        "two repeated starts keep the shorter of their pauses",
        observation(
            LOST,
            YOUNG,
            trails=[sent(LOST), sent(YOUNG)],
            pauses={**failing(act.Start(LOST), 9), **failing(act.Start(YOUNG), 7)},
        ),
        act.Wait(TICK + 7),
    ),
)
TABLE = (*PROBING, *VANISHED, *UNANSWERED)


@pytest.mark.parametrize(
    ("seen", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_is_unknown_is_never_let_go_nor_doubled(seen: Observation, expected: Action) -> None:
    """Each side of a border has its decision."""
    assert expected == decide(seen).action


def test_a_wiped_record_gets_the_number_after_the_last() -> None:
    """Its message says when it was found."""
    over = CloudRecordingStatus(last_attempts=(past("p3", number=3), past("p5", number=5)))
    decision = decide(observation(of={**WIPED, "status": over}))

    assert isinstance(decision.action, act.Amend)
    assert decision.action.attempt.number == 6
    assert decision.action.attempt.acquired_at == NOW
    assert decision.message.startswith("Status found wiped at 2026-03-01T12:00:00Z")


@pytest.mark.parametrize(
    ("seen", "reason", "said"),
    [
        (
            observation(attempt(owner=OTHER, acquired_at=ago(60))),
            Reason.STARTING,
            "The start of 2026-03-01T11:59:00Z has no clear answer yet.",
        ),
        (
            observation(attempt(owner=OTHER, acquired_at=ago(600)), searchable=True),
            Reason.SID_UNKNOWN,
            "Start of 2026-03-01T11:50:00Z unanswered:",
        ),
        (
            observation(attempt(owner=OTHER, acquired_at=ago(600)), AGING, searchable=True),
            Reason.SID_UNKNOWN,
            "Starts since 2026-03-01T11:50:00Z unanswered:",
        ),
    ],
    ids=["while it can be repeated", "later", "of two"],
)
def test_whoever_takes_an_attempt_over_says_how_it_stands(
    seen: Observation, reason: Reason, said: str
) -> None:
    """People see the same as before."""
    decision = decide(seen)

    assert isinstance(decision.action, act.Amend)
    assert reason is decision.reason
    assert decision.message.startswith(said)


def test_a_start_that_cannot_store_its_files_says_what_is_missing() -> None:
    """And not only that something is unknown."""
    decision = decide(observation(LOST, trails=[sent(LOST)], storage=NO_SECRET))

    assert decision.reason is Reason.SECRET_NOT_FOUND


def test_an_object_under_our_finalizer_alone_is_not_taken_for_new() -> None:
    """Nothing is acquired before the wiped record is there again."""
    decision = decide(observation(of={**WIPED, "finalizers": (FINALIZER, "other")}))

    assert isinstance(decision.action, act.Amend)
