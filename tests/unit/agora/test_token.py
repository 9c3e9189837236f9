"""Tokens: against Agora's own, against a decoder that knows only the published layout."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora import token

APP = "970CA35de60c44645bbae8a215061b33"
CERTIFICATE = "5CFd2fd1755d40ecb72977518be15d3b"
CHANNEL = "7d72365eb983485397e3e3f9d460bdda"
GIVEN: dict[str, Any] = {
    "app_id": APP,
    "certificate": CERTIFICATE,
    "channel": CHANNEL,
    "uid": 2_882_341_273,
    "issued_at": 1_111_111,
    "seconds": 600,
    "salt": 1,
}
OF_AGORA = (
    "007eJxTYBBbsMMnKq7p9Hf/HcIX5kce9b518kCiQgSr5Zrp4X1Tu6UUGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0SjQxNDcw"
    "Mk4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiVwMRhYWRsYmhkbmxgDCaiTj"
)
"""AgoraIO/Tools, python3/test/AccessToken2Test.py, test_service_rtc."""
OF_AGORA_FOR_ANYBODY = (
    "007eJxTYLhzZP08Lxa1Pg57+TcXb/3cZ3wi4V6kbpbOog0G2dOYk20UGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0SjQxNDcw"
    "Mk4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiQwMADacImo="
)
"""The same file, test_service_rtc_uid_0."""

UIDS = st.integers(1, 2**32 - 1)
CHANNELS = st.text("abcXYZ 0123 !#$%&()+-:;<=.>?@[]^_{}|~,", min_size=1, max_size=64)


def build(**changed: Any) -> str:
    """Return the token of Agora's test, with members changed."""
    return token.build(**{**GIVEN, **changed})


def unpacked(text: str) -> bytes:
    """Return a token's bytes: compressed ones differ between implementations."""
    return zlib.decompress(base64.b64decode(text.removeprefix("007")))


def test_a_token_is_that_of_agoras_own_builder() -> None:
    """Byte for byte, once unpacked."""
    assert unpacked(build()) == unpacked(OF_AGORA)


@given(UIDS, CHANNELS, st.integers(1, 2**31), st.integers(1, 86_400), st.integers(1, 99_999_999))
def test_a_token_is_laid_out_as_published(
    uid: int, channel: str, issued_at: int, seconds: int, salt: int
) -> None:
    """Signature and content, read by the published layout and signed again."""
    made = build(uid=uid, channel=channel, issued_at=issued_at, seconds=seconds, salt=salt)
    content = unpacked(made)
    (size,) = struct.unpack_from("<H", content)
    signature, info = content[2 : 2 + size], content[2 + size :]

    name, number = channel.encode(), str(uid).encode()
    expected = struct.pack("<H32sIIIH", 32, APP.encode(), issued_at, seconds, salt, 1)
    expected += struct.pack("<HHHI", 1, 1, 1, seconds)
    expected += struct.pack(f"<H{len(name)}s", len(name), name)
    expected += struct.pack(f"<H{len(number)}s", len(number), number)
    assert info == expected
    key = hmac.digest(struct.pack("<I", issued_at), CERTIFICATE.encode(), hashlib.sha256)
    key = hmac.digest(struct.pack("<I", salt), key, hashlib.sha256)
    assert signature == hmac.digest(key, info, hashlib.sha256)


@pytest.mark.parametrize(
    "changed",
    [{"uid": 7}, {"channel": "other"}, {"salt": 2}, {"issued_at": 2}, {"seconds": 601}],
    ids=str,
)
def test_another_token_for_anything_else(changed: dict[str, Any]) -> None:
    """And the same one for the same, which is what makes a repeated start the same."""
    assert build() == build()
    assert build(**changed) != build()


@pytest.mark.parametrize(
    "changed",
    [
        {"certificate": CERTIFICATE[1:]},
        {"certificate": "g" + CERTIFICATE[1:]},
        {"app_id": ""},
        {"seconds": 0},
        {"seconds": 86_401},
    ],
    ids=str,
)
def test_what_cannot_be_a_token_is_refused(changed: dict[str, Any]) -> None:
    """Agora's builder would return nothing. The certificate is in no message."""
    with pytest.raises(ValueError, match=r"must be|lasts") as caught:
        build(**changed)
    assert CERTIFICATE[1:] not in str(caught.value)


def test_a_token_can_be_read() -> None:
    """Whom it is for, and until when."""
    until = datetime.fromtimestamp(1_111_111 + 600, UTC)
    assert token.read(OF_AGORA) == token.Token(APP, CHANNEL, "2882341273", until)
    assert token.read(OF_AGORA_FOR_ANYBODY) == token.Token(APP, CHANNEL, "", until)


