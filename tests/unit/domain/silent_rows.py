"""Situations in which a rule must leave the answer to another."""

from agora_recording.crd.mode import Media, Mix
from agora_recording.domain import action as act
from agora_recording.domain import decision as rules
from agora_recording.domain.claim import Neighbours, Rival, Sighting
from agora_recording.domain.holdup import LOOK_AGAIN
from agora_recording.domain.observation import FINALIZER, Streak, Trail
from agora_recording.domain.topic import Topic
from builders import NOW, OTHER, TICK, ago, attempt, observation, running, spec, told
from unit.domain.situations import (
    AWAITED,
    CLOSED,
    DEAD,
    EIGHT,
    LEAVING,
    LIVE,
    LOST,
    NEW,
    ORPHAN,
    RIVAL,
    STARTED,
    STOPPED,
    WEEK_OLD,
    YOUNG,
    Row,
    fresh,
    sent,
)

AGING = attempt("aging", acquired_at=ago(400))
SECOND = running("r2", number=2)
ENDING = attempt("ending", acquired_at=ago(600), must_end_by=ago(-600))

NEWEST = attempt("newest", number=9, acquired_at=ago(400))

SILENT_ROWS = (
    Row(
        "an Orphan that stays is recorded",
        rules.leave_an_orphan_running,
        observation(LIVE, of=ORPHAN),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a recording may last until its token ends",
        rules.close_what_must_have_ended,
        observation(running(must_end_by=ago(-1))),
        act.Query(running(must_end_by=ago(-1)), "sid-r1"),
    ),
    Row(
        "404 for less than two minutes proves nothing",
        rules.close_what_is_gone,
        observation(LIVE, trails=[Trail(LIVE, absence=Streak(TICK - 119, TICK, 9))]),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "two answers of 404 prove nothing however far apart",
        rules.close_what_is_gone,
        observation(LIVE, trails=[Trail(LIVE, absence=Streak(TICK - 999, TICK, 2))]),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a living unknown attempt is not closed by another",
        rules.close_what_another_excludes,
        observation(LOST, running("r2", number=2), trails=[sent(LOST)]),
        act.Query(running("r2", number=2), "sid-r2"),
    ),
    Row(
        "a recording in a project that is being deleted goes on",
        rules.prepare_a_recording,
        observation(LIVE, closed=CLOSED),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a start that was sent is not given up",
        rules.close_what_was_never_sent,
        observation(LOST, trails=[sent(LOST, acquired=TICK - 60)]),
        act.Start(LOST),
    ),
    Row(
        "the finalizer stays while something is open",
        rules.release_when_nothing_can_run,
        observation(DEAD, trails=[sent(DEAD)], of=LEAVING),
        act.Acquire(probe=True),
    ),
    Row(
        "no finalizer is put on an object that leaves",
        rules.put_the_finalizer_on,
        observation(LIVE, of={**LEAVING, "finalizers": ("other",)}),
        act.Stop(LIVE),
    ),
    Row(
        "credentials that were found hold nothing up",
        rules.wait_for_a_target,
        observation(),
        act.Acquire(),
    ),
    Row(
        "the owner of a recording whose sid is known does not matter",
        rules.take_over_what_is_unknown,
        observation(running(owner=OTHER)),
        act.Query(running(owner=OTHER), "sid-r1"),
    ),
    Row(
        "a lapsed resource is not started again",
        rules.resolve_what_is_unknown,
        observation(DEAD, trails=[sent(DEAD)], of=STOPPED),
        act.Acquire(probe=True),
    ),
    Row(
        "what may still start is not probed",
        rules.probe_what_may_still_run,
        observation(AGING, trails=[sent(AGING)], of=LEAVING),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "an attempt of another process is not taken over with nothing to ask",
        rules.take_over_what_is_unknown,
        observation(attempt(owner=OTHER, acquired_at=ago(400)), of=LEAVING),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "of three starts the newest is not repeated before it is dead",
        rules.resolve_what_is_unknown,
        observation(*EIGHT[:2], NEWEST, trails=[*map(sent, EIGHT[:2]), sent(NEWEST)]),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "a recorder is not removed before its start can be repeated no more",
        rules.kick_what_cannot_be_stopped,
        observation(LOST, trails=[sent(LOST)], of=LEAVING, kicks=True),
        act.Start(LOST),
    ),
    Row(
        "a recorder that may be another object's is not removed",
        rules.kick_what_cannot_be_stopped,
        observation(DEAD, trails=[sent(DEAD)], of=LEAVING, kicks=True, rival=RIVAL),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "a wanted recorder is not removed",
        rules.kick_what_cannot_be_stopped,
        observation(DEAD, trails=[sent(DEAD)], kicks=True),
        act.Acquire(),
    ),
    Row(
        "what ends by itself within the hour is not probed",
        rules.probe_what_may_still_run,
        observation(ENDING, trails=[sent(ENDING)], of=LEAVING),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "a full list is not probed",
        rules.probe_what_may_still_run,
        observation(*EIGHT, trails=[sent(a) for a in EIGHT], of=LEAVING),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "what another object records is not probed",
        rules.probe_what_may_still_run,
        observation(DEAD, trails=[sent(DEAD)], of=LEAVING, rival=RIVAL),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "a loser with an open attempt finishes it",
        rules.yield_to_another_object,
        observation(STARTED, rival=RIVAL),
        act.Query(STARTED, "sid-r1"),
    ),
    Row(
        "only a resource that both list is the other object's",
        rules.close_what_another_object_has,
        observation(STARTED, rival=Rival("default", "older", frozenset({"r9"}))),
        act.Query(STARTED, "sid-r1"),
    ),
    Row(
        "an object that stays is not let go by force",
        rules.let_go_by_force,
        observation(LIVE, of={"forced": True}),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "what can be stopped is stopped before a person lets go",
        rules.let_go_by_force,
        observation(LIVE, of={**LEAVING, "forced": True}),
        act.Stop(LIVE),
    ),
    Row(
        "a record that says that nothing is open is not wiped",
        rules.record_what_was_wiped,
        observation(of={"finalizers": (FINALIZER,)}),
        act.Acquire(),
    ),
    Row(
        "a sighting before it was dead proves nothing",
        rules.close_what_another_excludes,
        observation(DEAD, trails=[sent(DEAD)], sighting=Sighting("r2", ago(200))),
        act.Acquire(),
    ),
    Row(
        "nothing is disproved by being seen itself",
        rules.close_what_another_excludes,
        observation(DEAD, trails=[sent(DEAD)], sighting=Sighting("dead", NOW)),
        act.Acquire(),
    ),
    Row(
        "a wanted recording is not stopped",
        rules.stop_what_is_unwanted,
        observation(LIVE),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a confirmed recording is not given up for a hiccup",
        rules.stop_what_never_began,
        observation(LIVE, trails=[Trail(LIVE, unconfirmed=Streak(TICK - 99, TICK, 5))]),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "what has a sid is not started",
        rules.start_what_was_prepared,
        observation(STARTED),
        act.Query(STARTED, "sid-r1"),
    ),
    Row(
        "dead unknown attempts do not hold a wanted recording",
        rules.hold_what_is_unknown,
        observation(DEAD, trails=[sent(DEAD)]),
        act.Acquire(),
    ),
    Row(
        "a recording is watched although an older attempt is unknown",
        rules.hold_what_is_unknown,
        observation(AGING, SECOND, trails=[sent(AGING)]),
        act.Query(SECOND, "sid-r2"),
    ),
    Row(
        "an object that is no longer new begins all the same",
        rules.let_those_begin_that_it_is_kept_away_from,
        observation(of={"created": "2026-03-01T11:59:30Z"}, neighbours=AWAITED),
        act.Acquire(),
    ),
    Row(
        "an object whose neighbours have begun begins at once",
        rules.let_those_begin_that_it_is_kept_away_from,
        observation(of=YOUNG, neighbours=Neighbours(frozenset({"theirs"}))),
        act.Acquire(),
    ),
    Row(
        "what was prepared is started at once",
        rules.let_those_begin_that_it_is_kept_away_from,
        observation(NEW, trails=[fresh(NEW)], of=YOUNG, neighbours=AWAITED),
        act.Start(NEW),
    ),
    Row(
        "nothing is acquired while a sid is known",
        rules.prepare_a_recording,
        observation(STARTED),
        act.Query(STARTED, "sid-r1"),
    ),
    Row(
        "a layout that Agora knows is not told again",
        rules.tell_what_changed,
        observation(LIVE),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a recording without picture is never told a layout",
        rules.tell_what_changed,
        observation(
            LIVE,
            trails=[Trail(LIVE, stored=True, unsure=frozenset({Topic.LAYOUT}))],
            of={"spec": spec(mix=Mix(media=Media.AUDIO))},
            wanted={Topic.SUBSCRIPTION: "subscription"},
        ),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a layout is not told before the start is confirmed",
        rules.tell_what_changed,
        observation(STARTED.model_copy(update={"told": told(layout="old")})),
        act.Query(STARTED.model_copy(update={"told": told(layout="old")}), "sid-r1"),
    ),
    Row(
        "a subscription that Agora knows is not told again",
        rules.tell_what_changed,
        observation(LIVE),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a recording of a week is left running",
        rules.stop_before_its_means_lapse,
        observation(WEEK_OLD),
        act.Query(WEEK_OLD, "sid-r1"),
    ),
    Row(
        "a recording whose token lasts for eleven minutes is left running",
        rules.stop_before_its_means_lapse,
        observation(running(token_expires_at=ago(-660))),
        act.Query(running(token_expires_at=ago(-660)), "sid-r1"),
    ),
)
