"""What the answers to queries and stops teach."""

from dataclasses import replace
from datetime import datetime

import pytest

from agora_recording.agora.errors import AgoraError, Ambiguous, Conflict, NotFound, Refused, Said
from agora_recording.agora.protocol import Access, Task
from agora_recording.agora.wire import Extension, File, ServerResponse
from agora_recording.crd.status import Attempt, RecordedFile
from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.claim import Claim, Sighting
from agora_recording.domain.observation import Answer, Streak, Trail
from agora_recording.domain.topic import Topic
from agora_recording.reconcile.hearing import STOPPING_UNFOUND, UNFOUND
from agora_recording.reconcile.turn import ACQUIRE
from builders import APP, ENDPOINT, NOW, TICK, ago, observation, page_spec, running
from unit.domain.situations import (
    DEAD,
    INTENDED,
    LEAVING,
    LIVE,
    LOST,
    STARTED,
    STOPPED,
    failing,
    sent,
)
from unit.reconcile.telephone import done

ACCESS = Access(ENDPOINT, "customer", "secret")
TASK = Task(APP, "standup", 7, "mix", "r1")
QUERY = act.Query(LIVE, "sid-r1")
ABSENT = Streak(TICK - 9, TICK - 4, 2)
LONG = Streak(TICK - 130, TICK - 10, 3)
UNFOUND_HERE = NotFound("query", Said(404, 404, "failed to find worker"))


def known(made: Attempt = LIVE, **members: object) -> Trail:
    """Return what is known of a recording."""
    return replace(Trail(made, stored=True, answer=Answer(3), absence=ABSENT), **members)


async def test_a_query_names_the_recording() -> None:
    """By its pinned members and its sid."""
    deed = await done(QUERY, observation(LIVE), ServerResponse(5))

    assert deed.call == ("query", ACCESS, TASK, "sid-r1")


async def test_a_confirmed_recording_is_remembered_as_such() -> None:
    """Since now; earlier failures, its own and those of acquire, are forgotten."""
    trail = known(STARTED, unconfirmed=ABSENT)
    pauses = {**failing(act.Query(STARTED, "sid-r1")), **failing(act.Acquire())}
    seen = observation(STARTED, trails=[trail], pauses=pauses)
    deed = await done(act.Query(STARTED, "sid-r1"), seen, ServerResponse(4))
    after = deed.trail(STARTED)

    assert after.attempt.confirmed_at == NOW
    assert (after.answer, after.absence, after.unconfirmed) == (Answer(4), None, None)
    assert after.next_query == TICK + 48
    assert deed.memory.pauses == {}
    assert deed.claims.sighting(Claim.of(STARTED)) == Sighting("r1", NOW)


@pytest.mark.parametrize(
    ("status", "state", "confirmed_at"),
    [
        (4, None, NOW),
        (5, None, NOW),
        (0, "inProgress", NOW),
        (0, "init", None),
        (3, "init", None),
        (3, None, None),
        (0, None, None),
        (6, None, None),
        (20, None, None),
        (0, "exit", None),
    ],
)
async def test_a_page_on_hold_is_confirmed_once_it_is_open(
    status: int, state: str | None, confirmed_at: datetime | None
) -> None:
    """That it is to be on hold says nothing of whether it was ever loaded."""
    recorder = Extension("web_recorder_service", state=state, on_hold=True)
    held = ServerResponse(status, extensions=(recorder,))
    deed = await done(act.Query(STARTED, "sid-r1"), observation(STARTED), held)

    assert deed.trail(STARTED).attempt.confirmed_at == confirmed_at


async def test_an_answer_without_a_status_says_nothing_of_a_page_either() -> None:
    """It is asked again."""
    page = {"spec": page_spec(on_hold=True)}
    deed = await done(act.Query(STARTED, "sid-r1"), observation(STARTED, of=page), ServerResponse())

    assert (deed.trail(STARTED).answer, deed.trail(STARTED).unsure) == (None, frozenset())


