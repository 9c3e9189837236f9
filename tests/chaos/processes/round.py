"""One round of the proof: all cases that the same thing strikes, on one operator."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from chaos.processes.case import Case, Verdict
from chaos.processes.declared import Look
from chaos.processes.objects import Scene
from chaos.processes.replica import Replica
from chaos.processes.strikes import strike
from chaos.processes.table import Row, Step, Together
from testbed.processes import wait_for

PREPARED_WITHIN: Final = 60.0
"""Seconds until the objects that are disturbed later must be recorded."""
QUERIED_WITHIN: Final = 30.0
"""Seconds until a first query must have come: five after its start."""
LEADS_WITHIN: Final = 30.0
MET_WITHIN: Final = 9.0
"""Seconds until all other steps must have come: the operator gives up what is held after ten."""
CONVERGED_WITHIN: Final = 170.0
"""Seconds until all must be as declared. A recording that answers 404 is given up after 120."""
EVERY: Final = 0.2
"""Seconds between two looks."""

Say = Callable[[str], None]


class Round:
    """Plays cases from their beginning to their end."""

    def __init__(
        self, together: Together, rows: Iterable[Row], scene: Scene, replicas: Sequence[Replica]
    ) -> None:
        self._together = together
        self._scene = scene
        self._replicas = replicas
        self._cases = [Case(row, scene) for row in rows]

    def play(self, say: Say) -> dict[Row, Verdict]:
        """Play all cases and return what came of each, telling how it goes."""
        say(f"{self._together}: {len(self._cases)} cases")
        self._prepare()
        leader = wait_for(self._leader, LEADS_WITHIN, "a replica to lead")
        self._meet_the_fault(leader)
        standbys = [one for one in self._replicas if one is not leader]
        strike(self._together, self._scene, self._cases, leader=leader, standbys=standbys)
        self._converge(say)
        say(f"{self._together}: all as declared; deleting everything")
        verdicts = self._judge()
        left = self._end()
        for replica in self._replicas:
            replica.let_go()
        for case in self._cases:
            leaked = len(left.running(case.declared.channel)) + (case.declared.key in left.present)
            verdict = verdicts[case.row]
            verdicts[case.row] = replace(verdict, leaked=verdict.leaked + leaked)
        return verdicts

    def _prepare(self) -> None:
        """Make namespaces and projects, and recordings where a later step is disturbed."""
        for stage in {case.stage.namespace: case.stage for case in self._cases}.values():
            self._scene.objects.prepare(stage)
        for case in self._cases:
            case.prepare()

        made = [case for case in self._cases if case.declared.exists]

        def are_recorded() -> bool:
            look = self._look()
            return all(case.declared.standing(look) for case in made)

        try:
            wait_for(are_recorded, PREPARED_WITHIN, "the recordings to run", every=EVERY)
        except TimeoutError as error:
            error.add_note("\n".join(case.declared.story(self._look()) for case in made))
            raise

    def _leader(self) -> Replica | None:
        """Return the replica that works, as its metrics told within the last second."""
        return next((one for one in self._replicas if one.operator.leads()), None)

    def _meet_the_fault(self, leader: Replica) -> None:
        """Bring all cases to their steps, the slow ones first: nothing can be held for long."""
        for case in self._cases:
            case.arm(leader)
        slow = [case for case in self._cases if case.row.step is Step.QUERY]
        rest = [case for case in self._cases if case not in slow]
        for some, within in ((slow, QUERIED_WITHIN), (rest, MET_WITHIN)):
            for case in some:
                case.begin()
            if self._together is not Together.NOTHING:
                _wait_to_be_held(some, within)
        if self._together is not Together.NOTHING:
            for case in self._cases:
                case.meet()

    def _converge(self, say: Say) -> None:
        """Wait until all is as declared, and stays so."""
        deadline = time.monotonic() + CONVERGED_WITHIN
        told = time.monotonic()

        def is_over() -> bool:
            nonlocal told
            look = self._look()
            open_cases = [case for case in self._cases if not case.follow(look)]
            if time.monotonic() - told > 5:
                told = time.monotonic()
                say(
                    f"{self._together}: {len(open_cases)} of {len(self._cases)} not yet as declared"
                )
            return not open_cases or time.monotonic() > deadline

        wait_for(is_over, CONVERGED_WITHIN + 10, "all to be as declared", every=EVERY)

    def _judge(self) -> dict[Row, Verdict]:
        """Judge every case by the same look."""
        acquired = {
            call["resourceId"]: call["at"]
            for call in self._scene.simulator.ledger()["calls"]
            if call["operation"] == "acquire" and call["resourceId"]
        }
        look = self._look()
        return {case.row: case.judge(look, acquired) for case in self._cases}

    def _end(self) -> Look:
        """Delete everything; return what is left when nothing more goes."""
        for case in self._cases:
            case.comes_back = False
            if case.declared.exists:
                case.declared.delete()
        channels = {case.declared.channel for case in self._cases}
        keys = {case.declared.key for case in self._cases}

        def is_empty() -> Look | None:
            look = self._look()
            running = any(look.running(channel) for channel in channels)
            return None if running or keys & set(look.present) else look

        try:
            return wait_for(is_empty, CONVERGED_WITHIN, "all to be gone", every=EVERY)
        except TimeoutError:
            return self._look()

    def _look(self) -> Look:
        """Look at both sides."""
        present = self._scene.objects.present()
        return Look.of(present, self._scene.simulator.recordings())


def _wait_to_be_held(cases: list[Case], within: float) -> None:
    """Wait until the steps have come; who did not meet the fault is told by the verdict."""
    deadline = time.monotonic() + within
    wait_for(
        lambda: all(case.is_there for case in cases) or time.monotonic() > deadline,
        within + 1,
        "the steps to come",
    )
