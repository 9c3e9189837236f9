"""What people wanted, and when: the judge compares it with what ran."""

from __future__ import annotations

from dataclasses import dataclass

from chaos.world.time import AgoraClock


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that one object began to want."""

    at: float
    """Unix seconds."""
    channel: str
    who: str
    """Namespace and name of the object."""
    recording: bool
    """Whether a recording is wanted from then on."""


class Wishes:
    """For each channel the times at which its objects began or ceased to want a recording."""

    def __init__(self) -> None:
        self._clock = AgoraClock()
        self._every: list[Wish] = []

    def want(self, channel: str, who: str, *, recording: bool) -> None:
        """Note that from now on an object wants a recording of a channel, or not."""
        self._every.append(Wish(self._clock.now(), channel, who, recording))

    def wants(self, who: str) -> bool:
        """Whether an object wants a recording now."""
        return next((w.recording for w in reversed(self._every) if w.who == who), False)

    def always(self, channel: str, since: float, until: float) -> bool:
        """Whether a recording was wanted all the time between two moments (Unix seconds)."""
        wanting: set[str] = set()
        wanted = True
        for wish in (w for w in self._every if w.channel == channel and w.at <= until):
            if wish.at > since:
                wanted = wanted and bool(wanting)
            if wish.recording:
                wanting.add(wish.who)
            else:
                wanting.discard(wish.who)
        return wanted and bool(wanting)
