"""Channel tokens ("007", AccessToken2), as Agora's own code makes them.

https://github.com/AgoraIO/Tools/tree/master/DynamicKey/AgoraDynamicKey
"""

import base64
import hashlib
import hmac
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from agora_simulator.calls import Target

VERSION: Final = "007"
RTC: Final = 1
"""The service of channels; others may stand in a token too."""
JOIN: Final = 1
"""The privilege that a recorder needs."""
LONGEST_SECONDS: Final = 24 * 3600
MAX_BYTES: Final = 8192
"""What unpacks to more is no token."""


class BrokenTokenError(ValueError):
    """A text is no token. The message does not hold it."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says, whoever signed it."""

    app_id: str
    issued_at: int
    expire_seconds: int
    salt: int
    channel: str
    uid: str
    """Empty: any user."""
    join_seconds: int | None
    """How long it lets a user in; None: not at all, 0: as long as it is valid."""
    signature: bytes
    signed: bytes

    @property
    def expires_at(self) -> int:
        """When a recorder that joined with it has to leave, in Unix seconds."""
        lives = [self.expire_seconds, self.join_seconds or self.expire_seconds, LONGEST_SECONDS]
        return self.issued_at + min(lives)

    def signed_with(self, certificate: str) -> bool:
        """Tell whether it was made with an app certificate."""
        key = _hmac(struct.pack("<I", self.issued_at), certificate.encode())
        key = _hmac(struct.pack("<I", self.salt), key)
        return hmac.compare_digest(_hmac(key, self.signed), self.signature)

    def lets_in(self, target: Target, now: float) -> bool:
        """Tell whether a recorder can join its channel with it."""
        return (
            self.app_id == target.app_id
            and self.channel == target.channel
            and self.uid in {"", target.uid}
            and self.join_seconds is not None
            and now < self.expires_at
        )


class _Reader:
    """Reads the little-endian parts of a token, one after another."""

    def __init__(self, data: bytes) -> None:
        self.rest = data

    def bytes(self) -> bytes:
        size = self.number("<H")
        taken, self.rest = self.rest[:size], self.rest[size:]
        if len(taken) < size:
            raise BrokenTokenError("the token is cut off")
        return taken

    def text(self) -> str:
        return self.bytes().decode()

    def number(self, form: str) -> int:
        size = struct.calcsize(form)
        (number,) = struct.unpack(form, self.rest[:size])
        self.rest = self.rest[size:]
        return int(number)

    def privileges(self) -> dict[int, int]:
        count = self.number("<H")
        return {self.number("<H"): self.number("<I") for _ in range(count)}


def parsed(text: str) -> Token:
    """Return what a token says.

    Raises:
        BrokenTokenError: It is none, or none for a channel.
    """
    try:
        return _parsed(_Reader(_unpacked(text)))
    except (ValueError, struct.error, zlib.error):
        raise BrokenTokenError("the text is no token") from None


def _unpacked(text: str) -> bytes:
    if not text.startswith(VERSION):
        raise BrokenTokenError("the token has another version")
    packed = base64.b64decode(text.removeprefix(VERSION), validate=True)
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(packed, MAX_BYTES)
    if not unpacking.eof:
        raise BrokenTokenError("the token is cut off, or too long")
    return data


def _parsed(reader: _Reader) -> Token:
    signature = reader.bytes()
    signed = reader.rest
    app_id = reader.text()
    issued_at, expire, salt = (reader.number("<I") for _ in range(3))
    services = reader.number("<H")
    # Services stand in the order of their types, and that of channels is the first.
    if services == 0 or reader.number("<H") != RTC:
        raise BrokenTokenError("the token is for no channel")
    privileges = reader.privileges()
    return Token(
        app_id=app_id,
        issued_at=issued_at,
        expire_seconds=expire,
        salt=salt,
        channel=reader.text(),
        uid=reader.text(),
        join_seconds=privileges.get(JOIN),
        signature=signature,
        signed=signed,
    )


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
