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
from agora_recording.crd.model import SecretKeyReference
from agora_recording.crd.project import AgoraProjectSpec, CertificateReference, CredentialsReference
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage
from agora_recording.crd.vendor import StorageVendor
from agora_recording.translate import sts


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
    WEB_URL = "page"
    """The url of the page to record."""
    RTMP_URL = "stream"
    """The url to stream the page to."""


SecretValues = Mapping[Purpose, Mapping[str, str]]
"""What the Secrets hold, by our own names for it. Never shown."""


SALT_BYTES: Final = 32
"""How long a salt is before it is encoded (REST reference, start)."""
SOME_SALT: Final = base64.b64encode(bytes(SALT_BYTES)).decode()
"""Stands for the salt of a Secret that is gone. Agora takes it."""
URL: Final = "url"
"""Our name for the one value of a Secret that holds a url."""
SCHEMES: Final = {
    Purpose.WEB_URL: ("https://", "http://"),
    Purpose.RTMP_URL: ("rtmps://", "rtmp://"),
}
"""How such a url begins."""


@dataclass(frozen=True, slots=True)
class SecretNeed:
    """A Secret, and which of its keys holds what."""

    name: str
    keys: Mapping[str, str]
    """The Secret's key by our own name for what it holds."""
    optional: frozenset[str] = frozenset()
    """What it may lack, by our own name."""
    vendor: StorageVendor | None = None
    """Whose keys it holds, if they are those of a bucket."""

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that the Secret must have."""
        return tuple(key for ours, key in self.keys.items() if ours not in self.optional)


def account_need(ref: CredentialsReference) -> SecretNeed:
    """Return the Secret with the credentials of the Agora account."""
    return SecretNeed(ref.name, ref.keys.to_wire())


def storage_need(storage: Storage) -> SecretNeed:
    """Return the Secret with the keys of a bucket."""
    ref = storage.credentials_secret_ref
    optional = frozenset({sts.TOKEN, sts.EXPIRATION})
    return SecretNeed(ref.name, ref.keys.to_wire(), optional, storage.vendor)


def needs_of(spec: CloudRecordingSpec, storage: Storage) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets in the recording's namespace that a start takes."""
    needs = {Purpose.STORAGE: storage_need(storage)}
    if (ref := spec.token_secret_ref) is not None:
        needs[Purpose.TOKEN] = SecretNeed(ref.name, {"token": ref.key})
    if (encryption := spec.encryption) is not None:
        needs[Purpose.ENCRYPTION] = encryption_need(encryption)
    return {**needs, **_url_needs(spec)}


def encryption_need(encryption: ChannelEncryption) -> SecretNeed:
    """Return the Secret with what a channel is encrypted by; a salt only if its mode has one."""
    keys = encryption.secret_ref.keys.to_wire()
    if encryption.mode not in SALTED:
        del keys["salt"]
    return SecretNeed(encryption.secret_ref.name, keys)


def unfit(
    purpose: Purpose, found: Mapping[str, str], vendor: StorageVendor | None = None
) -> Mapping[str, str]:
    """Return what a Secret holds that cannot be used, by our name: why, without quoting it.

    Args:
        purpose: What it is for.
        found: What it holds, by our names.
        vendor: Whose keys they are, if they are those of a bucket.
    """
    if purpose is Purpose.STORAGE:
        return sts.unfit(vendor, found)
    if purpose is Purpose.CERTIFICATE and not is_hex_id(found["appCertificate"]):
        return {"appCertificate": "must be 32 hexadecimal digits"}
    if purpose is Purpose.ENCRYPTION and not _is_salt(found.get("salt", SOME_SALT)):
        return {"salt": f"must be base64 of {SALT_BYTES} bytes"}
    schemes = SCHEMES.get(purpose, ())
    if schemes and not found[URL].startswith(schemes):
        return {URL: f"must begin with {' or '.join(schemes)}"}
    return {}


def project_needs_of(
    project: AgoraProjectSpec, spec: CloudRecordingSpec
) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets beside the project that a start takes: no token opens a page."""
    ref = project.app_certificate_secret_ref
    if ref is None or spec.token_secret_ref is not None or spec.web is not None:
        return {}
    return {Purpose.CERTIFICATE: certificate_need(ref)}


def shared_needs_of(project: AgoraProjectSpec) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets that a project names for all its recordings."""
    needs: dict[Purpose, SecretNeed] = {}
    if project.storage is not None:
        needs[Purpose.STORAGE] = storage_need(project.storage)
    if project.app_certificate_secret_ref is not None:
        needs[Purpose.CERTIFICATE] = certificate_need(project.app_certificate_secret_ref)
    return needs


def certificate_need(ref: CertificateReference) -> SecretNeed:
    """Return the Secret with the App Certificate."""
    return SecretNeed(ref.name, {"appCertificate": ref.key})


def _is_salt(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == SALT_BYTES
    except (binascii.Error, ValueError):
        return False


def _url_needs(spec: CloudRecordingSpec) -> Mapping[Purpose, SecretNeed]:
    """Return the Secrets that hold urls of a page."""
    page = spec.web
    references = {
        Purpose.WEB_URL: page.url_secret_ref if page else None,
        Purpose.RTMP_URL: page.rtmp_url_secret_ref if page else None,
    }
    return {purpose: _url_need(each) for purpose, each in references.items() if each}


def _url_need(reference: SecretKeyReference) -> SecretNeed:
    return SecretNeed(reference.name, {URL: reference.key})
