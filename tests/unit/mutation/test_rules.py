from dataclasses import replace

import pytest

from mutation import rules
from mutation.rules import RuleMutant

TABLE = rules.read()


@pytest.mark.parametrize("mutant", TABLE, ids=lambda m: f"{m.rule}: {m.because}")
def test_the_text_that_is_changed_is_the_code(mutant: RuleMutant) -> None:
    """Whoever edits such a line edits the table too: else nothing would prove its rule."""
    assert mutant.new in rules.changed_text(mutant)


def test_a_text_that_is_not_found_is_an_error() -> None:
    """A change that changes nothing must not count as one."""
    with pytest.raises(ValueError, match="stands 0 times"):
        rules.changed_text(replace(TABLE[0], old="no such text"))
