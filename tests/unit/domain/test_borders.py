"""Decisions on either side of a border: a moment, a count, a member more or less."""

from dataclasses import replace

import pytest

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Ending
from agora_recording.domain.claim import Sighting
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import FINALIZER, Observation, Pause, Problem, Streak, Trail
from agora_recording.domain.pace import STALE
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic
from builders import NOW, TICK, ago, attempt, observation, running, spec, told
from unit.domain.situations import (
    DEAD,
    LIVE,
    LONG,
    LOST,
    NEW,
    NO_SECRET,
    STARTED,
    STOPPED,
    TOLD,
    WIPED,
    failing,
    fresh,
    sent,
)

HOURS_720 = 720 * 3600
LAPSED = running(acquired_at=ago(HOURS_720), stop_intended_at=ago(1), stop_reason="User")
LAPSING = running(acquired_at=ago(HOURS_720 - 1), stop_intended_at=ago(1), stop_reason="User")
HOUR_719 = running(acquired_at=ago(719 * 3600))
OLD_UNKNOWN = attempt("dead", acquired_at=ago(HOURS_720))
ELSEWHERE = attempt("dead", acquired_at=ago(600), uid=8)
OLD_LAYOUT = running(told=told(layout="old"))
OLDER, YOUNGER = attempt(acquired_at=ago(60)), running("r2", number=2)
EXCLUDED_AT = Sighting("r2", ago(120))
"""480 s after DEAD was acquired."""


def stale(failures: int) -> dict[str, Pause]:
    """Return what is known after so many resources that were too old to be started."""
    return {STALE: Pause(0, failures, Problem(Reason.STARTING, ""), 1)}


def intended(made: Attempt, why: str) -> act.Amend:
    """Return the intent to stop an attempt."""
    return act.Amend(made.model_copy(update={"stop_intended_at": NOW, "stop_reason": why}))


GONE = (
    (
        "three answers of 404 over exactly 120 s are enough",
        observation(LIVE, trails=[Trail(LIVE, absence=Streak(TICK - 120, TICK, 3))]),
        act.Close(LIVE, Ending.LOST),
    ),
    (
        "they prove it until the resource lapses",
        observation(LAPSING, trails=[Trail(LAPSING, absence=LONG)]),
        act.Close(LAPSING, Ending.LOST),
    ),
    (
        "after 720 h they prove nothing",
        observation(LAPSED, trails=[Trail(LAPSED, absence=LONG)]),
        act.Stop(LAPSED),
    ),
    (
        "nor do they of what has no sid",
        observation(DEAD, trails=[sent(DEAD, absence=LONG)]),
        act.Acquire(),
    ),
)
UNSENT = (
    (
        "a start may be sent two seconds after acquire",
        observation(NEW, trails=[fresh(NEW, acquired=TICK - 2)]),
        act.Start(NEW),
    ),
    (
        "four once that was too short",
        observation(NEW, trails=[fresh(NEW, acquired=TICK - 4)], pauses=stale(1)),
        act.Start(NEW),
    ),
    (
        "and no longer",
        observation(NEW, trails=[fresh(NEW, acquired=TICK - 4.1)], pauses=stale(1)),
        act.Close(NEW, Ending.NEVER_SENT),
    ),
    (
        "a minute at the most, however often it was too short",
        observation(NEW, trails=[fresh(NEW, acquired=TICK - 64)], pauses=stale(9)),
        act.Start(NEW),
    ),
    (
        "and not longer than that",
        observation(NEW, trails=[fresh(NEW, acquired=TICK - 64.1)], pauses=stale(9)),
        act.Close(NEW, Ending.NEVER_SENT),
    ),
    (
        "an intent that is not stored yet is stored first",
        observation(trails=[fresh(NEW, stored=False)], of={"finalizers": (FINALIZER,)}),
        act.Amend(NEW),
    ),
)
EXCLUDED = (
    (
        "seen running eight minutes after it was acquired, it never ran",
        observation(DEAD, trails=[sent(DEAD)], sighting=EXCLUDED_AT),
        act.Close(DEAD, Ending.SUPERSEDED),
    ),
    (
        "seen a second before that, it may",
        observation(DEAD, trails=[sent(DEAD)], sighting=Sighting("r2", ago(121))),
        act.Acquire(),
    ),
    (
        "another uid is another recording",
        observation(ELSEWHERE, trails=[sent(ELSEWHERE)], sighting=Sighting("r2", NOW)),
        act.Acquire(),
    ),
)
STOPPING = (
    (
        "three answers over exactly 90 s are enough to give a start up",
        observation(STARTED, trails=[Trail(STARTED, unconfirmed=Streak(TICK - 90, TICK, 3))]),
        intended(STARTED, "AgoraFailure"),
    ),
    (
        "two are not",
        observation(STARTED, trails=[Trail(STARTED, unconfirmed=Streak(TICK - 99, TICK, 2))]),
        act.Query(STARTED, "sid-r1"),
    ),
    (
        "nor are many in a shorter time",
        observation(STARTED, trails=[Trail(STARTED, unconfirmed=Streak(TICK - 89, TICK, 9))]),
        act.Query(STARTED, "sid-r1"),
    ),
    (
        "a candidate that does not record says nothing of the start",
        observation(DEAD, trails=[sent(DEAD, unconfirmed=LONG)]),
        act.Acquire(),
    ),
    (
        "after 719 h it is begun anew",
        observation(HOUR_719),
        intended(HOUR_719, "Limit"),
    ),
    (
        "an unknown attempt of that age is not stopped: nobody can",
        observation(OLD_UNKNOWN, trails=[sent(OLD_UNKNOWN)]),
        act.Acquire(),
    ),
    (
        "an object that stays is not let go by force although nothing of it can be stopped",
        observation(DEAD, trails=[sent(DEAD)], of={"forced": True}),
        act.Acquire(),
    ),
)
RETRYING = (
    (
        "a pause ends at its very moment",
        observation(pauses=failing(act.Acquire(), 0)),
        act.Acquire(),
    ),
    (
        "another spec is tried at once",
        observation(pauses=failing(act.Acquire()), of={"generation": 2}),
        act.Acquire(),
    ),
)
WATCHING = (
    (
        "a look is due at its very moment",
        observation(LIVE, trails=[replace(TOLD, next_query=TICK)]),
        act.Query(LIVE, "sid-r1"),
    ),
    (
        "it is put off after a failure",
        observation(LIVE, trails=[TOLD], pauses=failing(act.Query(LIVE, "sid-r1"), 90)),
        act.Wait(TICK + 90),
    ),
    (
        "a refused layout is told again before the next look",
        observation(
            OLD_LAYOUT,
            trails=[Trail(OLD_LAYOUT, stored=True, next_query=TICK + 60)],
            pauses=failing(act.Tell(OLD_LAYOUT, Topic.LAYOUT)),
        ),
        act.Wait(TICK + 7),
    ),
    (
        "an unknown start is not repeated beside it",
        observation(
            OLDER,
            YOUNGER,
            trails=[sent(OLDER), Trail(YOUNGER, stored=True, next_query=TICK + 60)],
            pauses=failing(act.Start(OLDER)),
        ),
        act.Wait(TICK + 60),
    ),
    (
        "the bucket is searched again before another resource is acquired",
        observation(
            DEAD,
            trails=[sent(DEAD)],
            searchable=True,
            pauses={**failing(act.FindSid(DEAD), 3), **failing(act.Acquire())},
        ),
        act.Wait(TICK + 3),
    ),
    (
        "a layout is told anew although the spec does not say how it is recorded",
        observation(
            LIVE,
            trails=[replace(TOLD, unsure=frozenset({Topic.LAYOUT}))],
            of={"spec": spec(mix=None)},
        ),
        act.Tell(LIVE, Topic.LAYOUT),
    ),
)
TABLE = (*GONE, *UNSENT, *EXCLUDED, *STOPPING, *RETRYING, *WATCHING)


