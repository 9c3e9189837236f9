"""What the recording protocol demands, by number, beyond what one rule says of itself."""

from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.observation import FINALIZER
from builders import NOW, OTHER, ago, attempt, observation, running
from unit.domain.situations import (
    AGED,
    CLOSED,
    LEAVING,
    LIVE,
    LONG,
    LOST,
    NEW,
    NO_SECRET,
    fresh,
    seen_after_failure,
    sent,
)

KNOWN = running("known", acquired_at=ago(600))
TAKEN = attempt(acquired_at=ago(60))

PROTOCOL_ROWS = (
    (
        "4: an attempt that was taken over is never concluded to be unsent",
        observation(TAKEN),
        act.Start(TAKEN),
    ),
    (
        "4: an attempt that is not ours any more is not closed from memory",
        observation(attempt(owner=OTHER), trails=[fresh(NEW, ending=Ending.NEVER_SENT)]),
        act.Amend(NEW),
    ),
    (
        "4: a start that we saw refused is not closed from memory once another owns it",
        observation(attempt(owner=OTHER), trails=[sent(NEW, ending=Ending.REFUSED)]),
        act.Amend(NEW),
    ),
    (
        "14: known recordings are stopped before an unknown one is asked about",
        observation(
            KNOWN,
            attempt(number=2, acquired_at=ago(60)),
            trails=[sent(attempt(number=2, acquired_at=ago(60)))],
            of=LEAVING,
        ),
        act.Stop(KNOWN),
    ),
    (
        "14: known recordings are stopped while an unknown one keeps its pause",
        seen_after_failure(
            KNOWN,
            attempt(number=2, acquired_at=ago(60)),
            action=act.Start(LOST),
            trails=[sent(attempt(number=2, acquired_at=ago(60)))],
            of=LEAVING,
        ),
        act.Stop(KNOWN),
    ),
    (
        "19: a recording is stopped before its resource lapses for good",
        observation(AGED),
        act.Amend(AGED.model_copy(update={"stop_intended_at": NOW, "stop_reason": "Limit"})),
    ),
    (
        "3: nothing is started from an intent that is not stored",
        observation(trails=[fresh(NEW, stored=False)], of={"finalizers": (FINALIZER,)}),
        None,
    ),
    (
        "a prepared start that cannot store its files is not sent",
        observation(NEW, trails=[fresh(NEW)], storage=NO_SECRET),
        None,
    ),
    (
        "an unknown start is repeated although its project is being deleted",
        observation(LOST, trails=[sent(LOST)], closed=CLOSED),
        act.Start(LOST),
    ),
    (
        "a recording is stopped although its project is being deleted",
        observation(LIVE, closed=CLOSED, of=LEAVING),
        act.Stop(LIVE),
    ),
    (
        "a first start that failed a moment ago keeps its pause",
        seen_after_failure(NEW, action=act.Start(NEW), trails=[fresh(NEW)]),
        None,
    ),
    (
        "9: a candidate that Agora does not find proves nothing of the attempt",
        observation(LOST, trails=[sent(LOST, candidates=("wrong",), absence=LONG)]),
        None,
    ),
)
"""Sentence, situation and expected action; None: anything but a start or a close."""
