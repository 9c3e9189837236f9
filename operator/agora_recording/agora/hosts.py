"""Where Agora's API is, and which of its hosts is called (docs/decisions/0012-hosts.md).

A host that cannot be reached is left alone for a while, and another one of the same area is called
instead. That is said of the next call: no call is sent twice from here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Final

import structlog

from agora_recording.crd.project import Area

Table = Mapping[Area, tuple[str, ...]]

HOSTS: Final[Table] = {
    Area.INTERNATIONAL: (
        "https://api.agora.io",
        "https://api-us-west-1.sd-rtn.com",
        "https://api-us-east-1.agora.io",
        "https://api-ap-southeast-1.sd-rtn.com",
        "https://api-ap-northeast-1.agora.io",
        "https://api-eu-west-1.sd-rtn.com",
        "https://api-eu-central-1.agora.io",
        "https://api-us-east-1.sd-rtn.com",
        "https://api-us-west-1.agora.io",
        "https://api-ap-northeast-1.sd-rtn.com",
        "https://api-ap-southeast-1.agora.io",
        "https://api-eu-central-1.sd-rtn.com",
        "https://api-eu-west-1.agora.io",
    ),
    Area.MAINLAND_CHINA: (
        "https://api.sd-rtn.com",
        "https://api-cn-east-1.agora.io",
        "https://api-cn-north-1.sd-rtn.com",
        "https://api-cn-east-1.sd-rtn.com",
        "https://api-cn-north-1.agora.io",
    ),
}
"""Base URLs of each area, in the order in which they are tried (Integration best practices,
"Domains"). Each differs from the one before in its place and, as far as that goes, in its
domain: neither a place nor names that fail are tried twice in a row."""
RETRY_SECONDS: Final = 30.0
"""How long a host that could not be reached is left alone, if another one can be called."""

log = structlog.get_logger()


def only(urls: str | None) -> Table:
    """Return hosts that stand for those of every area: base URLs with commas between them.

    None: Agora's own.
    """
    return HOSTS if urls is None else dict.fromkeys(Area, tuple(urls.split(",")))


class Hosts:
    """Which hosts could be reached lately."""

    def __init__(self, table: Table = HOSTS, tick: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._tick = tick
        self._retry_at: dict[str, float] = {}
        """By base URL of each host that could not be reached: when a call may try it again."""

    def first(self, area: Area) -> str:
        """Return the base URL that is called as long as nothing is wrong with it."""
        return self._table[area][0]

    def known(self) -> frozenset[str]:
        """Return all base URLs of Agora, and those that stand for them."""
        tables = (HOSTS, self._table)
        return frozenset(url for table in tables for urls in table.values() for url in urls)

    def near(self, endpoint: str) -> str:
        """Return the base URL for the next call about what was made at ``endpoint``.

        That one, or another one of the same area; what is in no area has no other.
        """
        return self._choose((endpoint, *self._area_of(endpoint)))

    def anywhere(self, endpoint: str) -> str:
        """Return the same for what is yet to be made: the other area's after all of its own."""
        own = self._area_of(endpoint)
        others = [url for urls in self._table.values() for url in urls] if own else []
        return self._choose((endpoint, *own, *others))

    def reached(self, endpoint: str) -> None:
        """Remember that a host answered."""
        if self._retry_at.pop(endpoint, None) is not None:
            log.info("Reached a host of Agora again", host=endpoint)

    def lost(self, endpoint: str) -> None:
        """Remember that a host could not be reached."""
        if endpoint not in self._retry_at:
            log.warning("Leaving a host of Agora that cannot be reached", host=endpoint)
        self._retry_at[endpoint] = self._tick() + RETRY_SECONDS

    def _area_of(self, endpoint: str) -> tuple[str, ...]:
        return next((urls for urls in self._table.values() if endpoint in urls), ())

    def _choose(self, urls: tuple[str, ...]) -> str:
        """Return the first that was not lost; else the one that was left alone the longest."""
        now = self._tick()
        due = [url for url in urls if self._retry_at.get(url, -inf) <= now]
        chosen = due[0] if due else min(urls, key=self._retry_at.__getitem__)
        if chosen in self._retry_at:  # one call tries it, and the others go elsewhere meanwhile
            self._retry_at[chosen] = now + RETRY_SECONDS
        return chosen


@dataclass(frozen=True, slots=True)
class Route:
    """Where the calls of one project go."""

    first: str = ""
    """Base URL that new recordings are made at as long as nothing is wrong with it."""
    hosts: Hosts = field(default_factory=Hosts)
    trusted: frozenset[str] | None = None
    """The only places to which the credentials may be sent; None: the hosts of Agora.

    An attempt is in a status, which others than the owner of the credentials may be able to write.
    """
    allow_cross_area: bool = False
    """Whether recordings may be begun in the other area."""

    @classmethod
    def only_to(cls, url: str) -> Route:
        """Return the route of a project with a URL of its own: nothing is sent anywhere else."""
        return cls(url, Hosts({}), frozenset((url,)))

    def about(self, endpoint: str) -> str:
        """Return the base URL for the next call about an attempt that was made at ``endpoint``.

        Its area is never left: Agora's other cloud may not know of it, and would deny that it runs.
        """
        trusted = self.hosts.known() if self.trusted is None else self.trusted
        return self.hosts.near(endpoint if endpoint in trusted else self.first)

    def acquire(self) -> str:
        """Return the base URL at which the next attempt is made."""
        choose = self.hosts.anywhere if self.allow_cross_area else self.hosts.near
        return choose(self.first)
