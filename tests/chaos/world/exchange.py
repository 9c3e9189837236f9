"""One request of one process, on its way to the API server or to Agora."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

NO_HEADERS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back over the wire."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What a request is in a recording's life."""

    kind: Literal["write", "call", "read"]
    """A durable write to the API server, a call to Agora, or what changes nothing."""
    label: str
    """Such as "start" or "write D (sid)"."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request whose effect has not happened yet."""

    process: str
    step: Step
    carry_out: Callable[[], Answer]
    """Have its effect now, and return the answer to it."""
    carry_out_later: Callable[[float], None]
    """Have its effect so many seconds later; nobody hears the answer."""
    patience: float
    """Seconds after which the client gives up."""
    lost: Callable[[], Exception]
    """Make the error of a client that got no answer in time."""
    refused: Callable[[], Exception]
    """Make the error of a client that could not connect."""
    broke: Callable[[], Exception]
    """Make the error of a client whose connection broke before the answer."""

    async def lose(self) -> Answer:
        """Let the client wait in vain."""
        await asyncio.sleep(self.patience)
        raise self.lost()
