"""What acquire and start are told, and what their answers teach."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agora_recording.agora.errors import AgoraError, Ambiguous, Conflict, Refused, Said, Unavailable
from agora_recording.agora.hosts import HOSTS, Hosts, Route
from agora_recording.agora.protocol import Access, Task
from agora_recording.crd.layout import Layout
from agora_recording.crd.mode import Individual, Mix
from agora_recording.crd.placement import Geofence, Placement
from agora_recording.crd.postprocessing import PostProcessing, PostProcessingType
from agora_recording.crd.project import Area
from agora_recording.crd.status import Attempt, PastAttempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.claim import Claim, Neighbours, Sighting
from agora_recording.domain.observation import Observation, Trail
from agora_recording.domain.pace import STALE
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.turn import Turn
from agora_recording.translate import requests
from agora_recording.translate.storage import NOWHERE
from builders import (
    APP,
    ENDPOINT,
    NOW,
    TICK,
    ago,
    attempt,
    observation,
    page_spec,
    past,
    spec,
    status,
)
from unit.domain.situations import DEAD, LEAVING, LOST, NEW, failing, fresh, sent
from unit.reconcile.telephone import MEANS, Telephone, done

ACCESS = Access(ENDPOINT, "customer", "secret")
PROBE = attempt("probe", number=2, probe=True)
SPEC = spec(mix=Mix(layout=Layout(background_color="#123456")))
NEW_TASK = Task(APP, "standup", 7, "mix", "r1")
EVERY = frozenset(Topic)


def error(kind: type[AgoraError], status_: int | None, code: int | None = None) -> AgoraError:
    """Return what Agora says."""
    return kind("call", Said(status_, code, "as it says"))


async def test_a_resource_is_acquired_for_the_claim_of_the_object() -> None:
    """The attempt pins all that it was made with; its number follows the largest there was."""
    over = (past("r5", number=5), past("r4", number=4))
    seen = observation(
        attempt("r2", number=2), of={"status": status(attempt("r2", number=2), last_attempts=over)}
    )
    deed = await done(act.Acquire(), seen, "r6")

    request = {"scene": 0, "resourceExpiredHour": 720}
    assert deed.call == ("acquire", ACCESS, APP, "standup", 7, request)
    made = attempt("r6", number=6, acquired_at=NOW)
    assert deed.trail(made) == Trail(made, acquired=TICK)


async def test_beside_an_open_attempt_no_other_is_made_in_another_area() -> None:
    """Agora's exclusion, which keeps a second recording away, is one area's alone."""
    there = HOSTS[Area.MAINLAND_CHINA][0]
    route = Route(HOSTS[Area.INTERNATIONAL][0], Hosts(HOSTS), allow_cross_area=True)
    seen = observation(attempt("dead", acquired_at=ago(600), endpoint=there))
    deed = await done(act.Acquire(), seen, "r2", means=replace(MEANS, route=route))

    assert deed.call[1].endpoint == there


async def test_an_attempt_pins_the_host_at_which_it_was_made() -> None:
    """While the first host of the area is lost; its calls go there as long as it is reached."""
    other = "https://other.test"
    hosts = Hosts({Area.INTERNATIONAL: (ENDPOINT, other)})
    hosts.lost(ENDPOINT)
    means = replace(MEANS, route=Route(ENDPOINT, hosts))
    acquired = await done(act.Acquire(), observation(), "r1", means=means)
    hosts.reached(ENDPOINT)
    made = acquired.trail(NEW).attempt
    started = await done(act.Start(made), observation(made), "sid", means=means)

    assert acquired.call[1] == started.call[1] == Access(other, "customer", "secret")
    assert made.endpoint == other


@pytest.mark.parametrize("probe", [False, True])
async def test_a_resource_is_acquired_where_the_spec_says(*, probe: bool) -> None:
    """Away from others too; a probe leaves the area as little as what it asks about."""
    fenced = spec(placement=Placement(geofence=Geofence.EUROPE))
    away = Neighbours(frozenset({"theirs-2", "theirs-1"}))
    seen = observation(of={"spec": fenced}, neighbours=away)
    deed = await done(act.Acquire(probe=probe), seen, "r1")

    assert deed.call[-1] == {
        "scene": 0,
        "resourceExpiredHour": 720,
        "region": "EU",
        "excludeResourceIds": ["theirs-1", "theirs-2"],
    }


async def test_a_page_has_a_resource_of_its_own_kind() -> None:
    """And Agora ends it by itself: a probe of it after an hour at the latest."""
    page, request = {"spec": page_spec()}, {"scene": 1, "resourceExpiredHour": 720}
    deed = await done(act.Acquire(), observation(of=page), "r1")
    probe = await done(act.Acquire(probe=True), observation(DEAD, of=page), "probe")

    assert deed.call == ("acquire", ACCESS, APP, "standup", 7, request)
    assert deed.trail(NEW).attempt.mode == "web"
    assert deed.trail(NEW).attempt.must_end_by == NOW + timedelta(hours=2, minutes=18)
    assert probe.call == deed.call
    assert probe.trail(PROBE).attempt.must_end_by == NOW + timedelta(hours=1, minutes=18)


async def test_a_probe_is_of_the_same_scene() -> None:
    """Whether another one runs is asked where it would run."""
    made = PostProcessing(type=PostProcessingType.TRANSCODING)
    each = {"spec": spec(mix=None, individual=Individual(post_processing=made))}
    deed = await done(act.Acquire(probe=True), observation(DEAD, of=each), "probe")

    assert deed.call[-1]["scene"] == 2


@pytest.mark.parametrize(
    ("last", "since"),
    [
        (past(reason="Limit", started_at=ago(900)), ago(900)),
        (past(reason="Limit", started_at=ago(900), continues_from=ago(9000)), ago(9000)),
        (past(reason="AgoraFailure", started_at=ago(900), continues_from=ago(9000)), None),
    ],
    ids=["begun anew", "again", "failed"],
)
async def test_a_recording_that_is_only_begun_anew_goes_on(
    last: PastAttempt, since: datetime | None
) -> None:
    """Its longest time counts from its first beginning; after a failure it is another one."""
    older = past("older", reason="Limit", started_at=ago(5000))
    seen = observation(of={"status": status(last_attempts=(last, older))})
    deed = await done(act.Acquire(), seen, "r1")

    assert deed.trail(NEW).attempt.continues_from == since


async def test_the_first_resource_is_number_one() -> None:
    """The number is for people."""
    deed = await done(act.Acquire(), observation(), "r1")

    assert deed.trail(NEW).attempt.number == 1


async def test_a_probe_is_marked_as_one() -> None:
    """Whoever comes next stops it."""
    deed = await done(act.Acquire(probe=True), observation(DEAD), "probe")

    assert deed.trail(PROBE).attempt.probe is True


@pytest.mark.parametrize("action", [act.Acquire(), act.Acquire(probe=True)])
async def test_a_failed_acquire_holds_up_the_next(action: act.Acquire) -> None:
    """Of its kind: a probe has a pace of its own."""
    deed = await done(action, observation(), error(Unavailable, 429))

    assert deed.pause(action) == ("RateLimited", 1)
    assert deed.pause(act.Acquire(probe=not action.probe)) is None
    assert deed.memory.trails == {}


async def test_a_start_says_what_the_spec_wants() -> None:
    """With the keys of the storage, for the resource and target of the attempt."""
    seen = observation(NEW, trails=[fresh(NEW)], of={"spec": SPEC})
    deed = await done(act.Start(NEW), seen, "sid")

    request = requests.start_request(SPEC, MEANS.storage, MEANS.secrets)
    assert deed.call == ("start", ACCESS, NEW_TASK, request)


async def test_a_probe_records_as_little_as_it_can() -> None:
    """And where storage is gone it says that it has none: it is stopped at once."""
    means = replace(MEANS, storage=None, secrets={})
    seen = observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], of=LEAVING)
    deed = await done(act.Start(PROBE), seen, "sid", means=means)

    expected = requests.probe_request(seen.recording.spec, 7, NOWHERE, {})
    assert deed.call == ("start", ACCESS, replace(NEW_TASK, resource_id="probe"), expected)


async def test_a_sid_is_learned_and_earlier_failures_are_forgotten() -> None:
    """From now on it can be stopped; the next look follows soon."""
    pauses = {**failing(act.Start(NEW)), STALE: failing(act.Start(NEW))["start/r1"]}
    seen = observation(NEW, trails=[fresh(NEW)], pauses=pauses)
    deed = await done(act.Start(NEW), seen, "sid")
    trail = deed.trail(NEW)

    assert (trail.attempt.sid, trail.sends, trail.next_query) == ("sid", 1, TICK + 5)
    assert deed.memory.pauses == {}
    assert deed.claims.sighting(Claim.of(NEW)) is None


async def test_a_probe_that_began_shows_that_nothing_else_ran() -> None:
    """Agora's exclusion says so."""
    seen = observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], of=LEAVING)
    deed = await done(act.Start(PROBE), seen, "sid")

    assert deed.claims.sighting(Claim.of(PROBE)) == Sighting("probe", NOW)


