"""For each rule of the recording protocol: changes that break it, judged by the books of Agora.

``rules.toml`` lists them, with the cases of tests/chaos that must condemn each. A case plays whole
lives of recordings against a simulated Agora; its judge knows neither code nor tests, but only what
ran, and what people wanted. The working tree stays as it is: each change is made in a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TABLE: Final = Path(__file__).with_name("rules.toml")
RULES: Final = frozenset({*range(1, 21), 22, 23})
"""The rules that the code implements, by their numbers in docs/explanation/protocol.md."""
PATIENCE: Final = 300.0
"""Seconds by the clock that the cases of one change may take."""
WIDTH: Final = os.cpu_count() or 1
TELL_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class RuleMutant:
    """One change that breaks a rule."""

    rule: int
    because: str
    """What the change does."""
    file: str
    """Its file below the package."""
    old: str
    """The text that is changed; it stands in the file exactly once."""
    new: str
    cases: tuple[str, ...]
    """The cases that must condemn it, by the names of the reports."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the table."""

    rules: int
    made: int
    failures: tuple[str, ...]
    """What was not condemned, or could not be judged, in words."""

    def __str__(self) -> str:
        condemned = self.made - len(self.failures)
        return f"rules: {self.rules} rules, {self.made} mutants, {condemned} condemned"


def read(path: Path = TABLE) -> list[RuleMutant]:
    """Return the table. Raises ValueError if a rule has no mutant, or a mutant no case."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    table = [RuleMutant(**{**row, "cases": tuple(row["cases"])}) for row in rows]
    if missing := RULES - {mutant.rule for mutant in table}:
        raise ValueError(f"no mutant breaks rule {sorted(missing)}")
    for mutant in table:
        if not mutant.cases:
            raise ValueError(f"no case condemns rule {mutant.rule}: {mutant.because}")
    return table


def judged(table: list[RuleMutant]) -> Outcome:
    """Play the cases of each change, after those of the code as it is, and say what came of it.

    Raises:
        ValueError: The code as it is is condemned, or a text does not stand where it should.
    """
    for mutant in table:
        changed_text(mutant)
    _acquit({case for mutant in table for case in mutant.cases})
    failures: list[str] = []
    done, told_at = 0, time.monotonic()
    with ThreadPoolExecutor(WIDTH) as pool:
        work = {pool.submit(_complaint, mutant): mutant for mutant in table}
        for finished in as_completed(work):
            done += 1
            if (complaint := finished.result()) is not None:
                failures.append(complaint)
                print(complaint, flush=True)
            if time.monotonic() - told_at > TELL_SECONDS or done == len(table):
                told_at = time.monotonic()
                print(f"[{done}/{len(table)}] {done - len(failures)} condemned", flush=True)
    return Outcome(len({m.rule for m in table}), len(table), tuple(failures))


def changed_text(mutant: RuleMutant) -> str:
    """Return the changed file. Raises ValueError unless the old text stands in it once."""
    text = _file(ROOT / "operator", mutant).read_text(encoding="utf-8")
    if (count := text.count(mutant.old)) != 1:
        raise ValueError(f"stands {count} times in {mutant.file}, not once: {mutant.old!r}")
    return text.replace(mutant.old, mutant.new)


def _acquit(cases: set[str]) -> None:
    """Make sure that nothing is wrong with the code as it is."""
    print(f"the code as it is: {len(cases)} cases", flush=True)
    wrong = [f"{name}: {why}" for name, why in _complaints(_sentences(ROOT / "operator", cases))]
    if wrong:
        raise ValueError(f"condemned without any change: {wrong}")


def _complaint(mutant: RuleMutant) -> str | None:
    """Return what is wrong with a mutant's sentences; None: each of its cases condemns it."""
    with _copy(mutant) as operator:
        sentences = _sentences(operator, mutant.cases)
    for case in mutant.cases:
        condemned, broken = sentences.get(case, ([], "not played"))
        if not condemned:
            why = f"no judgement ({broken})" if broken else "not condemned"
            return f"rule {mutant.rule}: {mutant.because}: {why} by {case!r}"
    return None


@contextmanager
def _copy(mutant: RuleMutant) -> Iterator[Path]:
    """Make a changed copy of operator/ for a while."""
    with tempfile.TemporaryDirectory(prefix="rule-") as folder:
        copy = Path(shutil.copytree(ROOT / "operator", Path(folder) / "operator"))
        _file(copy, mutant).write_text(changed_text(mutant), encoding="utf-8")
        yield copy


def _file(operator: Path, mutant: RuleMutant) -> Path:
    return operator / "agora_recording" / mutant.file


Sentences = dict[str, tuple[list[str], str]]
"""By case: for what the judge condemns, and why there is no judgement."""


def _sentences(operator: Path, cases: Iterable[str]) -> Sentences:
    """Play cases against an operator/, in a process of their own."""
    paths = (operator, ROOT / "simulator", ROOT / "tests")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    command = [sys.executable, "-m", "chaos.trial", *sorted(cases)]
    try:
        played = subprocess.run(
            command,
            cwd=operator,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return dict.fromkeys(cases, ([], "it took too long"))
    if played.returncode:
        last = played.stderr.strip().splitlines()[-1:]
        return dict.fromkeys(cases, ([], " ".join(last)))
    told = map(json.loads, played.stdout.splitlines())
    return {one["name"]: (one["condemned"], one["broken"]) for one in told}


def _complaints(sentences: Sentences) -> Iterator[tuple[str, str]]:
    """Yield what is not as it must be for the code as it is."""
    for name, (condemned, broken) in sentences.items():
        if condemned or broken:
            yield name, broken or "; ".join(condemned)
