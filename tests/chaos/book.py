"""The book of the proof: one line for each case, and the matrix that is made of them.

A case is a disturbance of one step of a recording's life. Whoever plays cases enters each with
``enter``; ``python -m chaos.book FILE`` prints what was entered and judges it.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "CHAOS_BOOK"
"""Environment variable that names the file; nothing is entered while it is unset."""
PARTS: Final = {
    "sweep": "The sweep: each step of each life, disturbed (virtual time)",
    "cases": "Cases with a name (virtual time)",
    "machine": "Random schedules (virtual time)",
    "processes": "Real processes, real control plane",
}
"""Parts of the proof, in the order of printing."""
LISTED: Final = frozenset({"cases"})
"""Parts printed as a list, since each of their steps is met once."""
WIDTH: Final = 150
"""Columns of text that a table may take."""
NOTHING: Final = "·"


@dataclass(frozen=True, slots=True)
class Case:
    """One disturbance and what came of it."""

    part: str
    step: str
    """What was disturbed, such as "start" or "write D"."""
    fault: str
    """How, such as "kill after"."""
    outcome: str
    """How it stood in the end, in a word or two, such as "runs", "gone" or "held"."""
    seconds: float
    """From the disturbance until all was as declared."""
    duplicates: int = 0
    """Recordings that ran beside another of the same object."""
    leaked: int = 0
    """Recordings left running that nobody wants or knows, or stopped although wanted."""
    waiting: int = 0
    """Objects that wait for a person, outside the documented holds."""

    @property
    def failed(self) -> bool:
        """Whether it breaks the promise."""
        return bool(self.duplicates or self.leaked or self.waiting)


def enter(
    *,
    part: str,
    step: str,
    fault: str,
    outcome: str,
    seconds: float,
    duplicates: int = 0,
    leaked: int = 0,
    waiting: int = 0,
) -> None:
    """Enter a case into the book, if there is one. Several processes may write at once.

    Args:
        part: "sweep", "cases", "machine" or "processes".
        step: What was disturbed.
        fault: How it was disturbed.
        outcome: How it stood in the end, in a word or two.
        seconds: From the disturbance until all was as declared.
        duplicates: Recordings that ran beside another of the same object.
        leaked: Recordings left running that nobody wants, or stopped although wanted.
        waiting: Objects that wait for a person, outside the documented holds.
    """
    case = Case(part, step, fault, outcome, round(seconds, 1), duplicates, leaked, waiting)
    if path := os.environ.get(VARIABLE):
        with Path(path).open("a", encoding="utf-8") as book:  # one short line is written at once
            book.write(json.dumps(asdict(case)) + "\n")


def read(path: Path) -> list[Case]:
    """Return the cases of a book, in the order of their entry."""
    with path.open(encoding="utf-8") as book:
        return [Case(**json.loads(line)) for line in book]


def report(cases: Iterable[Case]) -> Iterator[str]:
    """Yield the lines of the report; the last one is the sum."""
    by_part: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_part[case.part].append(case)
    for part in sorted(by_part, key=_order):
        yield f"{PARTS.get(part, part)}: {len(by_part[part])} cases"
        yield from _listed(by_part[part]) if part in LISTED else _matrix(by_part[part])
        yield ""
    every = [case for entered in by_part.values() for case in entered]
    yield from (f"FAILED  {_sentence(case)}" for case in every if case.failed)
    sums = {
        word: sum(getattr(case, word) for case in every)
        for word in ("duplicates", "leaked", "waiting")
    }
    counted = ", ".join(f"{word} {number}" for word, number in sums.items())
    yield f"chaos: cases {len(every)}, {counted}"


def _order(part: str) -> int:
    return list(PARTS).index(part) if part in PARTS else len(PARTS)


def _listed(cases: list[Case]) -> Iterator[str]:
    width = max(len(f"{case.step} · {case.fault}") for case in cases)
    for case in cases:
        yield f"  {f'{case.step} · {case.fault}':{width}}  {_cell([case])}"


def _matrix(cases: list[Case]) -> Iterator[str]:
    """Yield tables of fault by step, as many as are needed to stay readable."""
    cells: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        cells[case.fault, case.step].append(case)
    faults = list(dict.fromkeys(case.fault for case in cases))
    steps = list(dict.fromkeys(case.step for case in cases))
    columns = {s: [s, *(_cell(cells.get((f, s), [])) for f in faults)] for s in steps}
    first = ["", *faults]
    for chosen in _fitting(list(columns.values()), WIDTH - _width(first)):
        for row in zip(first, *chosen, strict=True):
            padded = (
                f"{cell:{_width(column)}}"
                for cell, column in zip(row, [first, *chosen], strict=True)
            )
            yield f"  {'  '.join(padded)}".rstrip()


def _fitting(columns: list[list[str]], width: int) -> Iterator[list[list[str]]]:
    """Yield the columns in groups that are not wider than ``width``."""
    group: list[list[str]] = []
    for column in columns:
        if group and sum(_width(one) + 2 for one in [*group, column]) > width:
            yield group
            group = []
        group.append(column)
    yield group


def _width(column: list[str]) -> int:
    return max(len(cell) for cell in column)


def _cell(cases: list[Case]) -> str:
    """Return how cases went: their outcomes, and the seconds of the slowest."""
    if not cases:
        return NOTHING
    outcomes = "/".join(sorted({case.outcome for case in cases}))
    slowest = max(case.seconds for case in cases)
    failed = "FAILED " if any(case.failed for case in cases) else ""
    return f"{failed}{outcomes} {slowest:.0f} s"


def _sentence(case: Case) -> str:
    return (
        f"{case.part}: {case.step} · {case.fault}: {case.outcome}; duplicates {case.duplicates}, "
        f"leaked {case.leaked}, waiting {case.waiting}"
    )


def main() -> int:
    """Print the book that the command line names; 1 if a case in it failed, or it is empty."""
    cases = read(Path(sys.argv[1]))
    for line in report(cases):
        print(line)  # noqa: T201 - a report for people
    return 1 if not cases or any(case.failed for case in cases) else 0


if __name__ == "__main__":
    sys.exit(main())
