"""AccessToken2 ("007"): what lets a recorder join a channel that asks for a token. Pure.

Follows AgoraIO/Tools, DynamicKey/AgoraDynamicKey, AccessToken2. All integers are little-endian.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

VERSION: Final = "007"
RTC: Final = 1
"""The service that a channel is."""
JOIN: Final = 1
"""The privilege to join a channel: all that a recorder needs."""
LONGEST_SECONDS: Final = 86_400
"""Agora cuts longer lives to this."""
LONGEST_INFO: Final = 4096
"""More than the unpacked bytes of any token; what claims more is none."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says."""

    app_id: str
    channel: str
    uid: str
    """The user's number as text; empty: any user."""
    expires_at: datetime


def is_hex_id(text: str) -> bool:
    """Whether a text can be an App ID or an App Certificate: 32 hexadecimal digits."""
    return re.fullmatch(r"[0-9a-fA-F]{32}", text) is not None


def build(
    app_id: str,
    certificate: str,
    *,
    channel: str,
    uid: int,
    issued_at: int,
    seconds: int,
    salt: int,
) -> str:
    """Return a token with which ``uid`` may join ``channel``. The same arguments give the same.

    Args:
        app_id: App ID, 32 hexadecimal digits.
        certificate: App Certificate of the App ID, 32 hexadecimal digits.
        channel: Name of the channel.
        uid: Number of the user, 1 to 2^32 - 1.
        issued_at: Unix time in seconds.
        seconds: How long it lasts, 1 to 86,400.
        salt: Any number from 1 to 2^32 - 1.

    Raises:
        ValueError: App ID, certificate or life is not as it must be. The text shows none of them.
    """
    if not (is_hex_id(app_id) and is_hex_id(certificate)):
        raise ValueError("App ID and App Certificate must be 32 hexadecimal digits each")
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"a token lasts 1 to {LONGEST_SECONDS} seconds")
    privileges = struct.pack("<HHI", 1, JOIN, seconds)
    service = struct.pack("<H", RTC) + privileges + _packed(channel) + _packed(str(uid))
    head = _packed(app_id) + struct.pack("<IIIH", issued_at, seconds, salt, 1)
    info = head + service
    key = _hmac(struct.pack("<I", issued_at), certificate.encode())
    key = _hmac(struct.pack("<I", salt), key)
    content = _packed(_hmac(key, info)) + info
    return VERSION + base64.b64encode(zlib.compress(content)).decode()


def read(text: str) -> Token | None:
    """Return what a token says; None if it cannot be read. Its signature is not checked."""
    if not text.startswith(VERSION):
        return None
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(text[len(VERSION) :]), LONGEST_INFO)
        return _unpacked(content) if unpacker.eof else None
    except (binascii.Error, zlib.error, struct.error, ValueError, OverflowError):
        return None


def _unpacked(content: bytes) -> Token | None:
    """Read an unpacked token whose first service is a channel's."""
    _, rest = _taken(content)
    app_id, rest = _taken(rest)
    issued_at, seconds, _, _, kind, privileges = struct.unpack_from("<IIIHHH", rest)
    if kind != RTC:
        return None
    rest = rest[struct.calcsize("<IIIHHH") + privileges * struct.calcsize("<HI") :]
    channel, rest = _taken(rest)
    uid, _ = _taken(rest)
    expires_at = datetime.fromtimestamp(issued_at + min(seconds, LONGEST_SECONDS), tz=UTC)
    return Token(app_id.decode(), channel.decode(), uid.decode(), expires_at)


def _taken(content: bytes) -> tuple[bytes, bytes]:
    """Split off the first string."""
    (size,) = struct.unpack_from("<H", content)
    if len(content) < size + 2:
        raise ValueError("the token ends too early")
    return content[2 : size + 2], content[size + 2 :]


def _packed(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack("<H", len(data)) + data


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
