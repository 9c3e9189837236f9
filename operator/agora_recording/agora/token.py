"""Tokens: what lets a recorder join a channel that asks for one. Pure.

Makes AccessToken2 ("007"), and reads that and its forerunner ("006"), as AgoraIO/Tools,
DynamicKey/AgoraDynamicKey has them. All integers are little-endian.
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
LEGACY: Final = "006"
ANY_CHANNEL: Final = "*"
"""The channel of a wildcard token."""
ANY_USER: Final = ""
RTC: Final = 1
"""The service that a channel is."""
JOIN: Final = 1
"""The privilege to join a channel: all that a recorder needs."""
LONGEST_SECONDS: Final = 86_400
"""Agora cuts longer lives to this."""
APP_ID_DIGITS: Final = 32
HEAD: Final = "<IIIHH"
"""Of what is signed, after the App ID: issued, life, salt, number of services, the first one."""
LONGEST_INFO: Final = 4096
"""More than the unpacked bytes of any token; what claims more is none."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says."""

    app_id: str
    channel: str | int
    """The channel, or the CRC-32 of its name, which is all that a legacy token tells."""
    uid: str | int
    """The user's number as text, empty: any user; or the CRC-32 of that."""
    expires_at: datetime
    """When whoever joined with it has to leave."""
    joins: bool = True
    """Whether it lets its user join at all."""

    def is_for(self, channel: str, uid: int) -> bool:
        """Whether it is for this user of this channel, or for any."""
        channels, users = (channel, ANY_CHANNEL), (str(uid), ANY_USER)
        return _is_one_of(self.channel, channels) and _is_one_of(self.uid, users)


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
    version, rest = text[: len(VERSION)], text[len(VERSION) :]
    try:
        if version == VERSION:
            return _unpacked(rest)
        return _legacy(rest) if version == LEGACY else None
    except (binascii.Error, zlib.error, struct.error, ValueError, OverflowError):
        return None


def _unpacked(text: str) -> Token | None:
    """Read a token whose first service is a channel's."""
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(base64.b64decode(text), LONGEST_INFO)
    _, rest = _taken(content)
    app_id, rest = _taken(rest)
    issued_at, seconds, _, _, kind = struct.unpack_from(HEAD, rest)
    if kind != RTC or not unpacker.eof:
        return None
    privileges, rest = _privileges(rest[struct.calcsize(HEAD) :])
    channel, rest = _taken(rest)
    uid, _ = _taken(rest)
    life = min(seconds, privileges.get(JOIN) or seconds, LONGEST_SECONDS)  # 0: as long as the rest
    ends = _moment(issued_at + life)
    return Token(app_id.decode(), channel.decode(), uid.decode(), ends, JOIN in privileges)


def _legacy(text: str) -> Token:
    """Read a token that names the moments at which its privileges end."""
    content = base64.b64decode(text[APP_ID_DIGITS:])
    _, rest = _taken(content)
    channel, uid = struct.unpack_from("<II", rest)
    message, _ = _taken(rest[struct.calcsize("<II") :])
    _, latest = struct.unpack_from("<II", message)  # after a salt
    privileges, _ = _privileges(message[struct.calcsize("<II") :])
    ends = _moment(privileges.get(JOIN) or latest)
    return Token(text[:APP_ID_DIGITS], channel, uid, ends, JOIN in privileges)


def _privileges(content: bytes) -> tuple[dict[int, int], bytes]:
    """Split off what a token allows: until when, in seconds, by privilege."""
    (count,) = struct.unpack_from("<H", content)
    content, size = content[struct.calcsize("<H") :], struct.calcsize("<HI")
    if len(content) < count * size:
        raise ValueError("the token ends too early")
    return dict(struct.iter_unpack("<HI", content[: count * size])), content[count * size :]


def _is_one_of(told: str | int, names: tuple[str, ...]) -> bool:
    return told in names or told in {zlib.crc32(name.encode()) for name in names}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


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
