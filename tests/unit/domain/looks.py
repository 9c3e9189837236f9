"""Looks at the world as Hypothesis makes them: all that may be, and much that should not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from agora_recording.crd.recording import DeletionPolicy, DesiredState
from agora_recording.crd.status import Attempt, CloudRecordingStatus, Query
from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.claim import Claim, Rival, Sighting
from agora_recording.domain.observation import (
    FINALIZER,
    Answer,
    Observation,
    Pause,
    Problem,
    Streak,
    Trail,
)
from agora_recording.domain.pace import DELAYS, operation
from agora_recording.domain.topic import Topic
from builders import (
    APP,
    ME,
    NOW,
    OTHER,
    PLACE,
    TARGET,
    TICK,
    WANTED,
    ago,
    attempt,
    observation,
    past,
    recording,
    spec,
    told,
    upload,
)

COUNTS = st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3, 9])
"""How many attempts an object has."""
SECONDS_AGO = st.sampled_from([0, 1, 60, 299, 301, 479, 481, 4000, 2_600_000])
TICKS = st.sampled_from([TICK - 500, TICK - 125, TICK - 95, TICK - 3, TICK - 1, TICK, TICK + 30])
PROBLEMS = st.sampled_from(sorted(DELAYS)).map(lambda reason: Problem(reason, reason.text))
STREAKS = st.builds(
    lambda first, length, count: Streak(first, first + length, count),
    TICKS,
    st.sampled_from([0, 50, 91, 121]),
    st.integers(1, 5),
)
UPLOADS = st.builds(
    lambda place, hours: upload(place=place, expires_at=hours and ago(-3600 * hours)),
    st.sampled_from([PLACE, "another"]),
    st.sampled_from([None, -1, 2, 12]),
)
CLAIM = Claim(APP, "standup", 7)
RIVALS = [Rival("default", "older"), Rival("other", "older", frozenset({"r1"}))]
SIGHTINGS = st.builds(
    lambda name, seconds: Sighting(name, NOW - timedelta(seconds=seconds)),
    st.sampled_from(["r1", "r2", "another"]),
    SECONDS_AGO,
)
ANSWERS = st.builds(Answer, st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 99]))


@st.composite
def attempts(draw: st.DrawFn, number: int) -> Attempt:
    """Return an open attempt of any kind."""
    sid = draw(st.sampled_from([None, None, f"sid-{number}"]))
    begun = NOW - timedelta(seconds=draw(SECONDS_AGO))
    confirmed = begun if sid and draw(st.booleans()) else None
    intended = NOW if sid and draw(st.booleans()) else None
    ends = draw(st.sampled_from([None] * 40 + [NOW - timedelta(1), NOW + timedelta(1)]))
    return attempt(
        f"r{number}",
        number=number,
        sid=sid,
        owner=draw(st.sampled_from([ME, ME, OTHER])),
        acquired_at=begun,
        confirmed_at=confirmed,
        stop_intended_at=intended,
        stop_reason=draw(st.sampled_from(["User", "AgoraFailure"])) if intended else None,
        must_end_by=ends,
        probe=draw(st.sampled_from([None, None, None, True])),
        told=told(layout=draw(st.sampled_from(["layout", "old"]))),
    )


@st.composite
def trails(draw: st.DrawFn, made: Attempt) -> Trail:
    """Return what may have been learned of an attempt."""
    mine = made.owner == ME
    ending = draw(st.sampled_from([None] * 12 + [*Ending]))
    if ending in {Ending.NEVER_SENT, Ending.REFUSED} and (made.sid or not mine):
        ending = None
    learned = made.model_copy(
        update={"sid": made.sid or draw(st.sampled_from([None, None, None, "late"]))}
    )
    return Trail(
        learned,
        acquired=draw(TICKS) if mine else None,
        sends=draw(st.sampled_from([0, 0, 1, 3])) if mine else draw(st.integers(1, 3)),
        stored=draw(st.booleans()),
        started=draw(st.integers(0, 5)) == 0,
        candidates=draw(st.sampled_from([(), (), ("candidate",)])),
        answer=draw(st.none() | ANSWERS),
        next_query=draw(TICKS),
        absence=draw(st.none() | st.none() | STREAKS),
        unconfirmed=draw(st.none() | st.none() | STREAKS),
        ending=ending,
        ended_at=NOW if ending else None,
        uploading_status=draw(st.sampled_from([None, "Uploaded"])) if ending else None,
    )


@st.composite
def beginnings(draw: st.DrawFn) -> Observation:
    """Return a look at an object whose recording is just being made."""
    made = attempt("r1", acquired_at=NOW - timedelta(seconds=draw(st.sampled_from([0, 1, 60]))))
    listed = [made] if draw(st.booleans()) else []
    trail = Trail(
        made,
        acquired=draw(st.sampled_from([TICK - 3, TICK - 1, TICK])),
        sends=draw(st.sampled_from([0, 1])),
        stored=bool(listed) or draw(st.booleans()),
    )
    start = operation(act.Start(made))
    pause = Pause(draw(TICKS), 1, draw(PROBLEMS), 1)
    return observation(
        trails=[trail],
        storage=draw(st.none() | PROBLEMS),
        pauses={start: pause} if draw(st.booleans()) else {},
        of={
            "status": CloudRecordingStatus(attempts=tuple(listed)),
            "finalizers": draw(st.sampled_from([(), (FINALIZER,)])),
            "deleting": draw(st.integers(0, 5)) == 0,
        },
    )


def observations() -> st.SearchStrategy[Observation]:
    """Return looks at objects of any age."""
    return beginnings() | lives()


@st.composite
def lives(draw: st.DrawFn) -> Observation:
    """Return a look at an object that has lived through anything."""
    made = [draw(attempts(n)) for n in range(1, draw(COUNTS) + 1)]
    listed = [a for a in made if draw(st.integers(0, 5))]
    known = {a.resource_id: draw(trails(a)) for a in made if a not in listed or draw(st.booleans())}
    actions: list[act.Action] = [
        act.Acquire(),
        *(act.Start(a) for a in made),
        *(act.Stop(a) for a in made),
    ]
    actions += [act.Query(a, a.sid) for a in made if a.sid]
    failed = draw(st.lists(st.sampled_from(actions), max_size=3))
    pauses = {
        operation(a): Pause(draw(TICKS), draw(st.integers(1, 9)), draw(PROBLEMS), 1) for a in failed
    }
    gone = draw(st.integers(0, 9)) == 0
    wanted = spec(
        desired_state=draw(st.sampled_from([DesiredState.RECORDING] * 3 + [DesiredState.STOPPED])),
        deletion_policy=draw(st.sampled_from([DeletionPolicy.STOP] * 3 + [DeletionPolicy.ORPHAN])),
    )
    held = draw(st.sampled_from([(), (FINALIZER,), (FINALIZER,), ("other", FINALIZER)]))
    object_ = recording(
        finalizers=() if gone else held,
        spec=wanted,
        status=_status(draw, listed),
        deleting=gone or draw(st.integers(0, 3)) == 0,
        forced=draw(st.integers(0, 9)) == 0,
        gone=gone,
    )
    target = draw(st.sampled_from([TARGET] * 12) | PROBLEMS) if draw(st.booleans()) else TARGET
    return Observation(
        recording=object_,
        now=NOW,
        tick=TICK,
        owner=ME,
        target=target,
        storage=draw(st.none() | st.none() | PROBLEMS),
        searchable=draw(st.booleans()),
        kicks=draw(st.booleans()),
        closed=draw(st.none() | st.none() | PROBLEMS),
        upload=draw(st.none() | UPLOADS),
        wanted=draw(st.sampled_from([WANTED, {**WANTED, Topic.STORAGE: "v1"}])),
        claim=CLAIM if listed or target == TARGET else None,
        rival=draw(st.sampled_from([None, None, None, None, *RIVALS])),
        sighting=draw(st.none() | SIGHTINGS),
        trails=known,
        pauses=pauses,
    )


def _status(draw: st.DrawFn, listed: list[Attempt]) -> CloudRecordingStatus:
    before: dict[str, Any] = {
        "attempts": tuple(listed),
        "settled": draw(st.sampled_from([None if listed else True, None])),
        "restarts": draw(st.integers(0, 12)),
        "end_reason": draw(st.sampled_from([None, None, None, "User", "Idle"])),
        "last_attempts": tuple(past(f"p{n}", number=n) for n in range(draw(st.integers(0, 5)))),
        "query": draw(st.sampled_from([None, Query(status=5, state="InProgress")])),
    }
    return CloudRecordingStatus(**before)


def saved(seen: Observation, status: CloudRecordingStatus) -> Observation:
    """Return the look after ``status`` was stored, as the memory then has it."""
    stored = {a.resource_id for a in status.attempts}
    over = {p.resource_id for p in status.last_attempts}
    kept = {
        i: replace(t, stored=True) if i in stored else t
        for i, t in seen.trails.items()
        if i in stored
        or t.ending is None
        or not (t.ending in {Ending.NEVER_SENT, Ending.REFUSED} or i in over)
    }
    return replace(seen, recording=replace(seen.recording, status=status), trails=kept)
