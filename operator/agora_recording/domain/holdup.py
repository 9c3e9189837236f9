"""What an earlier failure holds up, and how the object stands meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Decision
from agora_recording.domain.observation import Observation, Pause, Problem
from agora_recording.domain.pace import operation
from agora_recording.domain.reason import Reason

MAX_OPEN: Final = 8
"""Attempts that may be open at once; none is ever evicted (protocol 5)."""
LOOK_AGAIN: Final = 31.0
"""Seconds until something that only a person can mend is looked at again."""
EXHAUSTED_STARTS: Final = 3
"""Failures of one start after which another resource is tried."""


def is_exhausted(seen: Observation, attempt: Attempt) -> bool:
    """Whether a start failed so often that another resource is tried beside it (protocol 6)."""
    pause = seen.pauses.get(operation(act.Start(attempt)))
    return pause is not None and pause.failures >= EXHAUSTED_STARTS


def soonest(steps: list[Decision]) -> Decision | None:
    """Return the first step that can be taken now; else the first, as long as none can be."""
    ready = (step for step in steps if not isinstance(step.action, act.Wait))
    until = [step.action.until or 0.0 for step in steps if isinstance(step.action, act.Wait)]
    waiting = replace(steps[0], action=act.Wait(min(until))) if until else None
    return next(ready, waiting)


def blocked(seen: Observation, problem: Problem) -> Decision:
    """Wait until a person has mended something, and look again now and then."""
    message = f"{problem.message} {_meanwhile(seen)}"
    return Decision(act.Wait(seen.tick + LOOK_AGAIN), problem.reason, message)


def preparing(seen: Observation) -> tuple[Reason, str]:
    """Say how an object stands that is being prepared: what failed last, until it succeeds.

    Else each retry would tell people that all is well again.
    """
    failed = seen.pauses.get(operation(act.Acquire()))
    if failed is not None and failed.generation == seen.recording.generation:
        return failed.problem.reason, failed.problem.message
    return Reason.STARTING, Reason.STARTING.text


def pause_of(seen: Observation, action: Action) -> Pause | None:
    """Return what holds up ``action`` now; another spec may be tried at once."""
    pause = seen.pauses.get(operation(action))
    if pause is None or pause.generation != seen.recording.generation:
        return None
    return pause if seen.tick < pause.until else None


def paced(
    seen: Observation, action: Action, reason: Reason, message: str | None = None
) -> Decision:
    """Do ``action`` unless it failed lately; then wait, and say why."""
    if (pause := pause_of(seen, action)) is not None:
        return Decision(act.Wait(pause.until), pause.problem.reason, pause.problem.message)
    return Decision(action, reason, message or reason.text)


def _meanwhile(seen: Observation) -> str:
    """Say what becomes of the recording while a person is waited for."""
    if not any(a.sid for a in seen.attempts):
        unknown = seen.attempts or seen.record_is_lost
        return "What may be recording goes on." if unknown else "Nothing is recorded until then."
    if seen.wants_recording:
        return "The recording goes on meanwhile, unwatched."
    return "Until then the recording cannot be stopped."
