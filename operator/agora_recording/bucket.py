"""Look into a bucket for the sids of recordings: the only file that speaks to storage.

Agora names an index file after the sid and the channel, and uploads it with the first slice. A sid
found so is a candidate, never a fact: whoever wants it must ask Agora. It only lists; it reads and
writes no file. The library is loaded at the first listing: an operator that never needs it does
without its memory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from agora_recording.crd.storage import StorageVendor

if TYPE_CHECKING:
    pass

LISTING_SECONDS: Final = 30.0
MAX_KEYS: Final = 100_000
PAGE_KEYS: Final = 1_000
"""What S3 gives at a time."""
CONNECT_TIMEOUT: Final = timedelta(seconds=5)
REQUEST_TIMEOUT: Final = timedelta(seconds=10)
RETRIES: Final = 2

ENDPOINTS: Final = {
    StorageVendor.AMAZON_S3: "https://s3.{region}.amazonaws.com",
    StorageVendor.ALIBABA_OSS: "https://{bucket}.oss-{region}.aliyuncs.com",
    StorageVendor.TENCENT_COS: "https://{bucket}.cos.{region}.myqcloud.com",
    StorageVendor.HUAWEI_OBS: "https://{bucket}.obs.{region}.myhuaweicloud.com",
    StorageVendor.GOOGLE_CLOUD_STORAGE: "https://storage.googleapis.com",
}
"""Where each vendor speaks S3's language; those after Amazon want the bucket in the host name."""
MAINLAND_SUFFIX: Final = ".cn"
"""Amazon's regions in mainland China have a domain of their own."""
GOOGLE_REGION: Final = "auto"

BUCKET_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}")
REGION_NAME: Final = re.compile(r"[a-z0-9-]{1,32}")
ACCOUNT_NAME: Final = re.compile(r"[a-z0-9]{3,24}")
"""These become parts of a host name, which must not lead anywhere else."""


class BucketError(Exception):
    """The bucket cannot be searched; it says nothing about the recording.

    ``reason`` is one short sentence and a remedy for people. It never holds a key.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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

    @property
    def folder(self) -> str:
        """The prefix as it stands before file names, with its last slash."""
        return f"{self.prefix}/" if self.prefix else ""


class Bucket:
    """Finds the sids of recordings by the names of their files."""

    def __init__(self, *, endpoint: str | None = None) -> None:
        """``endpoint`` is the URL of one storage that stands for all, such as a self-hosted one."""
        self._endpoint = endpoint

    async def find_sids(self, place: Place, channel: str, since: datetime) -> tuple[str, ...]:
        """Return the sids that may be recordings of ``channel``, newest first; maybe none.

        They are those of the index files directly in the folder of ``place`` that were written at
        ``since``, by the bucket's clock, or later. Takes at most 30 s and 100,000 names; what was
        found by then is returned. Safe to repeat.

        Raises:
            BucketError: The bucket cannot be searched, or not to the end and nothing was found.
        """
        raise NotImplementedError
