"""How long to wait: after a failure, and between two looks at a recording. Pure.

``jitter`` is a random number from 0 to 1 that the caller draws; it spreads what many objects
would otherwise do at the same moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from agora_recording.domain import action as act
from agora_recording.domain.action import Action
from agora_recording.domain.observation import Pause, Problem, Trail
from agora_recording.domain.reason import Reason

DELAYS: Final[dict[Reason, tuple[float, float]]] = {
    Reason.STARTING: (0.0, 0.0),
    Reason.AGORA_UNAVAILABLE: (2.0, 20.0),
    Reason.KUBE_UNAVAILABLE: (0.2, 30.0),
    Reason.UPDATING: (5.0, 300.0),
    Reason.RATE_LIMITED: (2.0, 30.0),
    Reason.TARGET_BUSY: (2.0, 30.0),
    Reason.CONCURRENCY_LIMIT: (10.0, 60.0),
    Reason.SID_UNKNOWN: (5.0, 300.0),
    Reason.TARGET_IN_USE: (40.0, 300.0),
    Reason.RESTARTING: (5.0, 300.0),
    Reason.CREDENTIALS_REFUSED: (40.0, 60.0),
    Reason.SERVICE_DISABLED: (40.0, 60.0),
    Reason.STOPPING: (5.0, 30.0),
    Reason.REQUEST_REFUSED: (60.0, 600.0),
}
"""First and longest delay in seconds after a failure; what only a person can mend waits long."""

OWN_DELAYS: Final = {
    "findsid": (5.0, 60.0),
    "probe": (30.0, 600.0),
    "kick": (120.0, 1200.0),
}
"""The same for kinds of operations that keep a pace of their own."""
STALE: Final = "stale"
"""The operation of sending a start soon after its acquire."""
HEAD_START: Final = timedelta(seconds=30)
"""How long a new object lets those begin first that placement.awayFrom names."""
HEAD_START_LOOK: Final = 3.0
"""Seconds until it looks again whether they have."""
CONFIRM_DELAYS: Final = (5.0, 5.0, 10.0, 15.0)
"""Seconds between looks until a start is confirmed (Integration best practices)."""
ABSENT_DELAYS: Final = (5.0, 10.0, 15.0, 30.0)
"""Seconds between looks at a recording that answers 404 (Integration best practices)."""


def operation(action: Action) -> str:
    """Return what a failure of ``action`` holds up: its kind, and its attempt if it has one."""
    match action:
        case act.Start() | act.Query() | act.FindSid() | act.Kick() | act.Stop():
            return f"{type(action).__name__.lower()}/{action.attempt.resource_id}"
        case act.Tell():
            return f"tell{action.topic}/{action.attempt.resource_id}"
        case act.Acquire(probe=True):
            return "probe"
        case _:
            return type(action).__name__.lower()


def pause_after(
    key: str,
    problem: Problem,
    before: Pause | None,
    *,
    tick: float,
    generation: int,
    jitter: float,
) -> Pause:
    """Return the pause of the operation ``key`` after a failure.

    It doubles from failure to failure, up to a bound. The delay is drawn from the upper part of
    its range, so that no failure is retried at once.
    """
    failures = 1 + (before.failures if before else 0)
    first, longest = OWN_DELAYS.get(key.split("/", maxsplit=1)[0]) or DELAYS[problem.reason]
    delay = min(first * 2 ** min(failures - 1, 16), longest)
    delay = max(delay * (1 - jitter / 4), problem.wait)
    return Pause(tick + delay, failures, problem, generation)


def next_query(trail: Trail, *, tick: float, poll_seconds: float, jitter: float) -> float:
    """Return when to look again at the recording of ``trail``."""
    if trail.absence is not None:
        return tick + _step(ABSENT_DELAYS, trail.absence.count)
    if trail.attempt.confirmed_at is None:
        return tick + _step(CONFIRM_DELAYS, trail.unconfirmed.count + 1 if trail.unconfirmed else 1)
    return tick + poll_seconds * (0.8 + 0.4 * jitter)


def _step(delays: tuple[float, ...], count: int) -> float:
    return delays[min(count, len(delays)) - 1]
