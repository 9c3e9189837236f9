"""What to search: a bucket, and how to get into it. And the one error that may come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from agora_recording.crd.vendor import StorageVendor


class Obstacle(StrEnum):
    """Why a bucket cannot be searched, and the remedy; never with a key in it."""

    KEYS_REFUSED = (
        "The storage refused the keys. Allow them to list the bucket, or correct the Secret."
    )
    NO_SUCH_BUCKET = "The storage has no such bucket. Correct its name or region."
    OTHER_REGION = "The bucket is in another region. Correct the region."
    UNREACHABLE = (
        "The storage does not answer. Check its region, and that the operator may connect to it."
    )
    BUSY = "Many buckets are being searched; this one is searched later."
    TOO_LARGE = (
        "The bucket's folder holds too many files to look through in 30 s. Give recordings a "
        "prefix of their own."
    )
    UNREADABLE = (
        "The bucket's folder holds a name that cannot be read. Give recordings a prefix of their "
        "own."
    )
    NOT_LISTABLE = "This release cannot list buckets of this vendor or region. Look there yourself."
    MISSPELT = (
        "Bucket, region, endpoint or keys hold a character that cannot be in them, such as a line "
        "end. Correct them."
    )
    ODD_ANSWER = (
        "The storage refused to list the bucket. Check bucket, region and keys with a client of "
        "its vendor."
    )


class BucketError(Exception):
    """A bucket cannot be searched, which says nothing about the recording."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """One short sentence and a remedy, for people. It never holds a key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recording's files go, and the keys to it."""

    vendor: StorageVendor
    region: str | None
    """In the vendor's own spelling; None where it has none, or none that has a name here."""
    bucket: str
    prefix: str | None
    """Folders with single slashes between them; None is the root of the bucket."""
    endpoint: str | None
    """URL of a storage of its own; None is the vendor's."""
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    """What temporary keys have besides."""

    @property
    def folder(self) -> str:
        """The prefix as it stands before file names, with its last slash."""
        return f"{self.prefix}/" if self.prefix else ""