@pytest.mark.parametrize(
    ("told", "wanted", "doubted"),
    [
        ("OnHold", {Topic.HOLD: "OnHold"}, True),
        ("Writing", {Topic.HOLD: "OnHold"}, False),
        ("OnHold", {}, False),
    ],
    ids=["told", "not told yet", "not known to be wanted"],
)
async def test_only_what_agora_was_told_can_be_ignored(
    told: str, wanted: dict[Topic, str], *, doubted: bool
) -> None:
    """A query that shows otherwise has it told again."""
    made = running(mode="web", told={"hold": told})
    seen = observation(made, of={"spec": page_spec(on_hold=True)}, wanted=wanted)
    goes_on = ServerResponse(5, extensions=(Extension("web_recorder_service", on_hold=False),))
    deed = await done(act.Query(made, "sid-r1"), seen, goes_on)

    assert (Topic.HOLD in deed.trail(made).unsure) is doubted
    assert (deed.pause(act.Tell(made, Topic.HOLD)) is not None) is doubted


async def test_a_recording_stays_confirmed_since_it_was() -> None:
    """Another confirmation does not change the time."""
    deed = await done(QUERY, observation(LIVE), ServerResponse(5))

    assert deed.trail(LIVE).attempt.confirmed_at == ago(590)


@pytest.mark.parametrize("status", [0, 1, 2, 3])
async def test_what_has_not_begun_is_counted(status: int) -> None:
    """It runs, but does not record; acquire keeps its pause meanwhile."""
    seen = observation(
        STARTED, trails=[known(STARTED, unconfirmed=ABSENT)], pauses=failing(act.Acquire())
    )
    deed = await done(act.Query(STARTED, "sid-r1"), seen, ServerResponse(status))
    after = deed.trail(STARTED)

    assert (after.attempt.confirmed_at, after.answer) == (None, Answer(status))
    assert (after.unconfirmed, after.absence) == (Streak(TICK - 9, TICK, 3), None)
    assert after.next_query == TICK + 15
    assert ACQUIRE in deed.memory.pauses
    assert deed.claims.sighting(Claim.of(STARTED)) is not None


@pytest.mark.parametrize(
    ("status", "ending"),
    [(6, Ending.ENDED), (7, Ending.ENDED), (8, Ending.ENDED), (20, Ending.ABNORMAL)],
)
async def test_what_has_ended_is_over(status: int, ending: Ending) -> None:
    """And was not seen running."""
    deed = await done(QUERY, observation(LIVE, trails=[known()]), ServerResponse(status))
    after = deed.trail(LIVE)

    assert (after.ending, after.ended_at, after.answer) == (ending, NOW, Answer(status))
    assert deed.claims.sighting(Claim.of(LIVE)) is None
    assert (deed.pause(act.Acquire()) is not None) == (ending is Ending.ABNORMAL)


async def test_an_unknown_status_is_no_end() -> None:
    """Agora may have more of them than it lists."""
    deed = await done(QUERY, observation(LIVE, trails=[known()]), ServerResponse(99))

    assert deed.trail(LIVE).ending is None
    assert deed.claims.sighting(Claim.of(LIVE)) is None


async def test_an_answer_without_a_status_says_only_that_it_is_there() -> None:
    """The streak of 404 ends; nothing else is learned."""
    deed = await done(QUERY, observation(LIVE, trails=[known()]), ServerResponse())
    after = deed.trail(LIVE)

    assert after == replace(known(), absence=None, next_query=TICK + 48)


async def test_a_candidate_that_answers_is_the_sid() -> None:
    """The others are no candidates any more, and it can be stopped from now on."""
    trail = sent(DEAD, candidates=("sid", "other"), absence=ABSENT)
    seen = observation(DEAD, trails=[trail])
    deed = await done(act.Query(DEAD, "sid"), seen, ServerResponse(None))
    after = deed.trail(DEAD)

    assert (after.attempt.sid, after.candidates, after.absence) == ("sid", (), None)
    assert after.next_query == TICK + 5


