"""How the recording of a page stands: whether it is on hold, and whether it is streamed."""

from __future__ import annotations

from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain.observation import Observation
from agora_recording.domain.topic import ON_HOLD, Topic

DISCONNECTED: Final = "Disconnected"
"""What Agora says of a stream that it cannot send."""


def is_on_hold(attempt: Attempt) -> bool:
    """Whether a recording goes on, and nothing is written."""
    return attempt.told.get(Topic.HOLD) == ON_HOLD


def is_unstreamed(seen: Observation, attempt: Attempt) -> bool:
    """Whether Agora last said that it cannot stream the page to where it is to be streamed."""
    answer, before = seen.trail(attempt).answer, seen.recording.status.query
    outputs = answer.outputs if answer else before.outputs if before else None
    return DISCONNECTED in (outputs or ())
