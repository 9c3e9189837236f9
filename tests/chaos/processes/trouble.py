"""Minutes of trouble: people, what goes wrong meanwhile, and the judgement in the end."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Final

from chaos.processes.agenda import Agenda
from chaos.processes.declared import Declared, Look, duplicates, stopped_though_wanted
from chaos.processes.disturbances import Disturbances
from chaos.processes.mishaps import Mishaps
from chaos.processes.objects import Scene
from chaos.processes.people import People
from chaos.processes.replica import Replica
from chaos.processes.round import Say
from testbed.processes import wait_for

PEACE_SECONDS: Final = 600.0
"""How long everything may take to be as declared once all works again."""
TELL_SECONDS: Final = 10.0
"""How often it is told how things stand."""
ACT_SECONDS: Final = 0.25
"""How often people do something, on average."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the ledger says in the end."""

    duplicates: int
    """Recordings that ran beside another of the same object."""
    unwanted: int
    """Recordings that run although nobody wants or knows them."""
    stopped: int
    """Recordings that were stopped although people wanted them all the time."""
    waiting: int
    """Objects that are not as declared."""
    story: str
    """For the person who reads that it failed."""


class Trouble:
    """The people, what goes wrong meanwhile, and the judgement in the end."""

    def __init__(self, seed: int, scene: Scene, replicas: list[Replica], say: Say) -> None:
        luck = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._scene = scene
        self._say = say
        self._people = People(scene, luck)
        self._mishaps = Mishaps(scene, replicas, luck)
        self._disturbances = Disturbances(scene, replicas, self._people, luck)
        self._agenda = Agenda(luck)
        self._began = time.monotonic()

    def last(self, seconds: float) -> None:
        """Let everybody act and everything go wrong."""
        self._people.begin()
        self._mishaps.plan(self._agenda)
        self._disturbances.plan(self._agenda)
        self._agenda.now_and_then(ACT_SECONDS, self._act)
        self._agenda.regularly(TELL_SECONDS, self._tell)
        self._agenda.live(seconds)
        self._mishaps.end()
        self._scene.simulator.clear_faults()
        self._mishaps.look_after_processes()
        self._tell()

    def converge(self) -> float:
        """Wait until all is as declared; return how many seconds that took."""
        began = time.monotonic()
        told = began

        def is_as_declared() -> bool:
            nonlocal told
            self._mishaps.look_after_processes()
            open_ones = self._open()
            if open_ones and time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                self._say(f"peace for {told - began:.0f} s: {len(open_ones)} not yet as declared")
            return not open_ones or time.monotonic() - began > PEACE_SECONDS

        wait_for(is_as_declared, PEACE_SECONDS + TELL_SECONDS, "all to be as declared", every=1)
        return time.monotonic() - began

    def judge(self) -> Judgement:
        """Let the ledger judge everything that ever was recorded."""
        ledger = self._scene.simulator.ledger()
        acquired = {
            c["resourceId"]: c["at"] for c in ledger["calls"] if c["operation"] == "acquire"
        }
        look, objects = self._look(), self._people.objects
        ever = {one.key: look.recordings.get(one.channel, []) for one in objects}
        stopped = {o.key: stopped_though_wanted(o, ever[o.key], acquired) for o in objects}
        doubled = {o.key: duplicates(ever[o.key]) for o in objects}
        waiting = [one for one in objects if one.standing(look) is None]
        troubled = [o for o in objects if o in waiting or stopped[o.key] or doubled[o.key]]
        return Judgement(
            duplicates=ledger["overlaps"] + sum(doubled.values()),
            unwanted=sum(len(look.running(one.channel)) for one in waiting),
            stopped=sum(map(len, stopped.values())),
            waiting=len(waiting),
            story="\n".join(f"{o.story(look)}\n  stopped: {stopped[o.key]}" for o in troubled),
        )

    def clear_up(self) -> int:
        """Delete everything; return how many objects and recordings are left in the end."""
        self._people.clear_up()

        def left() -> int:
            look = self._look()
            running = sum(len(look.running(one.channel)) for one in self._people.objects)
            return len(look.present) + running

        deadline = time.monotonic() + PEACE_SECONDS

        def is_over() -> bool:
            self._mishaps.look_after_processes()
            return left() == 0 or time.monotonic() > deadline

        wait_for(is_over, PEACE_SECONDS + TELL_SECONDS, "the end", every=1)
        return left()

    def _act(self) -> None:
        if not self._mishaps.api_server_is_away:
            self._people.act()

    def _open(self) -> list[Declared]:
        look = self._look()
        return [one for one in self._people.objects if one.standing(look) is None]

    def _look(self) -> Look:
        return Look.of(self._scene.objects.present(), self._scene.simulator.recordings())

    def _tell(self) -> None:
        """Say how things stand, without the API server, which may be away."""
        objects = self._people.objects
        running = sum(one["endedAt"] is None for one in self._scene.simulator.recordings())
        numbers = {
            "objects": sum(one.exists for one in objects),
            "wanted": sum(one.wanted for one in objects),
            "running": running,
            "acts": self._people.acts.total(),
            **self._mishaps.counts,
            "faults": self._disturbances.counts.total(),
        }
        said = ", ".join(f"{word} {number}" for word, number in numbers.items())
        self._say(f"{time.monotonic() - self._began:.0f} s: {said}")
