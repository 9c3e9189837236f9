from datetime import datetime, timedelta

import pytest

from agora_recording.crd.status import Attempt
from agora_recording.domain.action import Ending
from agora_recording.domain.decision import decide
from agora_recording.domain.ending import Outcome, outcome
from agora_recording.domain.observation import Trail
from agora_recording.domain.summary import PAST_KEPT, summarise
from agora_recording.reconcile.memory import Memory
from builders import NOW, ago, attempt, observation, past, running, status

FAILED = Outcome(None, failed=True)
IDLE = Outcome("Idle")
AGAIN = Outcome(None)
INTENDED = running(stop_intended_at=NOW, stop_reason="User")
GIVEN_UP = running(stop_intended_at=NOW, stop_reason="AgoraFailure")


def page(minutes: float, made: Attempt | None = None) -> Attempt:
    """Return a page that is to be recorded for an hour at most, and has been for so long."""
    began = ago(60 * minutes)
    latest = began + timedelta(hours=1, minutes=18)
    members = {"mode": "web", "acquired_at": began, "must_end_by": latest}
    return (made or running()).model_copy(update=members)


TABLE = [
    ("a start that was never sent is no failure", Ending.NEVER_SENT, attempt(), None, AGAIN),
    ("a refused start is counted by its pause", Ending.REFUSED, attempt(), None, AGAIN),
    ("a stop that was asked for", Ending.STOPPED, INTENDED, 5, Outcome("User")),
    ("a stop by deletion", Ending.STOPPED, running(), 5, Outcome("User")),
    ("a stop of what never began", Ending.STOPPED, GIVEN_UP, None, FAILED),
    ("it ended by itself", Ending.ENDED, running(), 7, IDLE),
    ("it ended after the intent", Ending.ENDED, INTENDED, 7, Outcome("User")),
    ("it broke off", Ending.ABNORMAL, running(), 20, FAILED),
    ("it vanished while it wrote files", Ending.LOST, running(), 5, FAILED),
    ("it vanished while nobody sent anything", Ending.LOST, running(), 4, IDLE),
    ("it vanished before it was confirmed", Ending.LOST, attempt(sid="s"), None, FAILED),
    ("it vanished after the intent", Ending.LOST, INTENDED, 5, Outcome("User")),
    ("another excludes it", Ending.SUPERSEDED, attempt(), None, AGAIN),
    ("its token ended", Ending.EXPIRED, running(), 5, IDLE),
    ("it was another object's", Ending.DUPLICATE, running(), 5, AGAIN),
    ("its own token ended unwatched", Ending.EXPIRED, running(token_expires_at=ago(1)), 5, AGAIN),
]


@pytest.mark.parametrize(
    ("ending", "token_ended", "expected"),
    [
        (Ending.ENDED, NOW, AGAIN),
        (Ending.LOST, NOW, AGAIN),
        (Ending.ENDED, ago(-1), IDLE),
        (Ending.LOST, ago(-1), IDLE),
    ],
)
def test_what_its_token_ended_is_begun_anew(
    ending: Ending, token_ended: datetime, expected: Outcome
) -> None:
    """Nobody was there to do it before; what ends earlier ended for a reason of its own."""
    made = running(token_expires_at=token_ended)

    assert expected == outcome(ending, made, 4, ended_at=NOW)


HOURS = running(mode="web", acquired_at=ago(3600), must_end_by=ago(-18 * 60))
"""A page whose one hour at Agora is over just now."""
SEEN = attempt(mode="web", running_at=ago(3600))
PAGE_OVER = Outcome("MaxDuration")
PAGES = [
    ("it had its hours", Ending.ENDED, HOURS, 7, PAGE_OVER),
    ("it vanished once it had them", Ending.LOST, HOURS, 5, PAGE_OVER),
    ("it broke off with its last minute", Ending.ABNORMAL, page(59), 20, PAGE_OVER),
    ("it ended before", Ending.ENDED, page(58), 8, FAILED),
    ("it vanished before, with nothing to write", Ending.LOST, page(58), 4, FAILED),
    ("it ended, and its hours are not known", Ending.ENDED, running(mode="web"), 8, FAILED),
    ("it must have ended", Ending.EXPIRED, running(mode="web"), None, PAGE_OVER),
    ("it was seen to run, and must have ended", Ending.EXPIRED, SEEN, None, PAGE_OVER),
    ("it must have ended, if it ever began", Ending.EXPIRED, attempt(mode="web"), None, FAILED),
    ("a stop that was asked for", Ending.ENDED, page(1, INTENDED), 8, Outcome("User")),
    ("another excludes it", Ending.SUPERSEDED, page(1), None, AGAIN),
    ("a start that was never sent", Ending.NEVER_SENT, page(1), None, AGAIN),
]


