import pytest

from agora_recording.domain import action as act
from agora_recording.domain.action import Action
from agora_recording.domain.decision import RULES, Rule, decide
from agora_recording.domain.observation import Observation
from unit.domain.page_rows import PAGE_ROWS, SILENT_PAGE_ROWS
from unit.domain.protocol_rows import PROTOCOL_ROWS
from unit.domain.rows import ROWS
from unit.domain.silent_rows import SILENT_ROWS
from unit.domain.situations import Row


def answering(seen: Observation) -> Rule:
    """Return the rule that answers."""
    return next(rule for rule in RULES if rule(seen) is not None)


@pytest.mark.parametrize("row", [*ROWS, *PAGE_ROWS], ids=lambda row: row.sentence)
def test_rule_answers(row: Row) -> None:
    """Each rule answers in its situations, and with its action."""
    assert row.rule.__name__ == answering(row.seen).__name__
    assert row.action == decide(row.seen).action


@pytest.mark.parametrize("row", [*SILENT_ROWS, *SILENT_PAGE_ROWS], ids=lambda row: row.sentence)
def test_rule_leaves_it_to_others(row: Row) -> None:
    """Each rule is silent where it must be, and another answers."""
    assert row.rule(row.seen) is None
    assert row.action == decide(row.seen).action


@pytest.mark.parametrize(
    ("seen", "expected"), [r[1:] for r in PROTOCOL_ROWS], ids=[r[0] for r in PROTOCOL_ROWS]
)
def test_protocol_is_kept(seen: Observation, expected: Action | None) -> None:
    """What the recording protocol demands across rules holds."""
    action = decide(seen).action

    if expected is None:
        assert not isinstance(action, act.Start | act.Close)
    else:
        assert expected == action


def test_every_rule_has_rows() -> None:
    """No rule is without a situation in which it answers and one in which it must not."""
    every = {rule.__name__ for rule in RULES}

    assert every == {row.rule.__name__ for row in (*ROWS, *PAGE_ROWS)}
    silent = {row.rule.__name__ for row in (*SILENT_ROWS, *SILENT_PAGE_ROWS)}
    assert every - {"keep_watch"} == silent
