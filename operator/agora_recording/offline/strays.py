"""Fields that no schema knows. The API server refuses them, if it is asked strictly to."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from agora_recording.crd.schema import OPEN, Schema
from agora_recording.offline.cause import Cause, Path, dotted


def strays(value: Any, schema: Schema) -> Iterator[Cause]:  # noqa: ANN401 - JSON
    """Yield each unknown field, at any depth, with what was probably meant."""
    homes = _homes(schema, ())
    for path, siblings in _unknown(value, schema, ()):
        yield Cause(path, f"unknown field{_guess(path, siblings, homes)}")


def _unknown(value: Any, schema: Schema, path: Path) -> Iterator[tuple[Path, list[str]]]:  # noqa: ANN401 - JSON
    """Yield the path of each unknown field, and the names that are known in its place."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unknown(each, schema.get("items", {}), (*path, index))
    if not isinstance(value, dict) or schema.get("type") != "object":
        return
    members, others = schema.get("properties", {}), schema.get("additionalProperties")
    for name, each in value.items():
        inner = members.get(name, others)
        if inner is not None:
            yield from _unknown(each, inner, (*path, name))
        elif not schema.get(OPEN):
            yield (*path, name), sorted(members)


def _homes(schema: Schema, path: Path) -> dict[str, Path]:
    """Return where each field belongs: the highest place, where several bear its name."""
    found: dict[str, Path] = {}
    inner = schema.get("properties", {}) | schema.get("items", {}).get("properties", {})
    for name in inner:
        found.setdefault(name, (*path, name))
    for name, child in inner.items():
        found = _homes(child, (*path, name)) | found
    return found


def _guess(path: Path, siblings: list[str], homes: dict[str, Path]) -> str:
    """Say which field was probably meant: one with such a name here, or of this name elsewhere."""
    name = str(path[-1])
    lowered = {each.lower(): each for each in siblings}
    near = get_close_matches(name.lower(), lowered, n=1)
    if near:
        return f'; did you mean "{lowered[near[0]]}"?'
    if name in homes:
        return f"; did you mean {dotted(homes[name])}?"
    return ""
