"""The rows of the decision table about recordings of pages, and of those that end at a time."""

from datetime import timedelta

from agora_recording.crd.status import Attempt
from agora_recording.crd.web import Web
from agora_recording.domain import action as act
from agora_recording.domain import decision as rules
from agora_recording.domain.action import Ending
from agora_recording.domain.holdup import LOOK_AGAIN
from agora_recording.domain.observation import Answer, Observation, Pause, Streak, Trail
from agora_recording.domain.pace import operation
from agora_recording.domain.page import ignoring
from agora_recording.domain.topic import ON_HOLD, WRITING, Topic
from builders import NOW, TICK, ago, attempt, observation, page_spec, running, spec
from unit.domain.situations import LEAVING, Row, sent

PAGE = {"spec": page_spec()}
"""Of an object that has a page recorded for 5400 s."""
SLOW = {"spec": page_spec(ready_timeout_seconds=30)}
MIX = {"spec": spec(max_duration_seconds=5400)}
LONGEST = {"spec": page_spec().model_copy(update={"max_duration_seconds": 2_592_000})}
MONTH = timedelta(hours=719).total_seconds()
ON_TIME = running(mode="web", acquired_at=ago(5400))
IN_TIME = running(mode="web", acquired_at=ago(5399))
CONTINUED = running(acquired_at=ago(60), continues_from=ago(5400))
LATE_MIX = running(acquired_at=ago(5400))
FOR_A_MONTH = running(mode="web", acquired_at=ago(MONTH))
UNKNOWN = attempt("dead", mode="web", acquired_at=ago(600), must_end_by=ago(-7200))
OVERDUE = UNKNOWN.model_copy(update={"acquired_at": ago(5400)})
UNLOADED = attempt(sid="sid-r1", mode="web", acquired_at=ago(160))
HAD, NEARLY_HAD = (
    attempt("had", mode="web", acquired_at=ago(7200), running_at=ago(60), must_end_by=ago(-left))
    for left in (19 * 60, 19 * 60 + 1)
)
"""Seen to run a minute ago: its hours are over but for a minute, and for a second more."""
BESIDE = attempt("beside", number=2, mode="web", acquired_at=ago(600), must_end_by=ago(-7200))
NEVER_SEEN = HAD.model_copy(update={"running_at": None})
EXPIRED = attempt("dead", mode="web", acquired_at=ago(9000), must_end_by=NOW)


def over(made: Attempt) -> act.Amend:
    """Return what ends an attempt that has had its time."""
    return act.Amend(
        made.model_copy(update={"stop_intended_at": NOW, "stop_reason": "MaxDuration"})
    )


def unconfirmed(seconds: float, *, on_hold: bool | None = None) -> Trail:
    """Return the trail of a start that is not confirmed for so long."""
    streak, answer = Streak(TICK - seconds, TICK, 5), Answer(1, on_hold=on_hold)
    return Trail(UNLOADED, stored=True, unconfirmed=streak, answer=answer, next_query=TICK + 60)


HELD_PAGE = running(mode="web", told={"hold": "OnHold"})


def unheeded(until: float) -> Observation:
    """Return a look at a page that goes on although Agora was told to hold it."""
    doubt = {"unsure": frozenset({Topic.HOLD}), "answer": Answer(5, on_hold=False)}
    problem = ignoring(Web(on_hold=True), Topic.HOLD)
    return observation(
        HELD_PAGE,
        of={"spec": page_spec(on_hold=True)},
        wanted={Topic.HOLD: ON_HOLD},
        trails=[Trail(HELD_PAGE, stored=True, next_query=TICK + 60, **doubt)],
        pauses={operation(act.Tell(HELD_PAGE, Topic.HOLD)): Pause(until, 1, problem, 1)},
    )


