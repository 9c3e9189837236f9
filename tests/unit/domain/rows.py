"""The decision table: situations, the rule that answers, and what it answers."""

from agora_recording.domain import action as act
from agora_recording.domain import decision as rules
from agora_recording.domain.action import Ending
from agora_recording.domain.claim import Rival, Sighting
from agora_recording.domain.holdup import LOOK_AGAIN
from agora_recording.domain.observation import FINALIZER, Streak, Trail
from agora_recording.domain.pace import HEAD_START_LOOK
from agora_recording.domain.topic import Topic
from builders import (
    NOW,
    OTHER,
    TICK,
    WANTED,
    ago,
    attempt,
    observation,
    running,
    status,
    told,
    upload,
)
from unit.domain.situations import (
    AGED,
    AWAITED,
    CLOSED,
    DEAD,
    EIGHT,
    GONE,
    INTENDED,
    LEAVING,
    LIVE,
    LONG,
    LOST,
    LOST_RECORD,
    NEW,
    NO_SECRET,
    ORPHAN,
    PROBE,
    RIVAL,
    RUNNING_PROBE,
    STARTED,
    STOPPED,
    TOLD,
    TWO,
    WIPED,
    YOUNG,
    Row,
    exhausted,
    fresh,
    seen_after_failure,
    sent,
)

SECOND = running("r2", number=2)
SEEN_RUNNING = Sighting("r2", NOW)

TORN = attempt("lost-record-20260301115000", acquired_at=ago(600))

OLD = running(told=told(layout="old"))
UNSURE = frozenset({Topic.SUBSCRIPTION})

