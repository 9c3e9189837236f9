"""Tells a person, or a program, what was found.

Problems and plans go to standard output; what is said about the reading itself to standard error.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from agora_recording.offline.finding import Finding, Severity, name_of
from agora_recording.offline.inspection import Inspection
from agora_recording.offline.kinds import UNCHECKED
from agora_recording.offline.plan import Plan
from agora_recording.offline.reading import Document


def as_text(
    found: Inspection,
    findings: Sequence[Finding],
    plans: Sequence[Plan] | None = None,
    *,
    verbose: bool,
) -> None:
    """Print lines for people and for editors, which jump to where they point."""
    lines = map(str, sorted(findings, key=_place))
    shown = "\n".join([*lines, *map("\n".join, map(_plan, plans or ()))])
    if shown:
        sys.stdout.write(f"{shown}\n")
    if verbose:
        sys.stderr.writelines(f"{_passed(each)}\n" for each in found.passed_over)
    sys.stderr.writelines(f"{error}\n" for error in found.unreadable)
    sys.stderr.write(f"{_count(found, findings)}\n")


def as_json(
    found: Inspection,
    findings: Sequence[Finding],
    plans: Sequence[Plan] | None = None,
    *,
    verbose: bool,
) -> None:
    """Print one JSON object for programs."""
    told: dict[str, Any] = {
        "checked": found.checked,
        "problems": [asdict(each) for each in findings],
        "unreadable": [str(error) for error in found.unreadable],
    }
    if verbose:
        told["passedOver"] = [_passed(each) for each in found.passed_over]
    if plans is not None:
        told["plans"] = [asdict(each) for each in plans]
    json.dump(told, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _place(each: Finding) -> tuple[str, bool, int]:
    """Return what findings are sorted by: that some rules were not checked comes last."""
    return each.file, UNCHECKED in each.message, each.line


def _plan(plan: Plan) -> Iterator[str]:
    yield f"CloudRecording {plan.namespace}/{plan.name}"
    yield plan.summary
    for number, call in enumerate(plan.calls, 1):
        yield ""
        yield f"{number}. {call.operation}, {call.when}"
        yield f"{call.method} {call.url}"
        yield json.dumps(call.body, indent=2, ensure_ascii=False)
    yield ""


def _passed(document: Document) -> str:
    value = document.value
    what = f"{value.get('kind')}/{name_of(value)}" if isinstance(value, dict) else "no object"
    return f"{document.file}:{document.line(())}: passed over: {what}"


def _count(found: Inspection, findings: Sequence[Finding]) -> str:
    errors = sum(each.severity is Severity.ERROR for each in findings)
    counts = {
        "checked": found.checked,
        "problems": errors,
        "warnings": len(findings) - errors,
        "unreadable": len(found.unreadable),
    }
    return ", ".join(f"{what}: {count}" for what, count in counts.items())