@pytest.mark.parametrize(
    ("ending", "made", "last", "expected"), [r[1:] for r in PAGES], ids=[r[0] for r in PAGES]
)
def test_a_page_ends_by_itself_only_after_its_hours(
    ending: Ending, made: Attempt, last: int | None, expected: Outcome
) -> None:
    """Everything else is a failure, and another attempt follows: a page is never idle."""
    assert expected == outcome(ending, made, last, ended_at=NOW)


@pytest.mark.parametrize(
    ("ending", "made", "last", "expected"), [r[1:] for r in TABLE], ids=[r[0] for r in TABLE]
)
def test_each_ending_has_its_consequence(
    ending: Ending, made: Attempt, last: int | None, expected: Outcome
) -> None:
    """Over, failed, or begun again."""
    assert expected == outcome(ending, made, last)


def test_every_ending_is_in_the_table() -> None:
    """No ending is without a row."""
    assert set(Ending) == {row[1] for row in TABLE}


def test_a_stop_that_was_asked_for_is_remembered() -> None:
    """The attempt moves to lastAttempts, with its sid and why."""
    trail = Trail(INTENDED, stored=True, ending=Ending.STOPPED, ended_at=NOW)
    seen = observation(INTENDED, trails=[trail])
    after = summarise(seen, decide(seen))

    assert after.attempts == ()
    assert [(p.resource_id, p.sid, p.reason) for p in after.last_attempts] == [
        ("r1", "sid-r1", "User")
    ]


def test_a_new_sid_goes_into_its_own_entry() -> None:
    """Two attempts are open; the sid is stored with the resourceId it belongs to."""
    first, second = attempt("a"), attempt("b", number=2)
    learned = Trail(first.model_copy(update={"sid": "sid-a"}), sends=1, stored=True)
    seen = observation(first, second, trails=[learned])
    after = summarise(seen, decide(seen))

    assert [(a.resource_id, a.sid) for a in after.attempts] == [("a", "sid-a"), ("b", None)]
    assert (after.resource_id, after.sid) == ("b", None)


def test_five_recordings_are_remembered_newest_first() -> None:
    """The list is bounded: a status must stay small."""
    old = tuple(past(f"old{n}", number=n) for n in range(5, 0, -1))
    trail = Trail(running(number=6), ending=Ending.STOPPED, ended_at=NOW)
    seen = observation(
        running(number=6),
        trails=[trail],
        of={"status": status(running(number=6), last_attempts=old)},
    )
    kept = summarise(seen, decide(seen)).last_attempts

    assert len(kept) == PAST_KEPT
    assert [p.resource_id for p in kept[:2]] == ["r1", "old5"]


def test_more_endings_at_once_than_are_remembered_are_counted_once() -> None:
    """Six failures that an outage kept from being saved are six failures, not more each time."""
    made = [running(f"r{n}", number=n) for n in range(1, 7)]
    over = [Trail(a, stored=True, ending=Ending.ABNORMAL, ended_at=NOW) for a in made]
    seen = observation(*made, trails=over)
    memory = Memory(seen.recording, trails={t.attempt.resource_id: t for t in over})
    once = summarise(seen, decide(seen))
    memory.settle(seen.trails)
    again = observation(trails=memory.trails.values(), of={"status": once})

    assert once.restarts == 6
    assert once.restarts == summarise(again, decide(again)).restarts
