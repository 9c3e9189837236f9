"""What a cycle can do: at most one of these, and at most one call to Agora; and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic


class Ending(StrEnum):
    """How an attempt is known to be over: the proofs of the recording protocol."""

    NEVER_SENT = "NeverSent"
    """This process acquired the resource and never sent its start."""
    REFUSED = "Refused"
    """Agora definitely refused the only start that was sent."""
    STOPPED = "Stopped"
    """Agora answered the stop."""
    ENDED = "Ended"
    """A query said that it had ended."""
    ABNORMAL = "Abnormal"
    """A query said that it had ended abnormally."""
    LOST = "Lost"
    """Agora answered 404 for long enough to be sure."""
    SUPERSEDED = "Superseded"
    """Another recording of the same target runs, and Agora allows only one."""
    EXPIRED = "Expired"
    """Agora itself must have ended it by now."""
    DUPLICATE = "Duplicate"
    """Another object has the same resource in its status: it is that object's to stop."""


class EndReason:
    """Values of ``status.endReason``."""

    USER: Final = "User"
    IDLE: Final = "Idle"
    MAX_DURATION: Final = "MaxDuration"
    AGORA_FAILURE: Final = "AgoraFailure"
    LIMIT: Final = "Limit"
    PROBE: Final = "Probe"


WHY_ENDED: Final = {
    EndReason.USER: "desiredState is Stopped, or the object is deleted",
    EndReason.IDLE: "the channel was empty for maxIdleSeconds",
    EndReason.MAX_DURATION: "it was recorded for maxDurationSeconds",
    EndReason.AGORA_FAILURE: "it failed, and restartPolicy allows no other attempt",
}
"""What each reason means for which an object's recording is over."""


@dataclass(frozen=True, slots=True)
class Acquire:
    """Reserve a resource at Agora; its outcome is stored as an open attempt."""

    probe: bool = False
    """Whether only to find out if an unknown attempt still runs (protocol 16)."""


@dataclass(frozen=True, slots=True)
class AddFinalizer:
    """Put the finalizer on the object."""


@dataclass(frozen=True, slots=True)
class Start:
    """Send the start of an attempt, for the first time or again."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Amend:
    """Store a changed attempt, before anything is done by it."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Query:
    """Ask Agora how the recording ``sid`` of an attempt is doing."""

    attempt: Attempt
    sid: str


@dataclass(frozen=True, slots=True)
class FindSid:
    """Look elsewhere than at Agora for the sid of an attempt that may run."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Kick:
    """Have the recorder of an attempt removed from its channel."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell Agora what the spec wants now of one topic."""

    attempt: Attempt
    topic: Topic


@dataclass(frozen=True, slots=True)
class Stop:
    """End the recording of an attempt whose sid is known."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Close:
    """Conclude that an attempt is over; it leaves the list with the next status."""

    attempt: Attempt
    ending: Ending


@dataclass(frozen=True, slots=True)
class Release:
    """Take the finalizer off: nothing can be running, or the object asks to leave it running."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing until the monotonic time ``until``; None: until something changes."""

    until: float | None = None


Action = (
    Acquire
    | AddFinalizer
    | Start
    | Amend
    | Query
    | FindSid
    | Kick
    | Tell
    | Stop
    | Close
    | Release
    | Wait
)


@dataclass(frozen=True, slots=True)
class Decision:
    """The next step, and how the object stands because of it."""

    action: Action
    reason: Reason
    message: str

    @classmethod
    def of(cls, action: Action, reason: Reason) -> Decision:
        """Return a decision that says no more than its reason does."""
        return cls(action, reason, reason.text)
