"""Which Secrets a recording takes, and under which keys they hold what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agora_recording.agora.token import is_hex_id
from agora_recording.crd.model import Model
from agora_recording.crd.project import AgoraProjectSpec, CertificateReference, CredentialsReference
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage


class Purpose(StrEnum):
    """What a Secret is for."""

    STORAGE = "storage"
    """Keys that may write to the bucket."""
    TOKEN = "token"  # noqa: S105 - a word, no secret
    """The recorder's token, where it is not made from the App Certificate."""
    CERTIFICATE = "certificate"
    """The App Certificate, from which tokens are made. It is the project's."""


SecretValues = Mapping[Purpose, Mapping[str, str]]
"""What the Secrets hold, by our own names for it. Never shown."""


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
    return needs


def unfit(purpose: Purpose, found: Mapping[str, str]) -> Mapping[str, str]:
    """Return what a Secret holds that cannot be used, by our name: why, without quoting it."""
    if purpose is Purpose.CERTIFICATE and not is_hex_id(found["appCertificate"]):
        return {"appCertificate": "must be 32 hexadecimal digits"}
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