async def test_what_candidates_answered_does_not_count_against_the_sid() -> None:
    """They were asked about a recording that they were not."""
    trail = sent(LOST, absence=ABSENT, unconfirmed=LONG)
    deed = await done(act.Start(LOST), observation(LOST, trails=[trail]), "sid")
    after = deed.trail(LOST)

    assert (after.attempt.sid, after.absence, after.unconfirmed) == ("sid", None, None)


@pytest.mark.parametrize(
    ("made", "members", "problem"),
    [
        (LIVE, {}, UNFOUND),
        (INTENDED, STOPPED, STOPPING_UNFOUND),
        (INTENDED, {}, STOPPING_UNFOUND),
        (LIVE, LEAVING, STOPPING_UNFOUND),
    ],
    ids=["a recording", "one that is to be stopped", "one that was", "one that is deleted"],
)
async def test_404_is_counted_and_said(
    made: Attempt, members: dict[str, object], problem: object
) -> None:
    """One alone proves nothing; the next look follows soon (protocol 11)."""
    seen = observation(made, trails=[known(made, unconfirmed=ABSENT)], of=members)
    deed = await done(act.Query(made, "sid-r1"), seen, UNFOUND_HERE)
    after = deed.trail(made)

    assert after.absence == after.unconfirmed == Streak(TICK - 9, TICK, 3)
    assert (after.next_query, after.ending) == (TICK + 15, None)
    assert deed.memory.pauses["query/r1"].problem == problem


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (Ambiguous("query", Said(500, 999)), True),
        (Ambiguous("query", Said(599, 1)), True),
        (Ambiguous("query", Said(499, 1)), False),
        (Refused("query", Said(400, 2)), False),
        (Ambiguous("query", Said(206, 65)), False),
        (Ambiguous("query", Said(404, None, "no Route")), True),
        (Ambiguous("query", Said(None, None, "no answer in time")), True),
        (Ambiguous("query", Said(None, 2)), True),
    ],
)
async def test_only_an_informative_answer_ends_a_streak_of_404(
    error: AgoraError, *, kept: bool
) -> None:
    """Server errors and the gateway's own answers say nothing of the recording."""
    deed = await done(QUERY, observation(LIVE, trails=[known()]), error)

    assert deed.trail(LIVE).absence == (ABSENT if kept else None)
    assert deed.pause(QUERY) is not None


NAMED = sent(DEAD, named="sid", candidates=("sid", "other"))
FOUND = sent(DEAD, candidates=("sid", "other"))


@pytest.mark.parametrize(
    ("trail", "candidates", "absence", "asked_again", "sought_again"),
    [
        (NAMED, ("sid", "other"), Streak(TICK, TICK, 1), True, False),
        (replace(NAMED, absence=ABSENT), ("sid", "other"), Streak(TICK - 9, TICK, 3), True, False),
        (replace(NAMED, absence=LONG), ("other",), None, False, False),
        (replace(NAMED, candidates=()), (), Streak(TICK, TICK, 1), True, False),
        (replace(NAMED, candidates=(), absence=LONG), (), None, False, True),
        (FOUND, ("other",), None, False, False),
        (replace(FOUND, candidates=("sid",)), (), None, False, True),
    ],
    ids=[
        "named once",
        "named thrice",
        "named and gone for long",
        "named by an earlier answer",
        "named by an earlier answer and gone for long",
        "found",
        "the last that was found",
    ],
)
async def test_a_candidate_that_agora_does_not_find_is_dropped(
    trail: Trail,
    candidates: tuple[str, ...],
    absence: Streak | None,
    *,
    asked_again: bool,
    sought_again: bool,
) -> None:
    """One that Agora itself named only after two minutes: it may be moving."""
    action = act.Query(DEAD, "sid")
    deed = await done(action, observation(DEAD, trails=[trail]), UNFOUND_HERE)
    after = deed.trail(DEAD)

    assert (after.candidates, after.absence, after.attempt.sid) == (candidates, absence, None)
    assert deed.pause(action) == (("SidUnknown", 1) if asked_again else None)
    assert deed.pause(act.FindSid(DEAD)) == (("SidUnknown", 1) if sought_again else None)


