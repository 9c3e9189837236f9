"""Trying mutants: whether a test fails for one.

Functions are changed in place, in a fork of a process that has collected all tests: that costs a
few milliseconds. What runs at import is changed before anything is imported.
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final, Protocol

import hypothesis
import pytest

from mutation import importing
from mutation.baseline import Baseline, folders, run_pytest
from mutation.children import Tell, be_silent, in_children, limit_processor_time
from mutation.mutants import Mutant, compiled

SLOWER: Final = 10
"""How many times the processor time of the unchanged code a test may take."""
COLLECTING_SECONDS: Final = 60.0
PATIENCE: Final = 600.0
"""Seconds by the clock after which a mutant counts as killed, since it waits for something."""
WIDTH: Final = os.cpu_count() or 1
"""How many mutants are tried at once."""


class Report(Protocol):
    """Is told what becomes of the mutants."""

    def take_in(self, mutant: Mutant, killer: str | None) -> None:
        """Take in that a mutant was killed, by which test, or survived: None."""

    def tell(self) -> None:
        """Tell a person how far it is, if there was nothing to read for long. Called often."""


def prepare() -> None:
    """Import what no mutant changes, and make Hypothesis quick and the same each time."""
    importing.import_others()
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants",
        max_examples=20,
        derandomize=True,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutants")


def try_imports(root: Path, mutants: Iterable[Mutant], baseline: Baseline, report: Report) -> None:
    """Try mutants of what runs at import."""

    def attempt(mutant: Mutant, tell: Tell) -> None:
        be_silent()
        limit_processor_time(COLLECTING_SECONDS)
        importing.replace(mutant.path, compiled(root, mutant))
        tests = baseline.affected(mutant)
        code = run_pytest({test.split("::")[0] for test in tests}, _Judge(tests, baseline, tell))
        tell("" if code == pytest.ExitCode.OK else f"pytest's exit code {code}")

    tried = in_children(mutants, attempt, width=WIDTH, patience=PATIENCE, idle=report.tell)
    for mutant, told in tried:
        report.take_in(mutant, _verdict(told))


def try_functions(
    root: Path, mutants: Iterable[Mutant], baseline: Baseline, report: Report
) -> None:
    """Try mutants of functions, but for what they do while the tests are collected."""

    def attempt(chosen: list[Mutant], tell: Tell) -> None:
        run_pytest(folders(), _Swapper(root, chosen, baseline, tell))

    for _, told in in_children([list(mutants)], attempt, idle=report.tell):
        if not isinstance(told, tuple):
            raise RuntimeError("the tests could not be collected")  # noqa: TRY004 - no type is wrong
        report.take_in(*told)


def _verdict(told: object) -> str | None:
    if told is None:
        return "time or memory"
    return str(told) or None


class _Judge:
    """Runs chosen tests, the quickest first, until one fails."""

    def __init__(self, tests: list[str], baseline: Baseline, tell: Tell) -> None:
        self._order = {test: number for number, test in enumerate(tests)}
        self._baseline = baseline
        self._tell = tell

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self._order]
        items[:] = sorted(chosen, key=lambda item: self._order[item.nodeid])

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        limit_processor_time(SLOWER * self._baseline.seconds[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._kill(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._kill("import")

    def _kill(self, by: str) -> None:
        importing.leave(self._tell, by)


class _Swapper:
    """Instead of running the tests once, runs them for each mutant, in forks of this process."""

    def __init__(
        self, root: Path, mutants: Iterable[Mutant], baseline: Baseline, tell: Tell
    ) -> None:
        self._root = root
        self._mutants = mutants
        self._baseline = baseline
        self._tell = tell
        self._items: dict[str, pytest.Item] = {}
        self._functions: dict[tuple[str, str], list[FunctionType]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._functions = _functions_below(self._root)
        gc.collect()
        gc.freeze()  # so that forks share it
        for mutant, told in in_children(
            self._mutants, self._attempt, width=WIDTH, patience=PATIENCE
        ):
            self._tell((mutant, _verdict(told)))
        return True

    def _attempt(self, mutant: Mutant, tell: Tell) -> None:
        be_silent()
        tests = self._baseline.reaching(mutant)
        code = _find(compiled(self._root, mutant), mutant.function)
        for function in self._functions[mutant.path, mutant.function]:
            function.__code__ = code
        items = [self._items[test] for test in tests]
        if items:
            judge = _Judge(tests, self._baseline, tell)
            items[0].config.pluginmanager.register(judge)
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        tell("")


def _functions_below(root: Path) -> dict[tuple[str, str], list[FunctionType]]:
    """Return the functions there are, by their file below ``root`` and qualified name."""
    found: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename.startswith(f"{root}/"):
            path = thing.__code__.co_filename.removeprefix(f"{root}/")
            found[path, thing.__code__.co_qualname].append(thing)
    return found


def _find(code: CodeType, function: str) -> CodeType:
    """Return the code of a function in that of its module."""
    if code.co_qualname == function:
        return code
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    for const in inner:
        if function == const.co_qualname or function.startswith(f"{const.co_qualname}."):
            return _find(const, function)
    raise LookupError(function)
