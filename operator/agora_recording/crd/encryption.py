"""How the recorder reads a channel whose users encrypt their streams."""

from enum import StrEnum
from typing import Final

from agora_recording.crd.model import Model, SecretKey, SecretReference


class EncryptionMode(StrEnum):
    """Cipher of the channel, which must be that of its users' SDK."""

    AES_128_XTS = "AES128XTS"
    AES_128_ECB = "AES128ECB"
    AES_256_XTS = "AES256XTS"
    SM4_128_ECB = "SM4128ECB"
    AES_128_GCM = "AES128GCM"
    AES_256_GCM = "AES256GCM"
    AES_128_GCM2 = "AES128GCM2"
    AES_256_GCM2 = "AES256GCM2"


SALTED: Final = frozenset({EncryptionMode.AES_128_GCM2, EncryptionMode.AES_256_GCM2})
"""Modes that need a salt beside the secret."""


class EncryptionSecretKeys(Model):
    """Under which keys the Secret holds what, for a Secret whose keys cannot be chosen."""

    secret: SecretKey = "secret"  # noqa: S105 - the name of a key
    """Key that holds the secret of the users (Agora: ``secret``)."""

    salt: SecretKey = "salt"
    """Key that holds the salt of the users: base64 of 32 bytes. Read for AES128GCM2 and AES256GCM2
    only (Agora: ``salt``)."""


class EncryptionSecretReference(SecretReference):
    """A Secret with what the users of the channel encrypt by."""

    keys: EncryptionSecretKeys = EncryptionSecretKeys()
    """Under which keys the Secret holds what."""


class ChannelEncryption(Model):
    """What the users of the channel encrypt their streams with."""

    mode: EncryptionMode
    """Cipher of the channel (Agora: ``decryptionMode``)."""

    secret_ref: EncryptionSecretReference
    """Secret in the same namespace with the keys ``secret`` and, for AES128GCM2 and AES256GCM2,
    ``salt``, or others that ``keys`` names."""
