"""Storage credentials that lapse: too soon to begin with, or before anybody renewed them.

Agora uploads with what it was told last; a recording is never ended for that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from agora_recording.crd.status import Attempt
from agora_recording.domain.need import AGAIN, secret
from agora_recording.domain.observation import Observation, Problem
from agora_recording.domain.reason import Reason
from agora_recording.domain.topic import Topic
from agora_recording.domain.upload import Upload
from agora_recording.domain.wording import MOST, ROOM, worded

LONG_ENOUGH: Final = timedelta(hours=4, minutes=1)
"""How long credentials must last that Agora is told: its 4 h (REST reference, ``stsExpiration``),
and the way there."""
WARNING: Final = timedelta(hours=1)
"""How long before credentials lapse people are warned: Agora advises to renew them hourly."""


def too_short(seen: Observation) -> Problem | None:
    """Say that the credentials there are now are of no use, since they lapse too soon."""
    lapse = _lapse_too_soon(seen)
    if seen.upload is None or lapse is None:
        return None
    text = (
        f"Credentials lapse at {_utc(lapse)}; Agora takes four hours or more. Renew "
        f"{secret(seen.upload.namespace)}; {AGAIN}."
    )
    return Problem(Reason.CREDENTIALS_EXPIRING, _naming(text, seen.upload, ROOM))


def lapsing(seen: Observation, attempt: Attempt) -> Problem | None:
    """Say that what Agora uploads with lapses soon, or has, and what a person can do.

    Or that it was renewed, but with what Agora does not take.
    """
    lapse, upload = attempt.storage_expires_at, seen.upload
    elsewhere = upload is not None and upload.place != attempt.storage
    if lapse is None or lapse >= seen.now + WARNING:
        renewed = upload is not None and not elsewhere and upload.expires_at != lapse
        return too_short(seen) if renewed else None
    where = secret(upload.namespace) if upload else "the Secret of storage.credentialsSecretRef"
    remedy = (
        "They cannot be renewed, since the storage is another now: change it back, or stop and "
        "record anew (desiredState)."
        if elsewhere
        else f"Renew them in {where}, for four hours or more; passed on within ten minutes."
    )
    what = f"Agora uploads until {_utc(lapse)}, when its storage credentials lapse."
    return Problem(Reason.CREDENTIALS_EXPIRING, _naming(f"{what} {remedy}", upload, MOST))


def can_be_told(seen: Observation, attempt: Attempt, topic: Topic) -> bool:
    """Whether what is wanted of a topic is of use for ``attempt``.

    Credentials are for its bucket alone, and must last.
    """
    if topic is not Topic.STORAGE:
        return True
    ours = seen.upload is not None and seen.upload.place == attempt.storage
    return ours and _lapse_too_soon(seen) is None


def _lapse_too_soon(seen: Observation) -> datetime | None:
    """Return when the credentials there are lapse, if that is too soon for Agora."""
    lapse = seen.upload.expires_at if seen.upload else None
    return lapse if lapse is not None and lapse < seen.now + LONG_ENOUGH else None


def _naming(text: str, upload: Upload | None, room: int) -> str:
    """Fill in the name of the Secret."""
    return worded(text, room, name=upload.secret, namespace=upload.namespace) if upload else text


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
