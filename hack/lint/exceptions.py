"""What linters may find, and why: a file for each of them, with a reason for each exception."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lint.findings import Finding


@dataclass(frozen=True)
class Allowed:
    """Findings that are let be: of one check, on these objects."""

    check: str
    objects: tuple[str, ...]
    values: tuple[str, ...]
    """With which values; empty: with any."""

    def covers(self, finding: Finding) -> bool:
        """Say whether it is about a finding."""
        fits = not self.values or finding.values in self.values
        return fits and finding.check == self.check and finding.object in self.objects

    def idle(self, found: Sequence[Finding]) -> Iterator[str]:
        """Yield what is allowed in vain: nothing that was found needs it."""
        covered = [each for each in found if self.covers(each)]
        objects = {each.object for each in covered}
        values = {each.values for each in covered}
        for name in (*set(self.objects).difference(objects), *set(self.values).difference(values)):
            yield f"{self.check} allows {name} in vain"


def read(path: Path) -> list[Allowed]:
    """Return the exceptions that a file has.

    Raises:
        ValueError: If one has no reason.
    """
    allowed = []
    for each in tomllib.loads(path.read_text(encoding="utf-8"))["allow"]:
        if not each.pop("reason", "").strip():
            raise ValueError(f"{path.name}: {each['check']} has no reason")
        values = each.pop("values", ())
        allowed.append(Allowed(each["check"], tuple(each["objects"]), tuple(values)))
    return allowed


def complaints(found: Sequence[Finding], allowed: Sequence[Allowed]) -> list[str]:
    """Return what is wrong: what nobody allows, and what is allowed in vain."""
    bad = [each for each in found if not any(one.covers(each) for one in allowed)]
    return [*map(str, bad), *(line for one in allowed for line in one.idle(found))]
