"""What goes wrong at random with single requests, and with recordings at Agora."""

from __future__ import annotations

import random
from collections import Counter
from typing import Final

from chaos.processes.agenda import Agenda
from chaos.processes.objects import Scene
from chaos.processes.people import People
from chaos.processes.replica import Replica
from proxy.deeds import Deed, answer, answer_after, delay, drop, lose_answer, take_effect_late
from proxy.kube import Write

UNFINISHED: Final = {"code": 65, "reason": "request not completed"}
LIMITED: Final = {"message": "API rate limit exceeded"}
BROKEN: Final = {"code": 500, "reason": "internal_error"}
CALLS: Final = ("acquire", "start", "start", "start", "query", "update", "updateLayout", "stop")
"""The calls that are disturbed; the start, on which everything hangs, more often than others."""
MOVE_SECONDS: Final = 60.0
LATE_SECONDS: Final = 20.0
SLOW_SECONDS: Final = 12.0
"""Longer than the operator waits for some answers."""


class Disturbances:
    """Orders the proxies and the simulator to disturb what comes next."""

    def __init__(
        self, scene: Scene, replicas: list[Replica], people: People, luck: random.Random
    ) -> None:
        self._scene = scene
        self._replicas = replicas
        self._people = people
        self._luck = luck
        self.counts: Counter[str] = Counter()
        """How many were ordered."""

    def plan(self, agenda: Agenda) -> None:
        """Enter all that can go wrong."""
        agenda.now_and_then(1, self._disturb_a_write)
        agenda.now_and_then(1, self._disturb_a_call)
        agenda.now_and_then(8, self._move)

    def _disturb_a_write(self) -> None:
        self.counts["writes"] += 1
        deed = self._luck.choice([*self._everywhere(), *map(_refused, (409, 429, 500))])
        self._luck.choice(self._replicas).kube.order(deed, self._luck.choice([*Write]))

    def _disturb_a_call(self) -> None:
        self.counts["calls"] += 1
        own = (
            answer(500, BROKEN),
            answer(429, LIMITED),
            answer(206, UNFINISHED),
            answer_after(206, UNFINISHED),
        )
        deed = self._luck.choice([*self._everywhere(), *own])
        self._luck.choice(self._replicas).agora.order(deed, self._luck.choice(CALLS))

    def _everywhere(self) -> tuple[Deed, ...]:
        """Return what can go wrong on both sides."""
        return (
            drop,
            lose_answer,
            take_effect_late(self._luck.uniform(0, LATE_SECONDS)),
            delay(self._luck.uniform(0, SLOW_SECONDS)),
            answer_after(500, BROKEN),
        )

    def _move(self) -> None:
        """Let a recording move to another server: for a while nobody finds it."""
        channel = self._luck.choice(self._people.objects).channel
        seconds = self._luck.uniform(1, MOVE_SECONDS)
        for one in self._scene.simulator.recordings(channel):
            if one["endedAt"] is None:
                self.counts["moves"] += 1
                self._scene.simulator.move(one["sid"], seconds)


def _refused(status: int) -> Deed:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status}
    return answer(status, body)
