"""Channels whose users encrypt their streams: what is read, and what Agora is told."""

import base64

import pytest

from agora_recording.crd.encryption import SALTED, ChannelEncryption, EncryptionMode
from agora_recording.translate import requests
from agora_recording.translate.secrets import Purpose, encryption_need, needs_of, unfit
from builders import spec, storage

SALT = base64.b64encode(bytes(range(32))).decode()
KEYS = {"secret": "the-secret", "salt": SALT}
SECRETS = {Purpose.STORAGE: {"accessKey": "a", "secretKey": "b"}, Purpose.ENCRYPTION: KEYS}


def encryption(mode: EncryptionMode, **keys: str) -> ChannelEncryption:
    """Return an encryption whose Secret has these names of keys."""
    return ChannelEncryption.model_validate(
        {"mode": mode, "secretRef": {"name": "enc", "keys": keys}}
    )


@pytest.mark.parametrize(
    ("mode", "number"),
    [
        ("AES128XTS", 1),
        ("AES128ECB", 2),
        ("AES256XTS", 3),
        ("SM4128ECB", 4),
        ("AES128GCM", 5),
        ("AES256GCM", 6),
        ("AES128GCM2", 7),
        ("AES256GCM2", 8),
    ],
)
def test_every_mode_has_its_number_and_its_salt(mode: str, number: int) -> None:
    """A salt is sent with 7 and 8 alone."""
    wanted = spec(encryption=encryption(EncryptionMode(mode)))
    config = requests.start_request(wanted, storage(), SECRETS)["recordingConfig"]

    assert config["decryptionMode"] == number
    assert config["secret"] == "the-secret"
    assert config.get("salt") == (SALT if number in {7, 8} else None)


def test_a_channel_that_is_not_encrypted() -> None:
    """Nothing is sent of what is not wanted."""
    config = requests.start_request(spec(), storage(), SECRETS)["recordingConfig"]

    assert not config.keys() & {"decryptionMode", "secret", "salt"}


@pytest.mark.parametrize("mode", EncryptionMode)
def test_the_names_of_the_keys_can_be_chosen(mode: EncryptionMode) -> None:
    """And a salt is asked of the Secret only by the modes that have one."""
    named = encryption_need(encryption(mode, secret="PASSWORD", salt="PEPPER"))
    usual = encryption_need(encryption(mode))
    salted = mode in SALTED

    assert named.name == "enc"
    assert named.keys == {"secret": "PASSWORD"} | ({"salt": "PEPPER"} if salted else {})
    assert usual.keys == {"secret": "secret"} | ({"salt": "salt"} if salted else {})


def test_the_storage_comes_first_of_what_is_read() -> None:
    """A channel that is not encrypted needs no Secret for it."""
    encrypted = spec(encryption=encryption(EncryptionMode.AES_128_GCM))

    assert list(needs_of(encrypted, storage())) == [Purpose.STORAGE, Purpose.ENCRYPTION]
    assert list(needs_of(spec(), storage())) == [Purpose.STORAGE]


@pytest.mark.parametrize(
    "salt",
    [
        "not base64!",
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(33)).decode(),
        SALT[:-1],
        SALT + "=",
        "pässword",
    ],
)
def test_a_salt_of_no_use_is_told_and_not_shown(salt: str) -> None:
    """Before Agora refuses it."""
    (told,) = unfit(Purpose.ENCRYPTION, {"secret": "s", "salt": salt}).items()

    assert told == ("salt", "must be base64 of 32 bytes")


@pytest.mark.parametrize("keys", [KEYS, {"secret": "s"}])
def test_a_salt_of_use_is_taken(keys: dict[str, str]) -> None:
    """And so is a Secret without one, whose mode has none."""
    assert unfit(Purpose.ENCRYPTION, keys) == {}


@pytest.mark.parametrize("mode", EncryptionMode)
def test_a_start_can_be_repeated_without_its_keys(mode: EncryptionMode) -> None:
    """What stands for them is no secret, and of a form that Agora takes."""
    wanted = spec(encryption=encryption(mode))
    config = requests.start_request(wanted, storage(), {})["recordingConfig"]

    assert config["secret"] == "none"
    assert ("salt" in config) == (mode in SALTED)
    assert unfit(Purpose.ENCRYPTION, {"salt": config.get("salt", SALT)}) == {}


def test_a_probe_joins_the_channel_as_encrypted_as_it_is() -> None:
    """Else it could not join at all."""
    wanted = spec(encryption=encryption(EncryptionMode.AES_256_GCM2))
    config = requests.probe_request(wanted, 7, storage(), SECRETS)["recordingConfig"]

    assert (config["decryptionMode"], config["salt"]) == (8, SALT)
