"""What linters find in the manifests of the chart, in words of ours; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CHART: Final = "agora-recording-operator"
GOOD: Final = 10
"""The grade of kube-score that finds nothing."""


class UnjudgedError(RuntimeError):
    """A linter judged less than all that it was given; the message says what."""


@dataclass(frozen=True, order=True)
class Finding:
    """One check that one object does not pass."""

    check: str
    """The linter's name for it; kube-score's has what is wrong behind it, if it knows several."""
    object: str
    """Kind, and what the object's name has beyond that of the release: Job-uninstall."""
    values: str
    """With which values."""

    def __str__(self) -> str:
        return f"{self.check}, {self.object}, with the values {self.values}"


def of_kube_score(text: str, values: str) -> list[Finding]:
    """Read what kube-score (`--output-format json`) says of the manifests of some values.

    Raises:
        UnjudgedError: If it saw no object.
    """
    judged = json.loads(text) or []
    if not judged:
        raise UnjudgedError(f"kube-score saw no object with the values {values}")
    return sorted({each for seen in judged for each in _of_object(seen, values)})


def _of_object(seen: dict[str, Any], values: str) -> Iterator[Finding]:
    name = short(seen["type_meta"]["kind"], seen["object_meta"]["name"], values)
    for result in seen["checks"]:
        if result["skipped"] or result["grade"] >= GOOD:
            continue
        for comment in result["comments"] or [{"summary": ""}]:
            check = f"{result['check']['id']}: {comment['summary']}".removesuffix(": ")
            yield Finding(check, name, values)


def of_checkov(text: str, sets: int) -> list[Finding]:
    """Read what checkov (`--output json`) says of a folder with a file for each set of values.

    Raises:
        UnjudgedError: If it understood not all files, or nothing passed in one that it says
            nothing of.
    """
    said = json.loads(text)
    summary = said.get("summary", {})
    if summary.get("parsing_errors", 1) or summary["passed"] < sets:
        raise UnjudgedError(f"checkov did not judge all manifests: {summary or said}")
    return sorted({_of_check(each) for each in said["results"]["failed_checks"]})


def _of_check(failed: dict[str, Any]) -> Finding:
    kind, _, name, *_ = failed["resource"].split(".", 3)
    values = Path(failed["file_path"]).stem
    return Finding(failed["check_id"], short(kind, name, values), values)


def short(kind: str, name: str, release: str) -> str:
    """Return kind and name of an object without what all names of a release begin with."""
    rest = name.removeprefix(f"{release}-{CHART}").removeprefix("-")
    return f"{kind}-{rest}" if rest else kind