@pytest.mark.parametrize(
    ("seen", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_borders_are_where_the_protocol_has_them(seen: Observation, expected: Action) -> None:
    """Each side of a border has its decision."""
    assert expected == decide(seen).action


@pytest.mark.parametrize(
    ("made", "failures", "reason", "said"),
    [
        (LIVE, 2, Reason.RECORDING, "Agora confirms that standup is recorded."),
        (LIVE, 3, Reason.AGORA_UNAVAILABLE, "It may still record."),
        (STARTED, 1, Reason.AGORA_UNAVAILABLE, "query/r1 failed."),
    ],
    ids=["two failures of a recording", "three", "one before it is confirmed"],
)
def test_failed_looks_are_told_when_they_matter(
    made: Attempt, failures: int, reason: Reason, said: str
) -> None:
    """A recording is well until it has not been heard of three times."""
    pauses = failing(act.Query(made, "sid-r1"), failures=failures)
    decision = decide(observation(made, pauses=pauses))

    assert reason is decision.reason
    assert decision.message.endswith(said)


def test_a_refused_layout_is_told_although_it_records() -> None:
    """People hear that the change is missing, and that the recording goes on."""
    decision = decide(observation(OLD_LAYOUT, pauses=failing(act.Tell(OLD_LAYOUT, Topic.LAYOUT))))

    assert decision.reason is Reason.AGORA_UNAVAILABLE
    assert decision.message.endswith("Recording goes on.")


def test_a_repeated_start_of_what_is_lost_says_until_when() -> None:
    """Five minutes after acquire, when Agora takes it no more."""
    decision = decide(observation(LOST, trails=[sent(LOST)]))

    assert decision.reason is Reason.STARTING
    assert "until 2026-03-01T12:04:00Z" in decision.message


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (observation(target=NO_SECRET), "Nothing is recorded until then."),
        (observation(DEAD, target=NO_SECRET), "What may be recording goes on."),
        (observation(target=NO_SECRET, of=WIPED), "What may be recording goes on."),
        (observation(LIVE, target=NO_SECRET), "The recording goes on meanwhile, unwatched."),
        (observation(DEAD, LIVE, target=NO_SECRET), "The recording goes on meanwhile, unwatched."),
        (
            observation(LIVE, target=NO_SECRET, of=STOPPED),
            "Until then the recording cannot be stopped.",
        ),
    ],
    ids=["nothing", "an unknown start", "a wiped record", "a recording", "both", "unwanted"],
)
def test_who_waits_for_a_person_hears_what_goes_on(seen: Observation, said: str) -> None:
    """What needs credentials to be stopped goes on until there are some."""
    assert decide(seen).message.endswith(said)


def test_what_failed_with_another_spec_is_not_told_of_this_one() -> None:
    """It is tried anew, and that is what people hear."""
    pauses = failing(act.Acquire())

    assert decide(observation(pauses=pauses)).reason is Reason.AGORA_UNAVAILABLE
    assert decide(observation(pauses=pauses, of={"generation": 2})).reason is Reason.STARTING
