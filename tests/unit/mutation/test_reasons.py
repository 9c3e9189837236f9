from pathlib import Path

import pytest

from mutation import reasons
from mutation.mutants import Mutant


def mutants(count: int) -> list[Mutant]:
    """Return so many mutants of one file."""
    return [Mutant("domain/a.py", n, "f", n, n, f"{n} → {n + 1}") for n in range(count)]


def test_survivors_need_a_reason() -> None:
    """One that is not listed fails the run, however many are killed."""
    made = mutants(20)
    outcome = reasons.judged(made, made[:2], {made[0].name})

    assert not outcome.enough
    assert str(outcome) == (
        "mutants: 20 made, 18 killed (90 %), 2 survive, 1 reasons missing, 0 stale"
    )


def test_with_reasons_nine_of_ten_are_enough() -> None:
    """All survivors are listed, and no more than a tenth survives."""
    made = mutants(20)
    listed = {mutant.name for mutant in made[:3]}

    assert reasons.judged(made, made[:2], {m.name for m in made[:2]}).enough
    assert not reasons.judged(made, made[:3], listed).enough


def test_a_reason_for_what_is_killed_is_stale() -> None:
    """It is told, of the files that were tried; of others nothing is known."""
    made = mutants(20)
    listed = {made[5].name, "domain/b.py: f: 1 → 2"}
    outcome = reasons.judged(made, [], listed)

    assert outcome.stale == (made[5].name,)
    assert outcome.enough


def test_the_list_has_a_reason_for_each() -> None:
    """None is listed twice."""
    assert all(": " in name for name in reasons.read())


def test_a_list_without_a_reason_is_an_error(tmp_path: Path) -> None:
    """A survivor is never just listed."""
    listed = tmp_path / "survivors.toml"
    listed.write_text("[[survive]]\nreason = ' '\nmutants = ['a: b: c']\n")

    with pytest.raises(ValueError, match="has no reason"):
        reasons.read(listed)
