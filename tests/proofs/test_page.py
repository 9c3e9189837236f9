"""The page of what is proved; `make test` compares it with what was proved just now."""

from proofs.book import PAGE, Proof, page, rows_of, unproved
from proofs.row import rows


def test_each_field_rule_and_code_has_a_test() -> None:
    """A new one needs a test that proves it, and `make coverage`."""
    text = PAGE.read_text(encoding="utf-8")

    assert unproved(text) == []
    assert rows_of(text) == rows_of(page([])), "run `make coverage`"


def test_a_row_without_a_test_is_seen() -> None:
    """The page says so, and this is what is looked for."""
    row, *others = rows()
    text = page([Proof(row, "a member", "tests/test_it.py::test_it", "It does.")])

    assert len(unproved(text)) == len(others)
    assert "1. `tests/test_it.py::test_it`: It does." in text
