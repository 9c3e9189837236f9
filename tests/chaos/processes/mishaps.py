"""What goes wrong at random moments with processes, connections and the API server."""

from __future__ import annotations

import random
import signal
from collections import Counter
from functools import partial
from typing import Final

from chaos.processes.agenda import Agenda
from chaos.processes.objects import Scene
from chaos.processes.replica import Replica

LEASE_SECONDS: Final = 12.0
"""How long another replica waits for a leader that says nothing."""
AWAY_SECONDS: Final = 15.0
"""The longest absence of a process or of the API server."""


class Mishaps:
    """Kills, stops, cuts and freezes; each time it lets things go right again."""

    def __init__(self, scene: Scene, replicas: list[Replica], luck: random.Random) -> None:
        self._scene = scene
        self._replicas = replicas
        self._luck = luck
        self._agenda = Agenda(luck)
        self._down: list[Replica] = []
        self.api_server_is_away = False
        self.counts: Counter[str] = Counter()
        """How often what happened."""

    def plan(self, agenda: Agenda) -> None:
        """Enter all that can go wrong."""
        self._agenda = agenda
        agenda.now_and_then(20, self._kill)
        agenda.now_and_then(60, self._terminate)
        agenda.now_and_then(25, self._pause)
        agenda.now_and_then(20, self._cut)
        agenda.now_and_then(90, self._freeze)
        agenda.now_and_then(75, self._restart_api_server)
        agenda.now_and_then(60, self._pause_api_server)
        agenda.regularly(1, self.look_after_processes)

    def look_after_processes(self) -> None:
        """Start what ended by itself, as the kubelet does."""
        for replica in self._replicas:
            if replica not in self._down and not replica.operator.process.alive:
                self.counts["exits"] += 1
                replica.operator.process.restart()

    def end(self) -> None:
        """Let the frozen connections go on, and forget all orders to the proxies."""
        for replica in self._replicas:
            for wire in (replica.agora, replica.kube):
                wire.thaw()
                wire.release_all()

    def _kill(self) -> None:
        replica = self._luck.choice(self._replicas)
        if replica in self._down:
            return
        self.counts["kills"] += 1
        self._down.append(replica)
        replica.operator.kill()
        self._agenda.later(self._absence(), partial(self._start, replica))

    def _start(self, replica: Replica) -> None:
        replica.operator.process.start()
        self._down.remove(replica)

    def _terminate(self) -> None:
        """Ask a process to end; it is started again when it has ended."""
        self.counts["terminations"] += 1
        self._luck.choice(self._replicas).operator.process.send_signal(signal.SIGTERM)

    def _pause(self) -> None:
        """Stop a process, sometimes for longer than its lease lasts."""
        self.counts["pauses"] += 1
        process = self._luck.choice(self._replicas).operator.process
        process.pause()
        self._agenda.later(self._luck.uniform(0, 2 * LEASE_SECONDS), process.resume)

    def _cut(self) -> None:
        self.counts["cuts"] += 1
        replica = self._luck.choice(self._replicas)
        self._luck.choice((replica.agora, replica.kube)).cut()

    def _freeze(self) -> None:
        self.counts["freezes"] += 1
        replica = self._luck.choice(self._replicas)
        self._luck.choice((replica.agora, replica.kube)).freeze()

    def _restart_api_server(self) -> None:
        if self.api_server_is_away:
            return
        self.counts["API restarts"] += 1
        self.api_server_is_away = True
        self._scene.cluster.apiserver.kill()
        self._agenda.later(self._absence(), self._start_api_server)

    def _start_api_server(self) -> None:
        self._scene.cluster.apiserver.start()
        self._scene.cluster.wait_until_ready()
        self.api_server_is_away = False

    def _pause_api_server(self) -> None:
        if self.api_server_is_away:
            return
        self.counts["API pauses"] += 1
        self.api_server_is_away = True
        self._scene.cluster.apiserver.pause()
        self._agenda.later(self._absence(), self._resume_api_server)

    def _resume_api_server(self) -> None:
        self._scene.cluster.apiserver.resume()
        self._scene.cluster.wait_until_ready()
        self.api_server_is_away = False

    def _absence(self) -> float:
        """Return how long something stays away: mostly short."""
        return min(self._luck.expovariate(1 / 3), AWAY_SECONDS)
