"""The sweep: every step of every life is disturbed in every way that fits it."""

import pytest

from chaos.book import enter
from chaos.sweep.cases import Case, chosen, played, steps
from chaos.sweep.lives import LIVES, Life


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_a_life_has_steps_to_disturb(life: Life) -> None:
    """They are recorded, so that whatever is added to the protocol is swept too."""
    labels = [step.label for _, step in steps(life)]

    assert len(labels) >= 2
    assert any(step.kind == "call" for _, step in steps(life))


@pytest.mark.parametrize("case", chosen(), ids=lambda case: case.name)
def test_after_a_disturbance_all_is_as_declared(case: Case) -> None:
    """Nothing runs twice at any instant, nothing is left, nothing waits for a person."""
    outcome = played(case)
    verdict = outcome.verdict
    enter(
        part="sweep",
        step=case.step.label,
        fault=case.disturbance.name,
        outcome=verdict.outcome,
        seconds=outcome.seconds,
        duplicates=verdict.duplicates,
        leaked=verdict.leaked,
        waiting=verdict.waiting,
    )

    assert verdict.faults == [], f"{case.name}\n{outcome.transcript}"
