import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from chaos.book import VARIABLE, Case

TESTS = Path(__file__).parents[1]


def run(*arguments: str, **environment: str) -> tuple[int, list[str]]:
    """Run Python where the tests can be imported; return its exit code and what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=TESTS,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def written(book: Path, *cases: dict[str, Any]) -> tuple[int, list[str]]:
    """Enter cases as a test does, and return what is then printed of them."""
    calls = "".join(f"; enter(**{case!r})" for case in cases)
    assert run("-c", f"from chaos.book import enter{calls}", **{VARIABLE: str(book)}) == (0, [])
    return run("-m", "chaos.book", str(book))


def case(**members: Any) -> dict[str, Any]:
    """Return a case that went well."""
    given = {"part": "sweep", "step": "start", "fault": "kill", "outcome": "runs", "seconds": 3}
    return {**given, **members}


def test_the_matrix_tells_fault_by_step(tmp_path: Path) -> None:
    """A cell holds the outcomes and the slowest case; what was not played is a dot."""
    code, lines = written(
        tmp_path / "book",
        case(),
        case(outcome="gone", seconds=12.4),
        case(step="stop", fault="429", outcome="gone"),
    )

    assert code == 0
    assert lines[1].split() == ["start", "stop"]
    assert lines[2].split() == ["kill", "gone/runs", "12", "s", "·"]
    assert lines[-1] == "chaos: cases 3, duplicates 0, leaked 0, waiting 0"


def test_a_case_that_failed_is_named(tmp_path: Path) -> None:
    """And the exit code is 1."""
    code, lines = written(tmp_path / "book", case(part="processes", duplicates=1))

    assert code == 1
    assert any(line.startswith("FAILED  processes: start · kill: runs") for line in lines)
    assert lines[-1] == "chaos: cases 1, duplicates 1, leaked 0, waiting 0"


def test_a_wide_matrix_is_printed_in_parts(tmp_path: Path) -> None:
    """No line is wider than a page."""
    _, lines = written(tmp_path / "book", *(case(step=f"step {n}") for n in range(40)))

    assert max(len(line) for line in lines) <= 154
    assert sum("kill" in line for line in lines) > 1


def test_without_a_book_nothing_is_entered(tmp_path: Path) -> None:
    """Tests that run on their own leave no file."""
    environment = {key: value for key, value in os.environ.items() if key != VARIABLE}
    code = f"from chaos.book import enter; enter(**{case()!r})"
    path = {"PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=tmp_path, env=environment | path, check=True)

    assert list(tmp_path.iterdir()) == []


def test_an_empty_book_proves_nothing(tmp_path: Path) -> None:
    """It fails: a run that played no case must not look like a good one."""
    (tmp_path / "book").touch()
    code, lines = run("-m", "chaos.book", str(tmp_path / "book"))

    assert (code, lines) == (1, ["chaos: cases 0, duplicates 0, leaked 0, waiting 0"])


def test_a_case_knows_whether_it_failed() -> None:
    """Each of the three counts is a broken promise."""
    assert not Case(**case()).failed
    assert Case(**case(leaked=1)).failed
    assert Case(**case(waiting=1)).failed
