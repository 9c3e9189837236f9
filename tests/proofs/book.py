"""What tests proved, and the page that is made of it: a row for each, with its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from generate.text import table
from proofs.row import CODE, SCHEMAS, Row, rows

PAGE: Final = Path(__file__).parents[2] / "docs/reference/coverage.md"
OPTION: Final = "--coverage-page"
PROPERTY: Final = "proves"
"""Under which name a report has what its test proved."""
UNPROVED: Final = "**none**"

_INTRODUCTION: Final = """\
<!-- Written by `make coverage` from the tests that passed; do not edit. -->
# Coverage

Which test proves what, of each field of a spec, each rule that the API server checks, and each
code of Agora's. What a field becomes was found by translating specs that differ in this field
alone; "ours" says why Agora is not told. Numbers are those of the tests at the end.
"""
_CODES: Final = """\
## Codes of Agora

What they mean is said by [Error codes](errors.md). An answer that is no success is sorted by what
may be done next: Refused, NotFound, Conflict, Unavailable (nothing happened), or Ambiguous.
"""


class Proof(NamedTuple):
    """A test that passed, and what it proved."""

    row: Row
    found: str
    """What it found out: what a field becomes, or what is made of an answer."""
    test: str
    says: str
    """The first sentence of its docstring."""


Proves = Callable[..., None]
"""Say that this test proves a row, and what it found."""


class Book:
    """A plugin of pytest: gathers what is proved, and in the end compares or writes the page."""

    def __init__(self, asked: str | None) -> None:
        self._asked = asked
        self._proofs: set[Proof] = set()
        self._verdict = ""

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """To write the page, run nothing but what proves something."""
        if self._asked == "write":
            others = [item for item in items if PROPERTY not in getattr(item, "fixturenames", ())]
            items[:] = [item for item in items if item not in set(others)]
            config.hook.pytest_deselected(items=others)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a test proved, if it passed."""
        if report.when == "call" and report.passed:
            said = (value for name, value in report.user_properties if name == PROPERTY)
            self._proofs.update(Proof(Row(*each[:3]), *each[3:]) for each in said)  # type: ignore[misc,index]  # as it was put there

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare the page with what was proved, or write it."""
        if self._asked is None:
            return
        text = page(self._proofs)
        if self._asked == "write" and session.exitstatus == pytest.ExitCode.OK:
            PAGE.write_text(text, encoding="utf-8")
        elif self._asked == "check" and PAGE.read_text(encoding="utf-8") != text:
            self._verdict = f"{PAGE.name} is not what these tests proved: run `make coverage`"
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was found."""
        if self._verdict:
            terminalreporter.write_line(self._verdict, red=True)


def page(proofs: Iterable[Proof]) -> str:
    """Return the page."""
    known = sorted(proofs, key=lambda proof: proof.test)
    tests = {proof.test: proof.says for proof in known}
    numbers = {test: number for number, test in enumerate(tests, 1)}
    by_row: dict[Row, list[Proof]] = {row: [] for row in rows()}
    for proof in known:
        by_row[proof.row].append(proof)
    cells = {row: _cells(proofs, numbers) for row, proofs in by_row.items()}
    listed = "".join(f"{numbers[test]}. `{test}`: {says}\n" for test, says in tests.items())
    parts = [_INTRODUCTION, *(_kind(kind, cells) for kind in SCHEMAS), _codes(cells)]
    return "\n".join([*parts, f"## Tests\n\n{listed}"])


def _cells(proofs: list[Proof], numbers: dict[str, int]) -> tuple[str, str]:
    found = sorted({proof.found for proof in proofs if proof.found})
    used = sorted({numbers[proof.test] for proof in proofs})
    return "; ".join(found), ", ".join(map(str, used)) or UNPROVED


def _kind(kind: str, cells: dict[Row, tuple[str, str]]) -> str:
    fields = [(f"`{row.name}`", *cells[row]) for row in cells if row.kind == kind and not row.rule]
    rules = [
        (f"`{row.name}`" if row.name else "the whole", row.rule, cells[row][1])
        for row in cells
        if row.kind == kind and row.rule
    ]
    return "\n".join(
        [
            f"## {kind}\n",
            table(("Field", "Becomes", "Tests"), fields),
            table(("Of", "Rule", "Tests"), rules),
        ]
    )


def _codes(cells: dict[Row, tuple[str, str]]) -> str:
    lines = [
        (f"`{row.rule}`", f"`{row.name}`" if row.name else "any", *cells[row])
        for row in cells
        if row.kind == CODE
    ]
    return f"{_CODES}\n{table(('Code', 'Call', 'HTTP status and kind', 'Tests'), lines)}"


def unproved(text: str) -> list[str]:
    """Return the lines of a page that have no test."""
    return [line for line in text.splitlines() if UNPROVED in line]


def rows_of(text: str) -> list[tuple[str, str]]:
    """Return the first two cells of each row of a page, of a field the first alone."""
    lines = (line for line in text.splitlines() if line.startswith("| "))
    cells = [line.strip("| ").split(" | ") for line in lines]
    return [
        (first, "" if first.startswith("`spec") and len(rest) == 2 else rest[0])
        for first, *rest in cells
    ]