PAGE_ROWS = (
    Row(
        "a page goes on once its spec says so",
        rules.tell_what_changed,
        observation(HELD_PAGE, of=PAGE, wanted={Topic.HOLD: WRITING}),
        act.Tell(HELD_PAGE, Topic.HOLD),
    ),
    Row(
        "what Agora shows otherwise is told again",
        rules.tell_what_changed,
        observation(
            HELD_PAGE,
            of=PAGE,
            wanted={Topic.HOLD: ON_HOLD},
            trails=[Trail(HELD_PAGE, stored=True, unsure=frozenset({Topic.HOLD}))],
        ),
        act.Tell(HELD_PAGE, Topic.HOLD),
    ),
    Row(
        "what Agora does not follow is looked at on while it waits to be told again",
        rules.keep_watch,
        unheeded(until=TICK + 1),
        act.Wait(TICK + 1),
    ),
    Row(
        "what Agora does not follow is told again in its time",
        rules.tell_what_changed,
        unheeded(until=TICK),
        act.Tell(HELD_PAGE, Topic.HOLD),
    ),
    Row(
        "a page on hold that is never open has failed",
        rules.stop_what_never_began,
        observation(UNLOADED, trails=[unconfirmed(90, on_hold=True)], of=PAGE),
        act.Amend(
            UNLOADED.model_copy(update={"stop_intended_at": NOW, "stop_reason": "AgoraFailure"})
        ),
    ),
    Row(
        "a page is recorded for maxDurationSeconds, to the second",
        rules.stop_what_lasted_its_time,
        observation(ON_TIME, of=PAGE),
        over(ON_TIME),
    ),
    Row(
        "a channel too, if the spec says so",
        rules.stop_what_lasted_its_time,
        observation(LATE_MIX, of=MIX),
        over(LATE_MIX),
    ),
    Row(
        "what may last 720 hours ends before its handle does, and does not begin anew",
        rules.stop_what_lasted_its_time,
        observation(FOR_A_MONTH, of=LONGEST),
        over(FOR_A_MONTH),
    ),
    Row(
        "what only went on under another token has its time from its first beginning",
        rules.stop_what_lasted_its_time,
        observation(CONTINUED, of=MIX),
        over(CONTINUED),
    ),
    Row(
        "the end of its time is waited for if no look is due before",
        rules.keep_watch,
        observation(IN_TIME, trails=[Trail(IN_TIME, stored=True, next_query=TICK + 60)], of=PAGE),
        act.Wait(TICK + 1),
    ),
    Row(
        "a page that is not loaded in time, twice, has failed",
        rules.stop_what_never_began,
        observation(UNLOADED, trails=[unconfirmed(150)], of=SLOW),
        act.Amend(
            UNLOADED.model_copy(update={"stop_intended_at": NOW, "stop_reason": "AgoraFailure"})
        ),
    ),
    Row(
        "what Agora must have ended by its hours is over",
        rules.close_what_must_have_ended,
        observation(EXPIRED, of=PAGE),
        act.Close(EXPIRED, Ending.EXPIRED),
    ),
    Row(
        "what was seen to run, and had its hours, is not begun anew",
        rules.hold_what_is_unknown,
        observation(HAD, trails=[sent(HAD)], of=PAGE),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "nor is it beside one that was made later",
        rules.hold_what_is_unknown,
        observation(HAD, BESIDE, trails=[sent(HAD), sent(BESIDE, answered=True)], of=PAGE),
        act.Wait(TICK + LOOK_AGAIN),
    ),
    Row(
        "what was seen to run, and may not have had its hours, may have ended before",
        rules.prepare_a_recording,
        observation(NEARLY_HAD, trails=[sent(NEARLY_HAD)], of=PAGE),
        act.Acquire(),
    ),
    Row(
        "what was never seen to run is begun anew",
        rules.prepare_a_recording,
        observation(NEVER_SEEN, trails=[sent(NEVER_SEEN)], of=PAGE),
        act.Acquire(),
    ),
    Row(
        "the recorder of a page is probed: it can be kicked from no channel",
        rules.probe_what_may_still_run,
        observation(UNKNOWN, trails=[sent(UNKNOWN)], of={**PAGE, **LEAVING}, kicks=True),
        act.Acquire(probe=True),
    ),
)

SILENT_PAGE_ROWS = (
    Row(
        "a page goes on until its time is over",
        rules.stop_what_lasted_its_time,
        observation(IN_TIME, of=PAGE),
        act.Query(IN_TIME, "sid-r1"),
    ),
    Row(
        "without maxDurationSeconds there is no such time",
        rules.stop_what_lasted_its_time,
        observation(LATE_MIX),
        act.Query(LATE_MIX, "sid-r1"),
    ),
    Row(
        "what has no sid cannot be stopped",
        rules.stop_what_lasted_its_time,
        observation(OVERDUE, trails=[sent(OVERDUE)], of={**PAGE, **LEAVING}),
        act.Acquire(probe=True),
    ),
    Row(
        "a page may be loaded twice before its start has failed",
        rules.stop_what_never_began,
        observation(UNLOADED, trails=[unconfirmed(149)], of=SLOW),
        act.Wait(TICK + 60),
    ),
    Row(
        "a page that ends within the hour is not probed, nor is anybody kicked",
        rules.kick_what_cannot_be_stopped,
        observation(
            UNKNOWN.model_copy(update={"must_end_by": ago(-60)}),
            trails=[sent(UNKNOWN)],
            of={**PAGE, **LEAVING},
            kicks=True,
        ),
        act.Wait(TICK + LOOK_AGAIN),
    ),
)
