"""Changes, searches, kicks: what is told, and what is remembered of it."""

from datetime import timedelta

import pytest

from agora_recording.agora.errors import Ambiguous, Conflict, Said
from agora_recording.agora.protocol import Access, Task
from agora_recording.bucket import BucketError
from agora_recording.bucket.place import Obstacle
from agora_recording.crd.layout import Layout, LayoutType
from agora_recording.crd.mode import Mix
from agora_recording.crd.recording import RestartPolicy
from agora_recording.crd.status import Query
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.holdtext import failing as words_of
from agora_recording.domain.observation import Answer, Trail
from agora_recording.domain.pace import STALE
from agora_recording.domain.topic import Topic
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.turn import ACQUIRE, Turn
from agora_recording.translate import rtc
from agora_recording.translate.secrets import Purpose
from agora_recording.translate.storage import place, storage_config
from builders import (
    APP,
    ENDPOINT,
    NOW,
    TICK,
    WANTED,
    ago,
    attempt,
    observation,
    page_spec,
    past,
    running,
    spec,
    status,
    told,
    upload,
)
from unit.domain.situations import DEAD, LIVE, LOST, NEW, failing, fresh, sent
from unit.reconcile.telephone import MEANS, done

ACCESS = Access(ENDPOINT, "customer", "secret")
TASK = Task(APP, "standup", 7, "mix", "r1")
EVERY = frozenset(Topic)
OLD = running(told=told(layout="old", subscription="old"))
UNSURE = Trail(OLD, stored=True, unsure=EVERY)
MIX = Mix(layout=Layout(type=LayoutType.BEST_FIT))
SPEC = spec(mix=MIX, subscription=Subscription(audio=Selection(include=(5,))))
DOWN = Ambiguous("call", Said(500, 999))


async def test_a_layout_is_told_whole() -> None:
    """And remembered as told; a subscription in doubt stays in doubt."""
    seen = observation(
        OLD, trails=[UNSURE], of={"spec": SPEC}, pauses=failing(act.Tell(OLD, Topic.LAYOUT))
    )
    deed = await done(act.Tell(OLD, Topic.LAYOUT), seen, None)
    after = deed.trail(OLD)

    assert deed.call == ("updateLayout", ACCESS, TASK, "sid-r1", rtc.layout(MIX.layout))
    assert after.attempt.told == told(subscription="old")
    assert after.unsure == set(Topic) - {Topic.LAYOUT}
    assert deed.memory.pauses == {}


async def test_a_layout_that_the_spec_does_not_have_is_the_usual_one() -> None:
    """Agora is told it all the same: another may have undone it."""
    deed = await done(
        act.Tell(OLD, Topic.LAYOUT), observation(OLD, of={"spec": spec(mix=None)}), None
    )

    assert deed.call[-1] == rtc.layout(None)


async def test_a_subscription_is_told_whole() -> None:
    """And remembered as told; a layout in doubt stays in doubt."""
    seen = observation(
        OLD, trails=[UNSURE], of={"spec": SPEC}, pauses=failing(act.Tell(OLD, Topic.SUBSCRIPTION))
    )
    deed = await done(act.Tell(OLD, Topic.SUBSCRIPTION), seen, None)
    after = deed.trail(OLD)

    assert deed.call == ("update", ACCESS, TASK, "sid-r1", rtc.subscription(SPEC))
    assert after.attempt.told == told(layout="old")
    assert after.unsure == set(Topic) - {Topic.SUBSCRIPTION}
    assert deed.memory.pauses == {}


async def test_storage_credentials_are_told_with_their_bucket() -> None:
    """What is remembered is which they were and when they lapse, and none of them."""
    lapse = ago(-40_000)
    wanted = {**WANTED, Topic.STORAGE: "v2"}
    seen = observation(
        OLD, trails=[UNSURE], wanted=wanted, upload=upload(version="v2", expires_at=lapse)
    )
    deed = await done(act.Tell(OLD, Topic.STORAGE), seen, None)
    after = deed.trail(OLD)

    secret = MEANS.secrets[Purpose.STORAGE]
    sent_config = {"storageConfig": storage_config(MEANS.storage, secret)}
    assert deed.call == ("update", ACCESS, TASK, "sid-r1", sent_config)
    assert after.attempt.told == {**OLD.told, "storage": "v2"}
    assert after.attempt.storage_expires_at == lapse
    assert after.unsure == set(Topic) - {Topic.STORAGE}


