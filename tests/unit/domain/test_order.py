"""Which rule comes first where two have an answer, and what the later ones leave as it is."""

import pytest

from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Ending
from agora_recording.domain.decision import decide
from agora_recording.domain.ending import consequences, records
from agora_recording.domain.observation import FINALIZER, Observation, Streak, Trail
from agora_recording.domain.reason import Reason
from agora_recording.domain.summary import summarise
from builders import ME, NOW, OTHER, TICK, ago, attempt, observation, past, running, spec, status
from unit.domain.situations import (
    AWAITED,
    DEAD,
    INTENDED,
    LEAVING,
    LIVE,
    LOST,
    NO_SECRET,
    PROBE,
    RIVAL,
    RUNNING_PROBE,
    STOPPED,
    YOUNG,
    fresh,
    sent,
)

THREE = tuple(attempt(f"r{n}", number=n, acquired_at=ago(600)) for n in (1, 2, 3))
THEIRS = attempt("theirs", number=2, owner=OTHER, acquired_at=ago(600))
UNBEGUN = attempt(sid="sid-r1", acquired_at=ago(100))
UNCONFIRMED = Trail(UNBEGUN, stored=True, unconfirmed=Streak(TICK - 95, TICK, 5))
IDLE = {"status": status(end_reason="Idle")}
ORDER = (
    (
        "an attempt without finalizer gets it back although there are no credentials",
        observation(LIVE, target=NO_SECRET, of={"finalizers": ()}),
        act.AddFinalizer(),
    ),
    (
        "what is known to be unwanted is stopped before others' attempts are taken over",
        observation(INTENDED, THEIRS, of=STOPPED, searchable=True),
        act.Stop(INTENDED),
    ),
    (
        "a probe that was prepared is sent before a recorder is removed",
        observation(DEAD, PROBE, trails=[sent(DEAD), fresh(PROBE)], kicks=True, of=LEAVING),
        act.Start(PROBE),
    ),
    (
        "what never began has failed, and is not over although it had its time",
        observation(UNBEGUN, trails=[UNCONFIRMED], of={"spec": spec(max_duration_seconds=100)}),
        act.Amend(
            UNBEGUN.model_copy(update={"stop_intended_at": NOW, "stop_reason": "AgoraFailure"})
        ),
    ),
    (
        "who has no turn says that rather than for whom else it would wait",
        observation(of=YOUNG, rival=RIVAL, neighbours=AWAITED),
        act.Wait(),
    ),
    (
        "of many that are dead the newest start tells whether Agora answers again",
        observation(*THREE, trails=[sent(each) for each in THREE]),
        act.Start(THREE[-1]),
    ),
)


@pytest.mark.parametrize(
    ("seen", "expected"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER]
)
def test_the_more_important_comes_first(seen: Observation, expected: Action) -> None:
    """Both would be right, one after the other."""
    assert expected == decide(seen).action


def test_what_failed_for_good_is_still_held_for_what_is_unknown() -> None:
    """That it may run is worse than that no other attempt follows."""
    failed = status(DEAD, restarts=11)
    decision = decide(observation(DEAD, trails=[sent(DEAD)], of={"status": failed}))

    assert decision.reason is Reason.SID_UNKNOWN


def test_what_keeps_anything_from_being_begun_is_said_before_what_is_unknown() -> None:
    """It is what a person can mend."""
    seen = observation(*THREE, trails=[sent(each) for each in THREE], storage=NO_SECRET)

    assert decide(seen).reason is NO_SECRET.reason


def test_a_start_that_is_repeated_to_end_what_is_unwanted_is_no_beginning() -> None:
    """Whoever waits for the end hears what is held."""
    lost = [sent(LOST)]

    assert decide(observation(LOST, trails=lost)).reason is Reason.STARTING
    assert decide(observation(LOST, trails=lost, of=STOPPED)).reason is Reason.SID_UNKNOWN


def test_to_let_go_by_force_of_what_is_over_anyway_is_not_told() -> None:
    """Nothing is left running: the annotation was not needed."""
    forced = observation(of={"deleting": True, "forced": True, "finalizers": (FINALIZER,)})
    settled = observation(of={**LEAVING, "forced": True, "status": status()})

    for seen in (forced, settled):
        assert decide(seen).reason is Reason.STOPPED
    assert decide(forced).action == act.Release()


def test_a_probe_is_no_recording_and_no_failure() -> None:
    """It only tells whether another runs, however it ends."""
    over = Trail(RUNNING_PROBE, stored=True, ending=Ending.LOST, ended_at=NOW)

    assert not records(observation(RUNNING_PROBE))
    assert records(observation(RUNNING_PROBE, LIVE))
    assert consequences(observation(trails=[over], of=IDLE)).restarts == 0


def test_what_is_finished_says_why_until_the_last_attempt_is_stopped() -> None:
    """A recording that turned up late does not begin it anew."""
    seen = observation(LIVE, of={"status": status(LIVE, end_reason="Idle")})

    assert summarise(seen, decide(seen)).end_reason == "Idle"


def test_a_deleted_object_of_which_nothing_runs_is_stopped() -> None:
    """Another's finalizer may keep it for long."""
    seen = observation(of={"deleting": True, "finalizers": ("other",)})

    assert summarise(seen, decide(seen)).phase == "Stopped"


def test_what_ended_last_is_listed_first() -> None:
    """Also if two end between two writes."""
    ends = [
        Trail(running(f"r{n}", number=n), stored=True, ending=Ending.STOPPED, ended_at=NOW)
        for n in (1, 2)
    ]
    seen = observation(trails=ends)
    after = summarise(seen, decide(seen))

    assert [each.resource_id for each in after.last_attempts] == ["r2", "r1"]


def test_five_past_attempts_are_listed() -> None:
    """Those that ended last."""
    before = status(last_attempts=tuple(past(f"r{n}", number=n) for n in (6, 5, 4, 3, 2)))
    seventh = running("r7", number=7)
    over = Trail(seventh, stored=True, ending=Ending.STOPPED, ended_at=NOW)
    seen = observation(trails=[over], of={"status": before})
    after = summarise(seen, decide(seen))

    assert [each.number for each in after.last_attempts] == [7, 6, 5, 4, 3]


def test_who_asks_about_a_candidate_makes_itself_the_owner_first() -> None:
    """As before any question about an attempt that another process made."""
    trail = Trail(THEIRS, stored=True, candidates=("sid",))
    decision = decide(observation(THEIRS, trails=[trail]))

    assert decision.action == act.Amend(THEIRS.model_copy(update={"owner": ME}))
