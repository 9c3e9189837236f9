"""What is told of a place in a file: a reason for refusal, or a warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agora_recording.offline.cause import Cause, Path, dotted
from agora_recording.offline.reading import Document


class Severity(StrEnum):
    """Whether an object can be applied with it."""

    ERROR = "error"
    """The API server refuses the object, or it cannot be planned."""
    WARNING = "warning"
    """It can be applied, and something else may be missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a file, and where."""

    file: str
    line: int
    kind: str
    name: str
    field: str
    message: str
    severity: Severity

    @classmethod
    def of(cls, document: Document, cause: Cause) -> Finding:
        """Return why an object is refused."""
        return _finding(document, cause.path, cause.message, Severity.ERROR)

    @classmethod
    def missing(cls, document: Document, path: Path, message: str) -> Finding:
        """Return why an object cannot be planned."""
        return _finding(document, path, message, Severity.ERROR)

    @classmethod
    def warning(cls, document: Document, path: Path, message: str) -> Finding:
        """Return what may be wrong beside an object."""
        return _finding(document, path, message, Severity.WARNING)

    def __str__(self) -> str:
        """Say it in one line, as compilers do."""
        level = "warning: " if self.severity is Severity.WARNING else ""
        field = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}: {self.kind}/{self.name}: {level}{field}{self.message}"


def _finding(document: Document, path: Path, message: str, severity: Severity) -> Finding:
    return Finding(
        file=document.file,
        line=document.line(path),
        kind=str(document.value.get("kind")),
        name=name_of(document.value),
        field=dotted(path),
        message=message,
        severity=severity,
    )


def name_of(manifest: Mapping[str, object]) -> str:
    """Return the name of an object, or how its name begins, or ``?``."""
    metadata = manifest.get("metadata")
    fields = metadata if isinstance(metadata, Mapping) else {}
    return str(fields.get("name") or fields.get("generateName") or "?")
