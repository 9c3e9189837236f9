"""Situations that the decision tables share, and a row of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agora_recording.crd.recording import DeletionPolicy, DesiredState
from agora_recording.crd.status import Attempt, CloudRecordingStatus
from agora_recording.domain import action as act
from agora_recording.domain.action import Action
from agora_recording.domain.claim import Neighbours, Rival
from agora_recording.domain.decision import Rule
from agora_recording.domain.observation import (
    FINALIZER,
    Observation,
    Pause,
    Problem,
    Streak,
    Trail,
)
from agora_recording.domain.pace import operation
from agora_recording.domain.reason import Reason
from builders import TICK, ago, attempt, observation, running, spec

STOPPED = {"spec": spec(desired_state=DesiredState.STOPPED)}
ORPHAN = {"spec": spec(deletion_policy=DeletionPolicy.ORPHAN)}
LEAVING = {"deleting": True}
YOUNG = {"created": "2026-03-01T11:59:31Z"}
"""Created 29 seconds ago."""
AWAITED = Neighbours(frozenset({"theirs"}), awaited="standup-a")
"""Of two objects that another is kept away from, one has yet to begin."""
GONE = {"deleting": True, "gone": True, "finalizers": ()}
NO_SECRET = Problem(Reason.SECRET_NOT_FOUND, "Secret agora does not exist.")
CLOSED = Problem(Reason.PROJECT_TERMINATING, "AgoraProject default is being deleted.")


@dataclass(frozen=True)
class Row:
    """One situation."""

    sentence: str
    rule: Rule
    seen: Observation
    action: Action


def fresh(made: Attempt, **members: object) -> Trail:
    """Return what this process knows right after it acquired and stored an attempt."""
    given: dict[str, object] = {"acquired": TICK - 0.1, "stored": True}
    return Trail(made, **{**given, **members})  # type: ignore[arg-type]  # members of Trail


def sent(made: Attempt, **members: object) -> Trail:
    """Return what this process knows once it has sent the start."""
    return fresh(made, **{"sends": 1, **members})


def paused(action: Action, reason: Reason = Reason.AGORA_UNAVAILABLE, failures: int = 1) -> Pause:
    """Return the pause of an action that failed just now."""
    return Pause(TICK + 7, failures, Problem(reason, f"{operation(action)} failed."), 1)


def failing(action: Action, seconds: float = 7, failures: int = 1) -> dict[str, Pause]:
    """Return the pauses of an object one of whose actions failed, which may last for a while."""
    return {operation(action): replace(paused(action, failures=failures), until=TICK + seconds)}


def seen_after_failure(
    *attempts: Attempt, action: Action, failures: int = 1, **members: object
) -> Observation:
    """Return a look at an object whose ``action`` failed just now."""
    pauses = {operation(action): paused(action, failures=failures)}
    return observation(*attempts, pauses=pauses, **members)  # type: ignore[arg-type]


NEW = attempt()
LIVE = running()
AGED = running(acquired_at=ago(30 * 24 * 3600 - 60), confirmed_at=ago(30 * 24 * 3600 - 90))
WEEK_OLD = running(acquired_at=ago(7 * 24 * 3600), confirmed_at=ago(7 * 24 * 3600))
LOST = attempt(acquired_at=ago(60))
DEAD = attempt("dead", acquired_at=ago(600))
STARTED = attempt(sid="sid-r1", acquired_at=ago(100))
INTENDED = running(stop_intended_at=ago(1), stop_reason="User")
TOLD = Trail(LIVE, stored=True, next_query=TICK + 60)
LONG = Streak(TICK - 121, TICK, 5)
PROBE = attempt("probe", number=2, probe=True)
RUNNING_PROBE = attempt("probe", number=2, probe=True, sid="sid-probe")
RIVAL = Rival("default", "older")
TWO = tuple(attempt(f"r{n}", number=n, acquired_at=ago(60)) for n in (1, 2))
EIGHT = tuple(attempt(f"r{n}", number=n, acquired_at=ago(600)) for n in range(1, 9))
WIPED = {"finalizers": (FINALIZER,), "status": CloudRecordingStatus()}
LOST_RECORD = attempt("lost-record-20260301120000", told={})


def exhausted(*attempts: Attempt) -> dict[str, Pause]:
    """Return the pauses of starts that failed three times, and are over."""
    problem = Problem(Reason.AGORA_UNAVAILABLE, "")
    return {operation(act.Start(a)): Pause(TICK - 1, 3, problem, 1) for a in attempts}
