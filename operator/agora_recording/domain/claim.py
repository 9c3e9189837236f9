"""Who records what: an object's claim on a target, and which of several has it (protocol 20).

Agora runs one recording for an App ID, channel and uid. Objects that ask for the same are rivals;
one has the target, the others leave it alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agora_recording.crd.status import Attempt

LARGEST_UID: Final = 2**31 - 1
"""The largest uid that is derived: some SDKs know none above."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A target that an object claims: Agora records it once at a time."""

    app_id: str
    channel: str
    uid: int

    @classmethod
    def of(cls, attempt: Attempt) -> Claim:
        """Return the target that an attempt pinned."""
        return cls(attempt.app_id, attempt.channel, attempt.uid)


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """How strong the claim of an object on its target is; the smallest wins."""

    without_sid: bool
    """A stored sid comes first,"""
    without_attempt: bool
    """then an open attempt,"""
    created: str
    """then the older object,"""
    uid: str
    """then the smaller metadata.uid."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another object that has the target."""

    namespace: str
    name: str
    resource_ids: frozenset[str] = frozenset()
    """The resources that its status lists: those are its own, wherever else they are listed."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The objects that another is to be placed away from."""

    resource_ids: frozenset[str] = frozenset()
    """The resources that they have."""
    awaited: str | None = None
    """One of them that has yet to take a resource."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A recording of the target that Agora said was running."""

    resource_id: str
    at: datetime


def derived_uid(app_id: str, channel: str, namespace: str, name: str) -> int:
    """Return the recorder's uid for an object that names none, 1 to 2^31 - 1.

    It depends only on what a re-created or restored object has too, so such an object meets
    Agora's exclusion instead of being recorded, and paid for, twice.
    """
    text = f"{app_id}\0{channel}\0{namespace}\0{name}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % LARGEST_UID + 1