@pytest.mark.parametrize("topic", [Topic.LAYOUT, Topic.SUBSCRIPTION])
async def test_who_is_told_something_else_keeps_the_credentials_it_has(topic: Topic) -> None:
    """Although there are newer ones: they are yet to be told, and people are warned until then."""
    told_of = running(storage_expires_at=NOW)
    seen = observation(told_of, of={"spec": SPEC}, upload=upload(expires_at=ago(-40_000)))
    deed = await done(act.Tell(told_of, topic), seen, None)

    assert deed.trail(told_of).attempt.storage_expires_at == NOW


@pytest.mark.parametrize(("topic", "soon"), [(Topic.HOLD, True), (Topic.LAYOUT, False)])
async def test_a_query_soon_shows_what_people_wait_for(topic: Topic, *, soon: bool) -> None:
    """Whether a page is on hold; nothing asks for a layout."""
    page = running(mode="web") if topic is Topic.HOLD else OLD
    known = Trail(page, stored=True, next_query=TICK + 60)
    of = {"spec": page_spec()} if topic is Topic.HOLD else {"spec": SPEC}
    deed = await done(
        act.Tell(page, topic), observation(page, trails=[known], of=of, wanted={topic: "new"}), None
    )

    assert deed.trail(page).next_query == TICK + (5 if soon else 60)


@pytest.mark.parametrize(
    ("topic", "before", "forgotten"),
    [
        (Topic.LAYOUT, "old", True),
        (Topic.LAYOUT, "new", True),
        (Topic.HOLD, "old", True),
        (Topic.HOLD, "new", False),
    ],
)
async def test_what_is_told_once_more_succeeds_only_once_it_shows(
    topic: Topic, before: str, *, forgotten: bool
) -> None:
    """Else it would be told every few seconds; of a layout nothing shows."""
    made = (
        running(mode="web", told={topic: before})
        if topic is Topic.HOLD
        else running(told={topic: before})
    )
    of = {"spec": page_spec() if topic is Topic.HOLD else SPEC}
    tell = act.Tell(made, topic)
    seen = observation(made, of=of, wanted={topic: "new"}, pauses=failing(tell))
    deed = await done(tell, seen, None)

    assert (deed.pause(tell) is None) is forgotten


async def test_an_attempt_pins_its_bucket_and_when_its_credentials_lapse() -> None:
    """So that only what is of use for it is passed on, and people are warned in time."""
    lapse = ago(-40_000)
    seen = observation(upload=upload(expires_at=lapse))
    deed = await done(act.Acquire(), seen, "r9")
    (made,) = deed.memory.trails.values()

    assert (made.attempt.storage, made.attempt.storage_expires_at) == ("bucket", lapse)


@pytest.mark.parametrize("action", [act.Tell(OLD, topic) for topic in Topic])
async def test_a_change_that_failed_is_told_later(action: act.Tell) -> None:
    """It does not count as told."""
    deed = await done(action, observation(OLD, trails=[UNSURE]), DOWN)

    assert deed.trail(OLD) == UNSURE
    assert deed.pause(action) == ("AgoraUnavailable", 1)


async def test_the_bucket_is_searched_for_what_is_newer_than_the_attempt() -> None:
    """By two minutes of clock error; what another object has is none of ours."""
    theirs = observation(
        attempt("r2", sid="theirs"),
        of={"uid": "other", "status": status(attempt("r2", sid="theirs"))},
    )
    seen = observation(DEAD, trails=[sent(DEAD)])
    deed = await done(act.FindSid(DEAD), seen, ("theirs", "new", "old"), others=[theirs])
    after = deed.trail(DEAD)

    there = place(MEANS.storage, MEANS.secrets[Purpose.STORAGE])
    assert deed.call == ("find", there, "standup", DEAD.acquired_at - timedelta(minutes=2))
    assert (after.candidates, after.unsure, after.attempt.sid) == (("new", "old"), EVERY, None)
    assert deed.pause(act.FindSid(DEAD)) is None


async def test_files_of_a_page_are_searched_by_the_name_that_they_have() -> None:
    """Agora puts hyphens in the place of special characters."""
    made = DEAD.model_copy(update={"mode": "web", "channel": "Q&A"})
    deed = await done(act.FindSid(made), observation(made, trails=[sent(made)]), ())

    assert deed.call[2] == "Q-A"


async def test_ten_candidates_are_asked_about() -> None:
    """The likeliest; a bucket may hold thousands."""
    sids = tuple(f"sid-{n}" for n in range(12))
    deed = await done(act.FindSid(DEAD), observation(DEAD, trails=[sent(DEAD)]), sids)

    assert deed.trail(DEAD).candidates == sids[:10]