ONLY = observation(NEW, trails=[fresh(NEW)])
AGAIN = observation(LOST, trails=[sent(LOST)])
TAKEN_OVER = observation(LOST)
PROBING = observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], of=LEAVING)


@pytest.mark.parametrize(
    ("seen", "made", "said", "reason"),
    [
        (ONLY, NEW, error(Conflict, 400, 53), "TargetBusy"),
        (ONLY, NEW, error(Refused, 400, 2), "RequestRefused"),
        (ONLY, NEW, error(Refused, 500, 2), "RequestRefused"),
        (PROBING, PROBE, error(Conflict, 400, 53), "SidUnknown"),
    ],
    ids=["53", "a definite refusal", "one with 500", "53 for a probe"],
)
async def test_a_refusal_of_the_only_start_ends_its_attempt(
    seen: Observation, made: Attempt, said: AgoraError, reason: str
) -> None:
    """It did not begin, and the next is acquired later (protocol 6)."""
    deed = await done(act.Start(made), seen, said)
    other = act.Acquire(probe=not made.probe)

    assert deed.trail(made).ending is Ending.REFUSED
    assert deed.trail(made).ended_at == NOW
    assert deed.pause(act.Acquire(probe=bool(made.probe))) == (reason, 1)
    assert deed.pause(other) is None
    assert deed.pause(act.Start(made)) is None


