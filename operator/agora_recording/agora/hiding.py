"""What may be shown of Agora's own words: they may repeat what was sent, secrets included.

Whatever is quoted from an answer goes through ``shown``. Ids and times are hidden as well: a
message that is another each time would never come to rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

SECRET_MEMBERS: Final = re.compile("key|token|secret|salt|url", re.IGNORECASE)
"""Members of requests whose values nobody may read; a URL can hold a password."""
NAMED: Final = re.compile(rf"((?:{SECRET_MEMBERS.pattern})\w*\W{{0,3}}[:=])[^,;}}]+", re.IGNORECASE)
"""What is called a secret: Agora may still quote what an earlier call has sent."""
HIDDEN: Final = "***"
QUOTED: Final = 120
"""How many characters of Agora's words are quoted at most."""
READ: Final = 500
"""How many characters are looked at."""
TELLING: Final = 6
"""So many characters of a secret in a row are hidden, also of one that was cut or encoded."""
ID: Final = re.compile(
    r"(?=[A-Za-z_+/=-]*[0-9])[A-Za-z0-9_+/=-]{10,}|(?=[A-Za-z_]*[+/=-])[A-Za-z_+/=-]{20,}"
)
"""An id, a time or a key: long, and not made of letters alone as the names of members are."""


def secrets_in(request: object) -> Iterator[str]:
    """Yield the secrets that the body of a request holds, at any depth."""
    if isinstance(request, Mapping):
        for name, value in request.items():
            if isinstance(value, str) and SECRET_MEMBERS.search(name):
                yield value
            yield from secrets_in(value)
    if isinstance(request, list | tuple):
        for value in request:
            yield from secrets_in(value)


def shown(words: str, secrets: tuple[str, ...]) -> str:
    """Return Agora's words on one line, without secrets and ids, cut to what is quoted."""
    line = _line(words[:READ])
    betrayed = _places(line, secrets)
    parts = [
        HIDDEN if betrayed.intersection(range(*word.span())) else word[0]
        for word in re.finditer(r"\S+", line)
    ]
    return ID.sub(HIDDEN, NAMED.sub(rf"\1 {HIDDEN}", " ".join(parts)))[:QUOTED]


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _places(line: str, secrets: tuple[str, ...]) -> set[int]:
    """Return the places of a line at which it repeats a part of a secret."""
    found: set[int] = set()
    for secret in filter(None, map(_line, secrets)):
        length = min(len(secret), TELLING)
        for start in range(len(secret) - length + 1):
            for at in _finds(line, secret[start : start + length]):
                found.update(range(at, at + length))
    return found


def _finds(line: str, part: str) -> Iterator[int]:
    at = line.find(part)
    while at >= 0:
        yield at
        at = line.find(part, at + 1)
