"""Random schedules, and what must hold at each of their steps."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from chaos.machine.machine import Machine
from chaos.sweep.cases import FULL

RUNS = 300 if FULL else 12


def test_whatever_happens_nothing_is_lost_and_nothing_runs_twice() -> None:
    """Thirty things happen; then, when peace has come, all is as declared."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]  # hypothesis leaves it untyped
        Machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
