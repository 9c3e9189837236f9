"""Which mutants may survive, and why: ``survivors.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mutation.mutants import Mutant

ENOUGH: Final = 0.9
"""The part of the mutants that must be killed, whatever the reasons."""
LISTED: Final = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the mutants."""

    made: int
    survivors: tuple[Mutant, ...]
    unexplained: tuple[Mutant, ...]
    """Survivors that no reason is given for."""
    stale: tuple[str, ...]
    """Names in the list that no mutant has any more, or that are killed by now: they are told, so
    that somebody takes them off."""

    @property
    def killed(self) -> int:
        """How many mutants made a test fail."""
        return self.made - len(self.survivors)

    @property
    def enough(self) -> bool:
        """Whether the tests hold what is asked of them."""
        return not self.unexplained and self.killed >= ENOUGH * self.made

    def __str__(self) -> str:
        part = 100 * self.killed // max(self.made, 1)
        return (
            f"mutants: {self.made} made, {self.killed} killed ({part} %), "
            f"{len(self.survivors)} survive, {len(self.unexplained)} reasons missing, "
            f"{len(self.stale)} stale"
        )


def judged(tried: Iterable[Mutant], survivors: Iterable[Mutant], listed: set[str]) -> Outcome:
    """Compare what survived with what may: ``listed``, names of mutants.

    Of the list, only what concerns the files that were tried is judged.
    """
    tried, survivors = list(tried), sorted(survivors, key=lambda m: (m.path, m.number))
    files = {mutant.path for mutant in tried}
    alive = {mutant.name for mutant in survivors}
    concerned = {name for name in listed if name.split(": ")[0] in files}
    return Outcome(
        made=len(tried),
        survivors=tuple(survivors),
        unexplained=tuple(mutant for mutant in survivors if mutant.name not in listed),
        stale=tuple(sorted(concerned - alive)),
    )


def read(path: Path = LISTED) -> set[str]:
    """Return the names of the mutants that may survive. Raises ValueError if one has no reason."""
    groups = tomllib.loads(path.read_text(encoding="utf-8")).get("survive", [])
    names: list[str] = []
    for group in groups:
        if not group.get("reason", "").strip():
            raise ValueError(f"{group['mutants'][0]} has no reason")
        names.extend(group["mutants"])
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"listed twice: {sorted(twice)}")
    return set(names)