PAGE_AT_8_MINUTES, PAGE_BEFORE = (
    attempt("page", mode="web", acquired_at=ago(seconds)) for seconds in (480, 479)
)


@pytest.mark.parametrize(
    ("lost", "said", "running_at"),
    [
        (PAGE_AT_8_MINUTES, error(Conflict, 400, 53), NOW),
        (PAGE_BEFORE, error(Conflict, 400, 53), None),
        (PAGE_AT_8_MINUTES, error(Refused, 400, 2), None),
        (
            attempt("page", mode="web", acquired_at=ago(480), sid="sid"),
            error(Conflict, 400, 53),
            None,
        ),
        (DEAD, error(Conflict, 400, 53), None),
    ],
    ids=["a page", "one that may begin yet", "another refusal", "one that is known", "a channel"],
)
async def test_what_excludes_another_page_is_the_one_whose_sid_is_unknown(
    lost: Attempt, said: AgoraError, running_at: datetime | None
) -> None:
    """As far as anybody can tell: it is not recorded again after its hours."""
    made = attempt("r2", number=2)
    deed = await done(
        act.Start(made), observation(lost, made, trails=[sent(lost), fresh(made)]), said
    )

    assert deed.trail(lost).attempt.running_at == running_at
    assert deed.trail(made).ending is Ending.REFUSED


