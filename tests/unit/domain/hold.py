"""A state in which a person may find an object, and how a row of the tables of them is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from agora_recording.agora.errors import AgoraError
from agora_recording.crd.status import Attempt
from agora_recording.domain.action import Action, Decision
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import Observation, Problem, Trail
from agora_recording.domain.pace import operation
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.means import Means
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.turn import Turn
from builders import observation

NAMESPACE: Final = "lessons"


@dataclass(frozen=True)
class Hold:
    """A recording that is held up, stalled, or still being worked on."""

    name: str
    """Of its golden text, and of the object in it."""
    seen: Observation
    until: str
    """The words of its message that say until when."""
    remedy: str
    """The words of its message that say what a person can do."""
    said: Decision | None = None
    """What is said of it, if that is not what is decided."""

    @property
    def decision(self) -> Decision:
        """What happens next, and how the object stands."""
        return self.said or decide(self.seen)


def look(
    *attempts: Attempt,
    trails: Iterable[Trail] = (),
    of: dict[str, Any] | None = None,
    **members: Any,
) -> Observation:
    """Return a look at an object, in a namespace of its own.

    Args:
        attempts: What its status lists.
        trails: What this process has learned.
        of: Members of the object.
        members: Members of the observation.
    """
    given: dict[str, Any] = {"namespace": NAMESPACE, **(of or {})}
    if given.get("deleting"):
        given["generation"] = 2  # as a deletion counts for a new one
    return observation(*attempts, trails=trails, of=given, **members)


def failed(seen: Observation, action: Action, *errors: AgoraError) -> Observation:
    """Return the look after ``action`` failed like this, one time after the other."""
    turn = _turn(seen)
    for error in errors:
        turn.hold_up(operation(action), error)
    return replace(seen, pauses=turn.memory.pauses)


def hindered(seen: Observation, action: Action, *problems: Problem) -> Observation:
    """Return the look after ``action`` met these problems, one time after the other."""
    turn = _turn(seen)
    for problem in problems:
        turn.fail(operation(action), problem)
    return replace(seen, pauses=turn.memory.pauses)


def _turn(seen: Observation) -> Turn:
    memory = Memory(seen.recording, pauses=dict(seen.pauses))
    claims = Claims(lambda _uid: None)
    return Turn(seen, memory, Means(seen.target), claims, jitter=0.0, poll_seconds=60.0)