async def test_another_candidate_that_is_gone_does_not_take_the_named_one_along() -> None:
    """Agora named that; it is asked about next."""
    trail = sent(DEAD, named="sid", candidates=("other", "sid"), absence=LONG)
    deed = await done(act.Query(DEAD, "other"), observation(DEAD, trails=[trail]), UNFOUND_HERE)

    assert (deed.trail(DEAD).named, deed.trail(DEAD).candidates) == ("sid", ("sid",))


@pytest.mark.parametrize(
    ("absence", "named"), [(None, "sid"), (LONG, None)], ids=["once", "gone for long"]
)
async def test_what_agora_named_makes_way_for_a_start_that_can_be_sent_again(
    absence: Streak | None, named: str | None
) -> None:
    """Its answer tells more than to wait; that it was named is remembered until then."""
    trail = sent(LOST, named="sid", candidates=("sid",), absence=absence)
    action = act.Query(LOST, "sid")
    deed = await done(action, observation(LOST, trails=[trail]), UNFOUND_HERE)
    after = deed.trail(LOST)

    assert (after.candidates, after.named, after.absence) == ((), named, None)
    assert deed.pause(action) is None


@pytest.mark.parametrize(
    ("made", "members", "asynchronous"), [(LIVE, LEAVING, True), (INTENDED, STOPPED, False)]
)
async def test_a_stop_waits_for_the_upload_unless_the_object_goes(
    made: Attempt, members: dict[str, object], *, asynchronous: bool
) -> None:
    """Nobody would read of it."""
    seen = observation(made, of=members, pauses=failing(act.Stop(made)))
    deed = await done(act.Stop(made), seen, ServerResponse(uploading_status="uploaded"))
    after = deed.trail(made)

    assert deed.call == ("stop", ACCESS, TASK, "sid-r1", asynchronous)
    assert (after.ending, after.ended_at) == (Ending.STOPPED, NOW)
    assert (after.uploading_status, after.answer) == ("Uploaded", None)
    assert deed.memory.pauses == {}


@pytest.mark.parametrize(
    ("answer", "status"), [(None, 7), (Answer(5, NOW), 5)], ids=["never asked", "asked before"]
)
async def test_the_files_that_a_stop_lists_are_kept(answer: Answer | None, status: int) -> None:
    """Beside what a query last said."""
    seen = observation(INTENDED, trails=[Trail(INTENDED, stored=True, answer=answer)])
    deed = await done(act.Stop(INTENDED), seen, ServerResponse(files=(File("a.m3u8"),)))
    after = deed.trail(INTENDED).answer

    assert after is not None
    assert (after.status, after.files) == (status, (RecordedFile(name="a.m3u8"),))


async def test_a_stop_of_what_exits_already_has_stopped_it() -> None:
    """Its 404 counts like that of a query, and other failures hold it up."""
    absent = await done(act.Stop(INTENDED), observation(INTENDED), UNFOUND_HERE)
    failed = await done(act.Stop(INTENDED), observation(INTENDED), Conflict("stop", Said(400, 50)))

    assert absent.trail(INTENDED).absence == Streak(TICK, TICK, 1)
    assert absent.pause(act.Stop(INTENDED)) == ("Stopping", 1)
    assert INTENDED.resource_id in failed.memory.trails
    assert failed.trail(INTENDED).ending is None
    assert failed.pause(act.Stop(INTENDED)) is not None


async def test_an_end_forgets_the_streak_that_led_to_it() -> None:
    """Absence is of what is open."""
    trail = known(running(stop_intended_at=NOW, stop_reason="User"))
    seen = observation(trail.attempt, trails=[trail])
    deed = await done(act.Stop(trail.attempt), seen, ServerResponse())

    assert deed.trail(trail.attempt).absence is None
