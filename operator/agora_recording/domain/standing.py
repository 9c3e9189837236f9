"""How a recording stands whose sid is known, in words for a person."""

from __future__ import annotations

from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.holdup import pause_of
from agora_recording.domain.lapse import lapsing
from agora_recording.domain.observation import Observation, Pause, Problem
from agora_recording.domain.pace import operation
from agora_recording.domain.page import ignored, ignoring, is_on_hold, is_unstreamed
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic

TOLERATED_FAILURES: Final = 2
"""Unanswered looks at a running recording that nobody needs to hear of."""
CONFIRMING: Final = (
    "Agora accepted the start. Nothing needs to be done: if it does not confirm within two minutes "
    "that it records, it is stopped and begun anew."
)
LAST_SEEN: Final = "It may still record."
"""What is added to the words for a query that failed."""
UNCHANGED: Final = "Recording goes on."
STILL_HELD: Final = "It stays on hold."
"""What is added to the words for what does not touch the recording."""
UNSTREAMED: Final = (
    "It is recorded, but its RTMP stream is disconnected. See that url and stream key are right."
)
"""What is said of a page that Agora cannot stream to where it is to be streamed."""


def standing_of(seen: Observation, attempt: Attempt, query: Pause | None) -> Problem:
    """Say how a recording stands whose sid is known: what fails comes before what is well."""
    confirmed = attempt.confirmed_at is not None
    if query is not None and not (confirmed and query.failures <= TOLERATED_FAILURES):
        return _with(query.problem, LAST_SEEN) if confirmed else query.problem
    for tell in tells(attempt):
        pause = pause_of(seen, tell)
        if pause is not None and pause.problem.reason is not Reason.UPDATING:
            return _with(pause.problem, _meanwhile(seen, attempt))
    if not confirmed:
        return Problem(Reason.STARTING, CONFIRMING)
    lacking = _with(seen.storage, _meanwhile(seen, attempt)) if seen.storage else None
    return lapsing(seen, attempt) or lacking or _ignored(seen, attempt) or _well(seen, attempt)


def _ignored(seen: Observation, attempt: Attempt) -> Problem | None:
    """Say that Agora does not do what it was told: in words of its own once it was asked since."""
    page, topic = seen.recording.spec.web, ignored(seen, attempt)
    if page is None or topic is None:
        return None
    told = seen.pauses.get(operation(act.Tell(attempt, topic)))
    asked = told is not None and told.problem.reason is Reason.UPDATING
    return ignoring(page, topic) if asked else Problem(Reason.UPDATING, Reason.UPDATING.text)


def _well(seen: Observation, attempt: Attempt) -> Problem:
    """Say that it records, or that it is on hold, and whether it is streamed."""
    if is_on_hold(seen, attempt):
        return Problem(Reason.ON_HOLD, Reason.ON_HOLD.text)
    if is_unstreamed(seen, attempt):
        return Problem(Reason.RECORDING, UNSTREAMED)
    return Problem(Reason.RECORDING, f"Agora confirms that {attempt.channel} is recorded.")


def tells(attempt: Attempt) -> tuple[act.Tell, ...]:
    """Return all that can be told of a recording while it runs."""
    return tuple(act.Tell(attempt, topic) for topic in Topic)


def _meanwhile(seen: Observation, attempt: Attempt) -> str:
    return STILL_HELD if is_on_hold(seen, attempt) else UNCHANGED


def _with(problem: Problem, more: str) -> Problem:
    return Problem(problem.reason, f"{problem.message} {more}")
