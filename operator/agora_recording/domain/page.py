"""How the recording of a page stands: whether it is on hold, and whether it is streamed.

What Agora shows counts for more than what it was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agora_recording.crd.status import Attempt, Query
from agora_recording.crd.web import Web
from agora_recording.domain.observation import Answer, Observation, Problem
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import ON_HOLD, Topic, is_news

DISCONNECTED: Final = "Disconnected"
"""What Agora says of a stream that it cannot send."""
HELD_ON: Final = (
    "Agora was told to go on with the page, but still says that it is on hold: nothing is written. "
    "It is told again within five minutes. If this lasts, set desiredState to Stopped and back."
)
NOT_HELD: Final = (
    "Agora was told to hold the page, but still says that it goes on: files are written. It is "
    "told again within five minutes. If this lasts, set desiredState to Stopped to end it."
)
STREAMED_ON: Final = (
    "Agora was told to stream the page no more, but still shows an RTMP output. It is told again "
    "within five minutes. If this lasts, revoke the stream key, or set desiredState to Stopped."
)


def is_on_hold(seen: Observation, attempt: Attempt) -> bool:
    """Whether a recording goes on, and nothing is written: as Agora says, else as it was told."""
    said = _shown(seen, attempt)
    if said is None or said.on_hold is None:
        return attempt.told.get(Topic.HOLD) == ON_HOLD
    return said.on_hold


def is_unstreamed(seen: Observation, attempt: Attempt) -> bool:
    """Whether Agora last said that it cannot stream the page to where it is to be streamed."""
    page, said = seen.recording.spec.web, _shown(seen, attempt)
    streamed = page is not None and _streams(page)
    return streamed and said is not None and DISCONNECTED in (said.outputs or ())


def followed(page: Web, said: Answer | Query) -> Mapping[Topic, bool]:
    """Return, for each topic of which that is shown, whether it is as the page wants it.

    Whether a stream goes to the right url is not: what is shown of it may hide its key.
    """
    shown = {} if said.on_hold is None else {Topic.HOLD: said.on_hold is page.on_hold}
    if not _streams(page):
        shown[Topic.OUTPUTS] = set(said.outputs or ()) <= {DISCONNECTED}
    return shown


def ignored(seen: Observation, attempt: Attempt) -> Topic | None:
    """Return the first topic of which Agora shows otherwise than it is wanted and was told."""
    page, said = seen.recording.spec.web, _shown(seen, attempt)
    if page is None or said is None:
        return None
    others = (t for t, well in followed(page, said).items() if not well and t in seen.wanted)
    return next((t for t in others if not is_news(t, attempt.told, seen.wanted)), None)


def ignoring(page: Web, topic: Topic) -> Problem:
    """Say that Agora was told ``topic`` of a page, and goes on to show otherwise."""
    hold = NOT_HELD if page.on_hold else HELD_ON
    return Problem(Reason.UPDATING, hold if topic is Topic.HOLD else STREAMED_ON)


def _streams(page: Web) -> bool:
    """Whether a page is to be streamed anywhere."""
    return page.rtmp_url is not None or page.rtmp_url_secret_ref is not None


def _shown(seen: Observation, attempt: Attempt) -> Answer | Query | None:
    """Return what Agora last said of ``attempt``, to this process or to one before it."""
    status = seen.recording.status
    before = status.query if status.resource_id == attempt.resource_id else None
    return seen.trail(attempt).answer or before
