"""What the recorder uploads with, as far as it may be shown: never a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """Where files go, and the credentials that a Secret has for it now."""

    place: str
    """Hash of the bucket and of the folder in it: credentials of one are of no use in another."""
    secret: str
    """The name of the Secret that holds the credentials."""
    version: str
    """Another whenever the credentials may be others. It is made of no secret."""
    namespace: str = ""
    """That of the Secret, if it is not the recording's."""
    expires_at: datetime | None = None
    """When they lapse, if they do: they have a token of a Security Token Service."""
