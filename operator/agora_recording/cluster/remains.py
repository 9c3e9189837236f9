"""What of CloudRecordings an uninstallation has to take care of; pure.

Objects are read as they are: an older or newer release may have written them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agora_recording.crd.recording import DesiredState
from agora_recording.domain.observation import FINALIZER

NAMED: Final = 10
"""How many recordings are named in a message."""


@dataclass(frozen=True, slots=True)
class Remains:
    """A CloudRecording for which something runs at Agora, or may."""

    metadata: dict[str, Any]
    wanted: bool
    """Whether it is still declared to record."""
    reason: str
    """How it stands: the reason of its condition Ready."""
    sids: tuple[str, ...]
    """What is known to run."""

    @property
    def uid(self) -> str:
        """Which object of its name it is."""
        return str(self.metadata["uid"])

    def __str__(self) -> str:
        """Return what a person reads of it."""
        sids = f", sid {' '.join(self.sids)}" if self.sids else ""
        return f"{self.metadata['namespace']}/{self.metadata['name']} ({self.reason}{sids})"


def remains_of(raw: Mapping[str, Any]) -> Remains | None:
    """Return what a CloudRecording leaves; None if nothing is open and nothing begins.

    The finalizer alone counts: it is put on before anything is asked of Agora, and may be all that
    is left of a status that was wiped.
    """
    metadata, status = raw["metadata"], raw.get("status", {})
    attempts = status.get("attempts", ())
    if not attempts and FINALIZER not in metadata.get("finalizers", ()):
        return None
    stopped = raw["spec"].get("desiredState") == DesiredState.STOPPED
    return Remains(
        metadata=metadata,
        wanted=not stopped and "deletionTimestamp" not in metadata,
        reason=_reason(status),
        sids=tuple(each["sid"] for each in attempts if each.get("sid")),
    )


def listed(found: Sequence[Remains], at_most: int = NAMED) -> str:
    """Return a line for each recording, and how many more there are."""
    lines = [f"  {each}" for each in found[:at_most]]
    more = len(found) - len(lines)
    return "\n".join([*lines, f"  and {more} more"] if more else lines)


def _reason(status: Mapping[str, Any]) -> str:
    reasons = {each["type"]: each["reason"] for each in status.get("conditions", ())}
    return str(reasons.get("Ready", "Unknown"))