def test_a_token_is_believed_for_a_day_at_most() -> None:
    """Agora cuts what claims to last longer."""
    claim = struct.pack("<I", 7 * 86_400)
    content = unpacked(OF_AGORA).replace(struct.pack("<I", 600), claim)
    read = token.read("007" + base64.b64encode(zlib.compress(content)).decode())

    assert read is not None
    assert read.expires_at == datetime.fromtimestamp(1_111_111 + 86_400, UTC)


@pytest.mark.parametrize(
    ("privileges", "seconds", "joins"),
    [
        ({1: 300}, 300, True),
        ({1: 900}, 600, True),
        ({1: 0}, 600, True),
        ({2: 300, 1: 500}, 500, True),
        ({2: 300}, 600, False),
        ({}, 600, False),
    ],
    ids=str,
)
def test_a_token_lasts_as_long_as_its_privilege_to_join(
    privileges: dict[int, int], seconds: int, *, joins: bool
) -> None:
    """Agora's builders take the two lives apart; 0 is as long as the token."""
    told = b"".join(struct.pack("<HI", *each) for each in privileges.items())
    old = struct.pack("<HHI", 1, 1, 600)
    content = unpacked(OF_AGORA).replace(old, struct.pack("<H", len(privileges)) + told)
    read = token.read("007" + base64.b64encode(zlib.compress(content)).decode())

    assert read is not None
    assert read.expires_at == datetime.fromtimestamp(1_111_111 + seconds, UTC)
    assert read.joins is joins


def legacy(privileges: dict[int, int], channel: str = CHANNEL, uid: str = "7") -> str:
    """Return a token of the older kind, without the signature that nobody checks."""
    told = b"".join(struct.pack("<HI", *each) for each in privileges.items())
    message = struct.pack("<IIH", 1, 90_000, len(privileges)) + told
    crc = struct.pack("<II", zlib.crc32(channel.encode()), zlib.crc32(uid.encode()))
    content = struct.pack("<H", 2) + b"ab" + crc + struct.pack("<H", len(message)) + message
    return "006" + APP + base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("privileges", "seconds", "joins"),
    [({1: 5000}, 5000, True), ({1: 0, 2: 10}, 90_000, True), ({2: 10}, 90_000, False)],
    ids=str,
)
def test_an_older_token_is_read_too(
    privileges: dict[int, int], seconds: int, *, joins: bool
) -> None:
    """It names the moment at which a privilege ends; 0 is that of the token."""
    read = token.read(legacy(privileges))

    assert read is not None
    assert (read.app_id, read.joins) == (APP, joins)
    assert read.expires_at == datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (build(uid=7), True),
        (build(uid=8), False),
        (build(uid=7, channel="other"), False),
        (build(uid=7, channel="*"), True),
        (OF_AGORA_FOR_ANYBODY, True),
        (legacy({1: 1}), True),
        (legacy({1: 1}, uid="8"), False),
        (legacy({1: 1}, uid=""), True),
        (legacy({1: 1}, channel="other"), False),
    ],
)
def test_a_token_is_for_a_user_of_a_channel_or_for_any(text: str, *, expected: bool) -> None:
    """An older one tells both by their CRC-32."""
    read = token.read(text)

    assert read is not None
    assert read.is_for(CHANNEL, 7) is expected


@pytest.mark.parametrize("length", range(len(legacy({1: 5000}))))
def test_an_older_token_that_was_cut_is_not_read(length: int) -> None:
    """As copying with a mouse does it."""
    assert token.read(legacy({1: 5000})[:length]) is None


@given(st.text() | st.text().map("007{}".format) | st.text().map(f"006{APP}{{}}".format))
def test_what_is_no_token_is_not_read(text: str) -> None:
    """A Secret may hold anything."""
    assert token.read(text) is None


@pytest.mark.parametrize("length", range(len(OF_AGORA)))
def test_a_token_that_was_cut_is_not_read(length: int) -> None:
    """As copying with a mouse does it."""
    assert token.read(OF_AGORA[:length]) is None


@given(st.binary(max_size=200))
def test_nonsense_that_is_well_packed_raises_nothing(content: bytes) -> None:
    """Nor does it take memory: what unpacks to much more than a token is none."""
    token.read("007" + base64.b64encode(zlib.compress(content)).decode())
    bomb = "007" + base64.b64encode(zlib.compress(b"\0" * 10_000_000)).decode()
    assert token.read(bomb) is None
