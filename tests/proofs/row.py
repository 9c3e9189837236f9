"""What there is to be proved: each field, each rule and each code of Agora's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from agora_recording.agora.codes import ANY, CODES, STATUSES
from agora_recording.crd.manifest import definitions
from agora_recording.crd.schema import VALIDATIONS, Schema

CODE: Final = "code"
"""In place of a kind: the row is of an answer of Agora's."""


class Row(NamedTuple):
    """Something that a test can prove."""

    kind: str
    """Kind of an object, or ``CODE``."""
    name: str
    """Path of a field, or the call that is answered; empty for the whole object, or any call."""
    rule: str = ""
    """Message of a rule of that field, or the code of the answer; empty for the field itself."""


SCHEMAS: Final[Mapping[str, Schema]] = {
    crd["spec"]["names"]["kind"]: crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    for crd in definitions()
}
"""The schema of each kind, by its name."""


def rows() -> list[Row]:
    """Return all that there is to be proved, in the order of the page."""
    of_kinds = [row for kind, schema in SCHEMAS.items() for row in _of_kind(kind, schema)]
    statuses = [Row(CODE, "", str(status)) for status in sorted(STATUSES)]
    codes = [Row(CODE, call or "", f"/{code}") for call, code in sorted(CODES, key=_in_order)]
    return [*of_kinds, *statuses, *codes]


def answered(operation: str, http: int, code: int | None) -> Row | None:
    """Return the row of an answer; None if Agora's pages know none such."""
    if not code:
        return Row(CODE, "", str(http)) if http in STATUSES else None
    call = operation if (operation, code) in CODES else ANY
    return Row(CODE, call or "", f"/{code}") if (call, code) in CODES else None


def fields(kind: str) -> Iterator[tuple[str, Schema]]:
    """Yield each field of a spec with its path; `[]` marks the items of a list."""
    spec = SCHEMAS[kind]["properties"]["spec"]
    return ((path, schema) for path, schema in _fields(spec, "spec") if not path.endswith("[]"))


def _in_order(key: tuple[str | None, int]) -> tuple[int, str]:
    return key[1], key[0] or ""


def _of_kind(kind: str, schema: Schema) -> Iterator[Row]:
    yield from (Row(kind, path) for path, _ in fields(kind))
    parts = [("", schema), ("spec", schema["properties"]["spec"])]
    for path, part in (*parts, *_fields(schema["properties"]["spec"], "spec")):
        yield from (Row(kind, path, rule["message"]) for rule in part.get(VALIDATIONS, ()))


def _fields(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, Schema]]:
    """Yield each part at any depth, the items of lists too."""
    for name, child in schema.get("properties", {}).items():
        yield f"{path}.{name}", child
        yield from _fields(child, f"{path}.{name}")
    if "items" in schema:
        yield f"{path}[]", schema["items"]
        yield from _fields(schema["items"], f"{path}[]")