@pytest.mark.parametrize(
    ("answer", "message"),
    [((), ""), (("theirs",), ""), (BucketError(Obstacle.KEYS_REFUSED), Obstacle.KEYS_REFUSED)],
    ids=["nothing", "nothing of ours", "no access"],
)
async def test_a_search_in_vain_is_repeated_later(answer: object, message: str) -> None:
    """People hear what is in its way."""
    theirs = observation(of={"uid": "other", "status": status(last_attempts=(past(sid="theirs"),))})
    deed = await done(
        act.FindSid(DEAD), observation(DEAD, trails=[sent(DEAD)]), answer, others=[theirs]
    )

    assert deed.trail(DEAD) == sent(DEAD)
    assert deed.pause(act.FindSid(DEAD)) == ("SidUnknown", 1)
    assert deed.memory.pauses["findsid/dead"].problem.message == message


@pytest.mark.parametrize(("answer", "reason"), [(None, "SidUnknown"), (DOWN, "AgoraUnavailable")])
async def test_a_recorder_is_removed_from_its_channel_once_in_a_while(
    answer: object, reason: str
) -> None:
    """By the pinned members of its attempt; that it is gone, a probe must show."""
    deed = await done(act.Kick(DEAD), observation(DEAD, trails=[sent(DEAD)]), answer)

    assert deed.call == ("kick", ACCESS, APP, "standup", 7)
    assert deed.pause(act.Kick(DEAD)) == (reason, 1)
    assert deed.trail(DEAD) == sent(DEAD)


def turn(*attempts: object, trails: tuple[Trail, ...] = (), **members: object) -> Turn:
    """Return a turn of an object with these attempts."""
    seen = observation(*attempts, trails=trails, **members)
    memory = Memory(seen.recording, trails=dict(seen.trails), pauses=dict(seen.pauses))
    return Turn(seen, memory, MEANS, Claims(lambda _: None), jitter=0.0, poll_seconds=60.0)


def conflict(case: Turn, failures: int) -> list[str]:
    """Return what so many conflicts in a row say."""
    for _ in range(failures):
        case.hold_up(ACQUIRE, Conflict("start", Said(400, 53)))
    return [pause.problem.reason.value for pause in case.memory.pauses.values()]


def test_a_target_is_busy_until_it_has_been_so_for_a_minute() -> None:
    """Our last recording may still be exiting; after the fifth time it is somebody else's."""
    assert conflict(turn(), 5) == ["TargetBusy"]
    assert conflict(turn(), 6) == ["TargetInUse"]


def test_a_conflict_beside_an_unknown_start_may_be_with_that_one() -> None:
    """One of two is enough."""
    case = turn(LOST, attempt("r2", number=2), trails=(sent(LOST), fresh(attempt("r2", number=2))))

    assert conflict(case, 9) == ["SidUnknown"]


def test_only_a_resource_that_grew_stale_is_given_more_time() -> None:
    """Another end says nothing of how slow we are."""
    stale, ended = turn(NEW, trails=(fresh(NEW),)), turn(LIVE)
    stale.close(act.Close(NEW, Ending.NEVER_SENT))
    ended.close(act.Close(LIVE, Ending.LOST))

    assert stale.memory.pauses[STALE].failures == 1
    assert STALE not in ended.memory.pauses
    assert stale.memory.trails["r1"].ending is Ending.NEVER_SENT
    assert stale.memory.trails["r1"].ended_at == NOW


GIVEN_UP = running(stop_intended_at=NOW, stop_reason="AgoraFailure")
ASKED = {"status": status(LIVE, query=Query(status=4, state="Ready"))}
NEVER = {"spec": spec(restart_policy=RestartPolicy.NEVER)}


@pytest.mark.parametrize(
    ("case", "ending", "why"),
    [
        (turn(LIVE), Ending.ABNORMAL, Ending.ABNORMAL),
        (turn(GIVEN_UP), Ending.STOPPED, "AgoraFailure"),
        (turn(LIVE), Ending.ENDED, None),
        (turn(LIVE, of=ASKED), Ending.LOST, None),
        (turn(LIVE, trails=(Trail(LIVE, answer=Answer(5)),), of=ASKED), Ending.LOST, Ending.LOST),
        (turn(LIVE, of=NEVER), Ending.ABNORMAL, None),
    ],
    ids=[
        "it broke off",
        "it never began",
        "it ended",
        "it was idle",
        "it was idle before",
        "no other follows",
    ],
)
def test_a_failure_holds_up_the_next_attempt(case: Turn, ending: Ending, why: str | None) -> None:
    """And says why; an end that is none does not."""
    case.close(act.Close(case.seen.attempts[0], ending))
    pause = case.memory.pauses.get(ACQUIRE)

    assert (pause.problem if pause else None) == (words_of(why) if why else None)
