"""The watch of one process, as kopf delivers it: late, coalesced, out of order across objects.

Of one object the newest is delivered, in order. A relist shows all that exist (kind None) and
says nothing of what was deleted while nobody watched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Final

from chaos.store.answers import Object
from chaos.store.server import Change, Store
from chaos.world.gate import Gate

WATCHED: Final = ("agoraprojects", "cloudrecordings")
"""What is watched, in the order in which it is first listed."""
Deliver = Callable[[str, str | None, Object], None]
"""Takes plural, kind of the event and the object."""
Relisted = Callable[[str], None]
"""Takes the plural of which all that exist have been delivered."""


class Courier:
    """Delivers changes to one process."""

    def __init__(
        self, store: Store, gate: Gate, deliver: Deliver, relisted: Relisted, chance: Random
    ) -> None:
        self._store = store
        self._gate = gate
        self._deliver = deliver
        self._relisted = relisted
        self._chance = chance
        self._waiting: dict[str, tuple[str, str | None, Object]] = {}
        """The newest event of each object that is still on its way, by uid."""
        self.slowest = 0.02
        """Seconds that an event may take."""
        self.cut = False
        """Whether the watch is broken: nothing comes until a relist."""

    def see(self, change: Change) -> None:
        """Take in a change at the API server."""
        if change.plural in WATCHED and not self.cut:
            self._send(change.plural, change.type, change.object)

    def relist(self) -> None:
        """Show everything that exists; what was on its way is lost."""
        self._waiting.clear()
        self.cut = False
        for plural in WATCHED:
            for found in self._store.all_of(plural):
                self._send(plural, None, found)
            asyncio.get_running_loop().call_later(self.slowest, self._took_in, plural)

    def _send(self, plural: str, kind: str | None, body: Object) -> None:
        uid = body["metadata"]["uid"]
        on_its_way = uid in self._waiting
        self._waiting[uid] = (plural, kind, body)
        if not on_its_way:
            loop = asyncio.get_running_loop()
            loop.call_later(self.slowest * self._chance.random(), self._arrive, uid)

    def _took_in(self, plural: str) -> None:
        if self._gate.is_open:
            self._relisted(plural)
        elif not self._gate.dead:
            asyncio.get_running_loop().call_later(1.0, self._took_in, plural)

    def _arrive(self, uid: str) -> None:
        if not self._gate.is_open:  # the process is stopped: it reads its socket afterwards
            if not self._gate.dead:
                asyncio.get_running_loop().call_later(1.0, self._arrive, uid)
            return
        event = self._waiting.pop(uid, None)
        if event is not None:
            self._deliver(*event)
