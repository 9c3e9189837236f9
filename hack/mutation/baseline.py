"""The tests of the unchanged code: how long each takes, and which lines it reaches."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import coverage
import pytest

from mutation.children import Tell, be_silent, in_children
from mutation.mutants import Mutant

TESTS: Final = ("domain", "reconcile", "translate", "kube")
"""Folders of tests/unit that are run."""
SLOW_SECONDS: Final = 3.0
"""A test that takes more processor time is left out: it would be run for thousands of mutants."""
PYTEST: Final = (
    *("-p", "no:terminal", "-p", "no:cacheprovider", "-s", "--timeout=120"),
    *("-o", "addopts=--import-mode=importlib"),
    *("-W", "ignore:Module already imported"),
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the tests do with the unchanged code."""

    seconds: dict[str, float]
    """Processor time of each test by its node id."""
    reach: dict[str, dict[int, list[str]]]
    """Which tests reach a line, by file below the package."""
    collecting: dict[str, frozenset[int]]
    """The lines that run when the tests are collected: tables of tests are made of them."""
    failed: tuple[str, ...]

    def reaching(self, mutant: Mutant) -> list[str]:
        """Return the tests that reach the mutant's lines while they run, the quickest first."""
        return self._quick(self._reaching(mutant.path, mutant.lines))

    def affected(self, mutant: Mutant) -> list[str]:
        """Return the tests that may notice a mutant of what runs early: it may be in any table.

        Those that reach the file come before the others.
        """
        found = self._reaching(mutant.path, self.reach.get(mutant.path, {}))
        return self._quick(found) + self._quick(self.seconds.keys() - found)

    def _reaching(self, path: str, lines: Iterable[int]) -> set[str]:
        tests = self.reach.get(path, {})
        return {test for line in lines for test in tests.get(line, ())}

    def _quick(self, tests: Iterable[str]) -> list[str]:
        quick = [test for test in tests if self.seconds[test] < SLOW_SECONDS]
        return sorted(quick, key=lambda test: (self.seconds[test], test))

    def runs_early(self, mutant: Mutant) -> bool:
        """Whether the mutant is met before any test runs, so that it cannot be put in later."""
        early = self.collecting.get(mutant.path, frozenset())
        return not mutant.function or not early.isdisjoint(mutant.lines)


def measured(root: Path) -> Baseline:
    """Run all tests against the unchanged code in ``root``, the folder of the package."""
    for _, told in in_children([root], _measure):
        if isinstance(told, Baseline):
            return told
    raise RuntimeError("the tests did not run to their end")


def run_pytest(paths: Iterable[str], plugin: object) -> int:
    """Run the tests in these files or folders with a plugin; return the exit code."""
    return int(pytest.main([*PYTEST, *sorted(paths)], plugins=[plugin]))


def folders() -> list[str]:
    """Return the folders whose tests are run."""
    return [f"tests/unit/{name}" for name in TESTS]


def _measure(root: Path, tell: Tell) -> None:
    with os.fdopen(os.dup(1), "w") as terminal:
        be_silent()
        watcher = _Watcher(root, terminal)
        run_pytest(folders(), watcher)
    tell(watcher.result())


class _Watcher:
    """Watches the tests of the unchanged code."""

    def __init__(self, root: Path, terminal: TextIO) -> None:
        self._root = root
        self._terminal = terminal
        self._coverage = coverage.Coverage(data_file=None, include=[f"{root}/*"])
        self._seconds: dict[str, float] = {}
        self._failed: list[str] = []
        self._told_at = time.monotonic()

    def pytest_configure(self) -> None:
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._coverage.switch_context(item.nodeid)
        began = time.process_time()
        result = yield
        self._seconds[item.nodeid] = time.process_time() - began
        if time.monotonic() - self._told_at > 5:  # noqa: PLR2004
            self._told_at = time.monotonic()
            print(
                "the code as it is:", len(self._seconds), "tests", file=self._terminal, flush=True
            )
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)

    def result(self) -> Baseline:
        self._coverage.stop()
        data = self._coverage.get_data()
        reach: dict[str, dict[int, list[str]]] = {}
        collecting: dict[str, frozenset[int]] = {}
        for name in data.measured_files():
            path = str(Path(name).relative_to(self._root))
            lines = data.contexts_by_lineno(name)
            reach[path] = {line: [test for test in tests if test] for line, tests in lines.items()}
            collecting[path] = frozenset(line for line, tests in lines.items() if "" in tests)
        return Baseline(self._seconds, reach, collecting, tuple(self._failed))
