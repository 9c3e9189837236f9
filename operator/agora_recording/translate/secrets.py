"""Which Secrets a recording takes, and under which keys they hold what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agora_recording.crd.storage import Storage


class Purpose(StrEnum):
    """What a Secret is for."""

    STORAGE = "storage"
    """Keys that may write to the bucket."""


SecretValues = Mapping[Purpose, Mapping[str, str]]
"""What the Secrets hold, by our own names for it. Never shown."""


STORAGE_KEYS: Final = ("accessKey", "secretKey")


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A Secret, and which of its keys holds what."""

    name: str
    keys: Mapping[str, str]
    """The Secret's key by our own name for what it holds."""

    @classmethod
    def of(cls, name: str, *keys: str) -> SecretNeed:
        """Return the need of a Secret whose keys are named as we name them."""
        return cls(name, {key: key for key in keys})


def needs_of(storage: Storage) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets in the recording's namespace that a start takes."""
    keys = SecretNeed.of(storage.credentials_secret_ref.name, *STORAGE_KEYS)
    return {Purpose.STORAGE: keys}
