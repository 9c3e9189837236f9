"""The command line of `python -m mutation`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from mutation import reasons, rules, suite
from mutation.baseline import Baseline, measured
from mutation.mutants import Mutant, mutants_of

PACKAGE: Final = Path(__file__).parents[2] / "operator" / "agora_recording"
LAYERS: Final = ("domain", "reconcile")
RULES: Final = "rules"
"""Asks for the changes that break the rules of the recording protocol."""
TELL_SECONDS: Final = 5.0
"""How often progress is told."""


class Progress:
    """Takes in what becomes of the mutants, and tells a person now and then."""

    def __init__(self, made: int, listed: set[str]) -> None:
        self._made = made
        self._listed = listed
        self._done = 0
        self._told_at = 0.0
        self.survivors: list[Mutant] = []

    def take_in(self, mutant: Mutant, killer: str | None) -> None:
        """Take in that a mutant was killed, by which test, or survived."""
        self._done += 1
        if killer is None:
            self.survivors.append(mutant)
            if mutant.name not in self._listed:
                print(f"survives, line {mutant.first}: {mutant.name}", flush=True)
        self.tell()

    def tell(self) -> None:
        """Tell how far it is, unless that was told just now."""
        if time.monotonic() - self._told_at < TELL_SECONDS and self._done < self._made:
            return
        self._told_at = time.monotonic()
        alive = len(self.survivors)
        killed = f"{self._done - alive} killed, {alive} survive"
        print(f"[{self._done}/{self._made}] {killed}", flush=True)


class _Quicker:
    """Passes on what becomes of mutants, but for those that all tests must be shown."""

    def __init__(self, baseline: Baseline, progress: Progress) -> None:
        self._baseline = baseline
        self._progress = progress
        self.again: list[Mutant] = []

    def take_in(self, mutant: Mutant, killer: str | None) -> None:
        """Take in what became of a mutant that some tests may not have been shown."""
        if killer is None and self._baseline.runs_early(mutant):
            self.again.append(mutant)
        else:
            self._progress.take_in(mutant, killer)

    def tell(self) -> None:
        """Tell how far it is."""
        self._progress.tell()


def main() -> int:
    """Try what is asked for, and return the exit code."""
    arguments = _parser().parse_args()
    chosen = [name for name in arguments.only if name != RULES]
    everything = not (arguments.only or arguments.word or arguments.list)
    code = 0 if arguments.only and not chosen else _try_small_changes(arguments, chosen)
    if everything or RULES in arguments.only:
        outcome = rules.judged(rules.read())
        print(outcome)
        code = 1 if outcome.failures else code
    return code


def _try_small_changes(arguments: argparse.Namespace, chosen: list[str]) -> int:
    """Try mutants, compare the survivors with the list, and return the exit code."""
    mutants = [m for path in _files(chosen) for m in mutants_of(PACKAGE, path)]
    mutants = [mutant for mutant in mutants if arguments.word in mutant.name]
    if arguments.list:
        print(*(f"{mutant.first}: {mutant.name}" for mutant in mutants), sep="\n")
        return 0
    suite.prepare()
    baseline = measured(PACKAGE)
    if baseline.failed:
        print("fails without any change:", *baseline.failed, sep="\n  ")
        return 1
    listed = {name for name in reasons.read() if arguments.word in name}
    progress = Progress(len(mutants), listed)
    _try(mutants, baseline, progress)
    outcome = reasons.judged(mutants, progress.survivors, listed)
    for name in outcome.stale:
        print(f"listed, but does not survive: {name}")
    print(outcome)
    return 0 if outcome.enough else 1


def _try(mutants: list[Mutant], baseline: Baseline, progress: Progress) -> None:
    """Try each in the quicker way, and in the other if that may not have shown it to all tests."""
    quicker = _Quicker(baseline, progress)
    inside = [mutant for mutant in mutants if mutant.function]
    suite.try_functions(PACKAGE, inside, baseline, quicker)
    outside = [mutant for mutant in mutants if not mutant.function]
    suite.try_imports(PACKAGE, [*outside, *quicker.again], baseline, progress)


def _files(chosen: list[str]) -> list[str]:
    found = (path for layer in LAYERS for path in sorted((PACKAGE / layer).glob("*.py")))
    paths = [str(path.relative_to(PACKAGE)) for path in found]
    return [path for path in paths if not chosen or path in chosen]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument(
        "only",
        nargs="*",
        help=f"files, such as domain/pace.py, or {RULES!r}: the table of rules; all if none",
    )
    parser.add_argument("--word", default="", help="only mutants in whose name it occurs")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    return parser


if __name__ == "__main__":
    sys.exit(main())
