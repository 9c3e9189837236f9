"""Which Secrets a recording takes, and under which keys they hold what."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agora_recording.agora.token import is_hex_id
from agora_recording.crd.encryption import SALTED, ChannelEncryption
from agora_recording.crd.model import Model
from agora_recording.crd.project import AgoraProjectSpec, CertificateReference, CredentialsReference
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage


class Purpose(StrEnum):
    """What a Secret is for."""

    STORAGE = "storage"
    """Keys that may write to the bucket."""
    ENCRYPTION = "encryption"
    """What the users of the channel encrypt their streams with."""
    TOKEN = "token"  # noqa: S105 - a word, no secret
    """The recorder's token, where it is not made from the App Certificate."""
    CERTIFICATE = "certificate"
    """The App Certificate, from which tokens are made. It is the project's."""


SecretValues = Mapping[Purpose, Mapping[str, str]]
"""What the Secrets hold, by our own names for it. Never shown."""


SALT_BYTES: Final = 32
"""How long a salt is before it is encoded (REST reference, start)."""
SOME_SALT: Final = base64.b64encode(bytes(SALT_BYTES)).decode()
"""Stands for the salt of a Secret that is gone. Agora takes it."""


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A Secret, and which of its keys holds what."""

    name: str
    keys: Mapping[str, str]
    """The Secret's key by our own name for what it holds."""

    @classmethod
    def of(cls, name: str, keys: Model) -> SecretNeed:
        """Return the need of the Secret ``name``; ``keys`` are those of the reference to it."""
        return cls(name, keys.to_wire())


def account_need(ref: CredentialsReference) -> SecretNeed:
    """Return the Secret with the credentials of the Agora account."""
    return SecretNeed.of(ref.name, ref.keys)


def storage_need(storage: Storage) -> SecretNeed:
    """Return the Secret with the keys of a bucket."""
    ref = storage.credentials_secret_ref
    return SecretNeed.of(ref.name, ref.keys)


def needs_of(spec: CloudRecordingSpec, storage: Storage) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets in the recording's namespace that a start takes."""
    needs = {Purpose.STORAGE: storage_need(storage)}
    if (ref := spec.token_secret_ref) is not None:
        needs[Purpose.TOKEN] = SecretNeed(ref.name, {"token": ref.key})
    if (encryption := spec.encryption) is not None:
        needs[Purpose.ENCRYPTION] = encryption_need(encryption)
    return needs


def encryption_need(encryption: ChannelEncryption) -> SecretNeed:
    """Return the Secret with what a channel is encrypted by; a salt only if its mode has one."""
    keys = encryption.secret_ref.keys.to_wire()
    if encryption.mode not in SALTED:
        del keys["salt"]
    return SecretNeed(encryption.secret_ref.name, keys)


def unfit(purpose: Purpose, found: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a Secret holds that cannot be used, by our name: why, without quoting it."""
    if purpose is Purpose.CERTIFICATE and not is_hex_id(found["appCertificate"]):
        return {"appCertificate": "must be 32 hexadecimal digits"}
    if purpose is Purpose.ENCRYPTION and not _is_salt(found.get("salt", SOME_SALT)):
        return {"salt": f"must be base64 of {SALT_BYTES} bytes"}
    return {}


def project_needs_of(
    project: AgoraProjectSpec, spec: CloudRecordingSpec
) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets beside the project that a start takes."""
    ref = project.app_certificate_secret_ref
    if ref is None or spec.token_secret_ref is not None:
        return {}
    return {Purpose.CERTIFICATE: certificate_need(ref)}


def certificate_need(ref: CertificateReference) -> SecretNeed:
    """Return the Secret with the App Certificate."""
    return SecretNeed(ref.name, {"appCertificate": ref.key})


def _is_salt(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == SALT_BYTES
    except (binascii.Error, ValueError):
        return False