@pytest.mark.parametrize("said", [error(Conflict, 400, 53), error(Refused, 400, 433)])
@pytest.mark.parametrize(("seen", "sends"), [(AGAIN, 2), (TAKEN_OVER, 1)])
async def test_a_refusal_of_a_repeated_start_proves_nothing_but_that_agora_answers(
    seen: Observation, sends: int, said: AgoraError
) -> None:
    """An earlier one, perhaps of another process, may run."""
    deed = await done(act.Start(LOST), seen, said)
    trail = deed.trail(LOST)

    assert (trail.ending, trail.sends, trail.answered) == (None, sends, True)
    assert deed.pause(act.Start(LOST)) == ("SidUnknown", 1)
    assert deed.pause(act.Acquire()) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (error(Unavailable, 429), "RateLimited"),
        (error(Unavailable, None), "AgoraUnavailable"),
        (error(Refused, 401), "CredentialsRefused"),
    ],
)
async def test_a_start_that_did_not_arrive_counts_as_not_sent(
    said: AgoraError, reason: str
) -> None:
    """It is sent later, and acquiring another would not help."""
    deed = await done(act.Start(NEW), ONLY, said)

    assert deed.trail(NEW) == fresh(NEW)
    assert deed.pause(act.Start(NEW)) == (reason, 1)
    assert deed.pause(act.Acquire()) == (reason, 1)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (error(Ambiguous, 500, 7), "AgoraUnavailable"),
        (error(Ambiguous, 504, 53), "AgoraUnavailable"),
        (error(Ambiguous, 206, 65), "AgoraUnavailable"),
        (error(Ambiguous, None), "AgoraUnavailable"),
        (error(Unavailable, 400, 406), "ConcurrencyLimit"),
    ],
)
async def test_a_start_without_a_clear_answer_may_have_begun(said: AgoraError, reason: str) -> None:
    """It is repeated; nothing is concluded."""
    deed = await done(act.Start(NEW), ONLY, said)
    trail = deed.trail(NEW)

    assert (trail.sends, trail.started, trail.answered, trail.ending) == (1, False, False, None)
    assert deed.pause(act.Start(NEW)) == (reason, 1)
    assert deed.pause(act.Acquire()) is None


async def test_only_53_says_that_the_target_has_another() -> None:
    """That a recording is exiting is no answer to a start, and proves nothing of it."""
    deed = await done(act.Start(NEW), ONLY, error(Conflict, 400, 49))

    assert (deed.trail(NEW).sends, deed.trail(NEW).ending) == (1, None)


@pytest.mark.parametrize(("named", "candidates"), [("sid", ("sid",)), (None, ())])
async def test_a_start_that_had_begun_names_a_candidate(
    named: str | None, candidates: tuple[str, ...]
) -> None:
    """Which start it was is not known: layout and subscription are told once more."""
    deed = await done(act.Start(LOST), AGAIN, Conflict("start", Said(201, 7, sid=named)))
    trail = deed.trail(LOST)

    assert (trail.started, trail.answered, trail.sends) == (True, True, 2)
    assert (trail.named, trail.candidates, trail.unsure) == (named, candidates, EVERY)
    assert (trail.attempt.sid, trail.ending) == (None, None)
    assert deed.pause(act.Start(LOST)) == (Reason.SID_UNKNOWN.value, 1)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (error(Ambiguous, 206, 65), None),
        (Ambiguous("start", Said(206, 65, sid="sid")), "sid"),
        (Ambiguous("start", Said(500, 62, sid="sid")), "sid"),
        (Ambiguous("start", Said(206, 65, sid="theirs")), None),
        (error(Conflict, 201, 7), None),
    ],
)
async def test_what_is_no_success_may_name_the_sid(said: AgoraError, named: str | None) -> None:
    """A candidate, unless another object has it."""
    theirs = observation(of={"uid": "other", "status": status(attempt("r2", sid="theirs"))})
    deed = await done(act.Start(NEW), ONLY, said, others=[theirs])
    trail = deed.trail(NEW)

    assert (trail.sends, trail.attempt.sid, trail.named) == (1, None, named)
    assert trail.candidates == ((named,) if named else ())


async def test_a_sid_that_was_named_before_is_asked_about_when_the_start_had_begun() -> None:
    """An answer that names none takes it back by no means."""
    seen = observation(LOST, trails=[sent(LOST, named="sid")])
    deed = await done(act.Start(LOST), seen, error(Conflict, 201, 7))

    assert (deed.trail(LOST).named, deed.trail(LOST).candidates) == ("sid", ("sid",))


async def test_a_start_counts_before_it_is_sent() -> None:
    """Whoever is ended while it waits for the answer has sent it."""
    memory = Memory(ONLY.recording, trails=dict(ONLY.trails))
    claims = Claims(lambda _uid: None)
    turn = Turn(ONLY, memory, MEANS, claims, jitter=0.0, poll_seconds=60.0)
    telephone = Telephone(asyncio.CancelledError())

    with pytest.raises(asyncio.CancelledError):
        await Effects(telephone, telephone).perform(act.Start(NEW), turn)
    assert memory.trails["r1"].sends == 1


async def test_what_is_none_of_agoras_business_is_not_asked_of_it() -> None:
    """Whoever asks all the same has made a mistake."""
    with pytest.raises(AssertionError):
        await done(act.Wait(), observation(), None)