ROWS = (
    Row(
        "a deleted Orphan is let go although it records",
        rules.leave_an_orphan_running,
        observation(LIVE, of={**ORPHAN, **LEAVING}),
        act.Release(),
    ),
    Row(
        "an Orphan that is gone is left alone",
        rules.leave_an_orphan_running,
        observation(LIVE, of={**ORPHAN, **GONE}),
        act.Wait(),
    ),
    Row(
        "a recording whose token and margin are over has ended",
        rules.close_what_must_have_ended,
        observation(running(must_end_by=NOW)),
        act.Close(running(must_end_by=NOW), Ending.EXPIRED),
    ),
    Row(
        "an unknown attempt whose hours are over has ended",
        rules.close_what_must_have_ended,
        observation(attempt(must_end_by=ago(1), owner=OTHER)),
        act.Close(attempt(must_end_by=ago(1), owner=OTHER), Ending.EXPIRED),
    ),
    Row(
        "two minutes of nothing but 404 prove that it is gone",
        rules.close_what_is_gone,
        observation(LIVE, trails=[Trail(LIVE, absence=LONG)]),
        act.Close(LIVE, Ending.LOST),
    ),
    Row(
        "a confirmed recording proves that a dead unknown one of its target never ran",
        rules.close_what_another_excludes,
        observation(DEAD, SECOND, trails=[sent(DEAD)], sighting=SEEN_RUNNING),
        act.Close(DEAD, Ending.SUPERSEDED),
    ),
    Row(
        "a recording of another object proves it as well",
        rules.close_what_another_excludes,
        observation(DEAD, trails=[sent(DEAD)], sighting=SEEN_RUNNING, of=LEAVING),
        act.Close(DEAD, Ending.SUPERSEDED),
    ),
    Row(
        "a resource that another object has is that object's to stop",
        rules.close_what_another_object_has,
        observation(LIVE, rival=Rival("default", "other", frozenset({"r1"})), of=LEAVING),
        act.Close(LIVE, Ending.DUPLICATE),
    ),
    Row(
        "a resource is given up for a stronger claim",
        rules.close_what_was_never_sent,
        observation(NEW, trails=[fresh(NEW)], rival=RIVAL),
        act.Close(NEW, Ending.NEVER_SENT),
    ),
    Row(
        "a probe is given up if a recording is wanted after all",
        rules.close_what_was_never_sent,
        observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)]),
        act.Close(PROBE, Ending.NEVER_SENT),
    ),
    Row(
        "a probe is given up if its object vanished",
        rules.close_what_was_never_sent,
        observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], of=GONE),
        act.Close(PROBE, Ending.NEVER_SENT),
    ),
    Row(
        "a resource that was not started within two seconds is given up",
        rules.close_what_was_never_sent,
        observation(NEW, trails=[fresh(NEW, acquired=TICK - 3)]),
        act.Close(NEW, Ending.NEVER_SENT),
    ),
    Row(
        "a resource that is not wanted any more is given up",
        rules.close_what_was_never_sent,
        observation(NEW, trails=[fresh(NEW)], of=STOPPED),
        act.Close(NEW, Ending.NEVER_SENT),
    ),
    Row(
        "the finalizer goes once nothing is open",
        rules.release_when_nothing_can_run,
        observation(of={**LEAVING, "finalizers": (FINALIZER,)}),
        act.Release(),
    ),
    Row(
        "a stopped object without attempts rests",
        rules.release_when_nothing_can_run,
        observation(of=STOPPED),
        act.Wait(),
    ),
    Row(
        "a recording that ended by itself is not begun again",
        rules.release_when_nothing_can_run,
        observation(of={"status": status(end_reason="Idle")}),
        act.Wait(),
    ),
    Row(
        "a person lets go of a deleted object whatever may run",
        rules.let_go_by_force,
        observation(DEAD, trails=[sent(DEAD)], of={**LEAVING, "forced": True}),
        act.Release(),
    ),
    Row(
        "a person lets go although nobody can be asked to stop",
        rules.let_go_by_force,
        observation(LIVE, target=NO_SECRET, of={**LEAVING, "forced": True}),
        act.Release(),
    ),
    Row(
        "a person lets go once the stop has failed",
        rules.let_go_by_force,
        seen_after_failure(LIVE, action=act.Stop(LIVE), of={**LEAVING, "forced": True}),
        act.Release(),
    ),
    Row(
        "a wiped record is put back before the finalizer could go",
        rules.record_what_was_wiped,
        observation(of=WIPED),
        act.Amend(LOST_RECORD),
    ),
    Row(
        "the finalizer follows the record of the intent",
        rules.put_the_finalizer_on,
        observation(NEW, trails=[fresh(NEW)], of={"finalizers": ()}),
        act.AddFinalizer(),
    ),
    Row(
        "a finalizer that somebody took off is put back",
        rules.put_the_finalizer_on,
        observation(LIVE, of={"finalizers": ("other",)}),
        act.AddFinalizer(),
    ),
    Row(
        "without credentials nothing is asked of Agora",
        rules.wait_for_a_target,
        observation(LIVE, target=NO_SECRET),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "the attempt of another process is taken over before anything is sent for it",
        rules.take_over_what_is_unknown,
        observation(attempt(owner=OTHER)),
        act.Amend(NEW),
    ),
    Row(
        "the same start is sent again while its resource lives",
        rules.resolve_what_is_unknown,
        observation(LOST, trails=[sent(LOST)]),
        act.Start(LOST),
    ),
    Row(
        "the same start is sent again although the object is deleted",
        rules.resolve_what_is_unknown,
        observation(LOST, trails=[sent(LOST)], of=LEAVING),
        act.Start(LOST),
    ),
    Row(
        "a sid that an error named is asked about before anything else",
        rules.resolve_what_is_unknown,
        observation(LOST, trails=[sent(LOST, candidates=("maybe",))]),
        act.Query(LOST, "maybe"),
    ),
    Row(
        "one that was not found is asked about again once the start cannot be repeated",
        rules.resolve_what_is_unknown,
        observation(DEAD, trails=[sent(DEAD, named="maybe")], searchable=True),
        act.Query(DEAD, "maybe"),
    ),
    Row(
        "and not before",
        rules.resolve_what_is_unknown,
        observation(LOST, trails=[sent(LOST, named="maybe")], searchable=True),
        act.Start(LOST),
    ),
    Row(
        "a repeated start keeps its pause",
        rules.hold_what_is_unknown,
        seen_after_failure(LOST, action=act.Start(LOST), trails=[sent(LOST)]),
        act.Wait(TICK + 7),
    ),
    Row(
        "a start is not repeated without storage",
        rules.hold_what_is_unknown,
        observation(LOST, trails=[sent(LOST)], storage=NO_SECRET),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "an unwanted recording is first marked",
        rules.stop_what_is_unwanted,
        observation(LIVE, of=STOPPED),
        act.Amend(running(stop_intended_at=NOW, stop_reason="User")),
    ),
    Row(
        "a marked recording is stopped",
        rules.stop_what_is_unwanted,
        observation(INTENDED, of=STOPPED),
        act.Stop(INTENDED),
    ),
    Row(
        "a mark is final although the recording is wanted again",
        rules.stop_what_is_unwanted,
        observation(INTENDED),
        act.Stop(INTENDED),
    ),
    Row(
        "a deletion is mark enough",
        rules.stop_what_is_unwanted,
        observation(LIVE, of=LEAVING),
        act.Stop(LIVE),
    ),
    Row(
        "what a vanished object left running is stopped",
        rules.stop_what_is_unwanted,
        observation(LIVE, of=GONE),
        act.Stop(LIVE),
    ),
    Row(
        "of two recordings the older is marked",
        rules.stop_what_is_unwanted,
        observation(LIVE, running("r2", number=2)),
        act.Amend(running(stop_intended_at=NOW, stop_reason="User")),
    ),
    Row(
        "a start that is not confirmed in 90 s has failed",
        rules.stop_what_never_began,
        observation(STARTED, trails=[Trail(STARTED, unconfirmed=Streak(TICK - 91, TICK, 3))]),
        act.Amend(
            STARTED.model_copy(update={"stop_intended_at": NOW, "stop_reason": "AgoraFailure"})
        ),
    ),
    Row(
        "a stored intent under the finalizer is started",
        rules.start_what_was_prepared,
        observation(NEW, trails=[fresh(NEW)]),
        act.Start(NEW),
    ),
    Row(
        "a probe is sent under the finalizer although nothing is wanted",
        rules.start_what_was_prepared,
        observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], of=LEAVING, storage=NO_SECRET),
        act.Start(PROBE),
    ),
    Row(
        "a probe that runs is stopped at once",
        rules.stop_what_is_unwanted,
        observation(DEAD, RUNNING_PROBE, of=LEAVING),
        act.Stop(RUNNING_PROBE),
    ),
    Row(
        "a probe that runs is stopped although a recording is wanted by now",
        rules.stop_what_is_unwanted,
        observation(RUNNING_PROBE),
        act.Amend(
            RUNNING_PROBE.model_copy(update={"stop_intended_at": NOW, "stop_reason": "Probe"})
        ),
    ),
    Row(
        "the bucket is searched once the start cannot be repeated",
        rules.resolve_what_is_unknown,
        observation(DEAD, trails=[sent(DEAD)], searchable=True),
        act.FindSid(DEAD),
    ),
    Row(
        "after two attempts without an answer Agora is asked with what cannot begin any more",
        rules.resolve_what_is_unknown,
        observation(*EIGHT[:2], trails=[sent(a) for a in EIGHT[:2]]),
        act.Start(EIGHT[1]),
    ),
    Row(
        "it is not asked as long as nothing could be begun",
        rules.hold_what_is_unknown,
        observation(*EIGHT[:2], trails=[sent(a) for a in EIGHT[:2]], storage=NO_SECRET),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "but for an object that goes it is, since only a probe can tell more",
        rules.resolve_what_is_unknown,
        observation(*EIGHT[:2], trails=[sent(a) for a in EIGHT[:2]], storage=NO_SECRET, of=LEAVING),
        act.Start(EIGHT[1]),
    ),
    Row(
        "once Agora answers starts again another attempt is made",
        rules.prepare_a_recording,
        observation(*EIGHT[:2], trails=[sent(EIGHT[0]), sent(EIGHT[1], answered=True)]),
        act.Acquire(),
    ),
    Row(
        "once Agora answers starts again a probe is made",
        rules.probe_what_may_still_run,
        observation(*EIGHT[:2], trails=[sent(EIGHT[1], answered=True)], of=LEAVING),
        act.Acquire(probe=True),
    ),
    Row(
        "the bucket is searched once Agora said that it has started",
        rules.resolve_what_is_unknown,
        observation(LOST, trails=[sent(LOST, started=True)], searchable=True),
        act.FindSid(LOST),
    ),
    Row(
        "a start is repeated without storage for an object that goes",
        rules.resolve_what_is_unknown,
        observation(LOST, trails=[sent(LOST)], storage=NO_SECRET, of=LEAVING),
        act.Start(LOST),
    ),
    Row(
        "a recorder that cannot be stopped is removed if that is allowed",
        rules.kick_what_cannot_be_stopped,
        observation(DEAD, trails=[sent(DEAD)], of=LEAVING, kicks=True),
        act.Kick(DEAD),
    ),
    Row(
        "a recorder whose record was wiped is removed although the bucket can be searched",
        rules.kick_what_cannot_be_stopped,
        observation(TORN, of=LEAVING, kicks=True, searchable=True),
        act.Kick(TORN),
    ),
    Row(
        "a recorder is removed as soon as it is known to have started",
        rules.kick_what_cannot_be_stopped,
        observation(LOST, trails=[sent(LOST, started=True)], of=STOPPED, kicks=True),
        act.Kick(LOST),
    ),
    Row(
        "what can neither be stopped nor start any more is probed",
        rules.probe_what_may_still_run,
        observation(DEAD, trails=[sent(DEAD)], of=LEAVING),
        act.Acquire(probe=True),
    ),
    Row(
        "what is unknown of a recording that is over is probed",
        rules.probe_what_may_still_run,
        observation(DEAD, trails=[sent(DEAD)], of={"status": status(DEAD, end_reason="Idle")}),
        act.Acquire(probe=True),
    ),
    Row(
        "nothing is acquired beside an unknown attempt for a stronger claim",
        rules.hold_what_is_unknown,
        observation(DEAD, trails=[sent(DEAD)], rival=RIVAL),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "what has begun is not tried again beside itself",
        rules.hold_what_is_unknown,
        observation(LOST, trails=[sent(LOST, started=True)], pauses=exhausted(LOST)),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "the younger of two objects waits for the older",
        rules.yield_to_another_object,
        observation(rival=RIVAL),
        act.Wait(),
    ),
    Row(
        "an unknown attempt that may still start late is waited for",
        rules.hold_what_is_unknown,
        observation(attempt(acquired_at=ago(400)), trails=[sent(attempt(acquired_at=ago(400)))]),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "a dead unknown attempt holds an object that is to be deleted",
        rules.hold_what_is_unknown,
        seen_after_failure(DEAD, action=act.Acquire(probe=True), trails=[sent(DEAD)], of=LEAVING),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "what a vanished object may have left running is given up when it cannot be found",
        rules.hold_what_is_unknown,
        observation(DEAD, trails=[sent(DEAD)], of=GONE),
        act.Wait(),
    ),
    Row(
        "eight open attempts are enough",
        rules.hold_what_is_unknown,
        observation(*EIGHT, trails=[sent(a) for a in EIGHT]),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "of living unknown attempts there are never three",
        rules.hold_what_is_unknown,
        observation(*TWO, trails=[sent(a, started=True) for a in TWO], pauses=exhausted(*TWO)),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "a new object gets a resource",
        rules.prepare_a_recording,
        observation(),
        act.Acquire(),
    ),
    Row(
        "a recording that a dead unknown attempt cannot give is prepared anew",
        rules.prepare_a_recording,
        observation(DEAD, trails=[sent(DEAD)]),
        act.Acquire(),
    ),
    Row(
        "without storage nothing is prepared",
        rules.prepare_a_recording,
        observation(storage=NO_SECRET),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "nothing new is prepared in a project that is being deleted",
        rules.prepare_a_recording,
        observation(closed=CLOSED),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "nor beside an unknown attempt",
        rules.prepare_a_recording,
        observation(DEAD, trails=[sent(DEAD)], closed=CLOSED),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "after maxRestarts failures more a person is asked",
        rules.prepare_a_recording,
        observation(of={"status": status(restarts=11)}),
        act.Wait(),
    ),
    Row(
        "a new object lets another begin first that it is kept away from",
        rules.let_those_begin_that_it_is_kept_away_from,
        observation(of=YOUNG, neighbours=AWAITED),
        act.Wait(TICK + HEAD_START_LOOK),
    ),
    Row(
        "a changed layout is told while it records",
        rules.tell_what_changed,
        observation(OLD),
        act.Tell(OLD, Topic.LAYOUT),
    ),
    Row(
        "a layout that another leader may have undone is told again",
        rules.tell_what_changed,
        observation(LIVE, trails=[Trail(LIVE, stored=True, unsure=frozenset({Topic.LAYOUT}))]),
        act.Tell(LIVE, Topic.LAYOUT),
    ),
    Row(
        "a subscription that another leader may have undone is told again",
        rules.tell_what_changed,
        observation(LIVE, trails=[Trail(LIVE, stored=True, unsure=UNSURE)]),
        act.Tell(LIVE, Topic.SUBSCRIPTION),
    ),
    Row(
        "a changed subscription is told while it records",
        rules.tell_what_changed,
        observation(running(told=told(subscription="old"))),
        act.Tell(running(told=told(subscription="old")), Topic.SUBSCRIPTION),
    ),
    Row(
        "renewed storage credentials are told while it records",
        rules.tell_what_changed,
        observation(LIVE, wanted={**WANTED, Topic.STORAGE: "v2"}, upload=upload()),
        act.Tell(LIVE, Topic.STORAGE),
    ),
    Row(
        "a running recording is looked at when that is due",
        rules.keep_watch,
        observation(LIVE),
        act.Query(LIVE, "sid-r1"),
    ),
    Row(
        "a running recording is left in peace until then",
        rules.keep_watch,
        observation(LIVE, trails=[TOLD]),
        act.Wait(TICK + 60),
    ),
    Row(
        "a refused layout does not end the looking",
        rules.keep_watch,
        seen_after_failure(
            OLD,
            action=act.Tell(OLD, Topic.LAYOUT),
        ),
        act.Query(OLD, "sid-r1"),
    ),
    Row(
        "a recording is stopped before its resource lapses for good",
        rules.stop_before_its_means_lapse,
        observation(AGED),
        act.Amend(AGED.model_copy(update={"stop_intended_at": NOW, "stop_reason": "Limit"})),
    ),
    Row(
        "a recording is stopped before its token ends",
        rules.stop_before_its_means_lapse,
        observation(running(token_expires_at=ago(-600))),
        act.Amend(
            running(token_expires_at=ago(-600), stop_intended_at=NOW, stop_reason="Limit"),
        ),
    ),
)
