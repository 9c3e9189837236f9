"""The table of faults and steps, on real processes.

The operator runs as a process, on a real API server, between proxies that hold, lose, delay and
answer requests; it is killed and its connections are cut from outside. The simulator's ledger is
the judge.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chaos.book import enter
from chaos.processes.case import Verdict
from chaos.processes.objects import Scene
from chaos.processes.replica import Replica
from chaos.processes.round import Round, Say
from chaos.processes.table import FULL, QUICK, ROWS, Row, Together

Play = Callable[[Row], Verdict]
CHOSEN = [row for row in ROWS if FULL or str(row) in QUICK]
IN_ORDER = sorted(CHOSEN, key=lambda row: list(Together).index(row.fault.together))


@pytest.fixture(scope="module")
def play(request: pytest.FixtureRequest, scene: Scene, replica: Replica, say: Say) -> Play:
    """Return what came of a row: all rows that the same thing strikes are played at once."""
    chosen = [row for item in request.session.items if (row := _row(item)) is not None]
    played: dict[Row, Verdict] = {}

    def verdict(row: Row) -> Verdict:
        if row not in played:
            together = row.fault.together
            rows = [other for other in chosen if other.fault.together is together]
            replicas = [replica]
            if together is Together.PAUSE:
                replicas.append(request.getfixturevalue("standby"))
            played.update(Round(together, rows, scene, replicas).play(say))
        return played[row]

    return verdict


def _row(item: pytest.Item) -> Row | None:
    """Return the row that a test of this session plays, if it plays one."""
    call = getattr(item, "callspec", None)
    row = call.params.get("row") if call else None
    return row if isinstance(row, Row) else None


@pytest.mark.timeout(400)
@pytest.mark.parametrize("row", IN_ORDER, ids=str)
def test_whatever_happens_all_ends_as_declared(row: Row, play: Play) -> None:
    """Nothing runs twice, nothing unwanted runs on, nothing wanted is stopped or waits."""
    verdict = play(row)
    enter(
        part="processes",
        step=row.step,
        fault=row.fault.name,
        outcome=verdict.outcome,
        seconds=verdict.seconds,
        duplicates=verdict.duplicates,
        leaked=verdict.leaked,
        waiting=verdict.waiting,
    )

    assert verdict.fine, verdict.story
