"""Random schedules, and what must hold at each of their steps."""

import time
from collections.abc import Callable
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from chaos.machine.machine import Machine
from chaos.sweep.cases import FULL

RUNS = 300 if FULL else 12
TELL_EVERY = 8.0
"""Seconds between two lines that tell how far it is."""


class Told(Machine):
    """The same, with a word now and then for whoever waits."""

    say: ClassVar[Callable[[str], None]]
    played: ClassVar[int]
    told_at: ClassVar[float]

    def teardown(self) -> None:
        """Count the run."""
        super().teardown()
        Told.played += 1
        if time.monotonic() > Told.told_at + TELL_EVERY:
            Told.told_at = time.monotonic()
            Told.say(f"{Told.played} of about {RUNS} random schedules played")


def test_whatever_happens_nothing_is_lost_and_nothing_runs_twice(
    say: Callable[[str], None],
) -> None:
    """Thirty things happen; then, when peace has come, all is as declared."""
    Told.say, Told.played, Told.told_at = staticmethod(say), 0, time.monotonic()
    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
