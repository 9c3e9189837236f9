"""What the API server does with an object by its structural schema: prune, default, validate.

CEL rules are left out: people in the sweep keep them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

Schema = Mapping[str, Any]
"""A structural schema, or a part of one."""

FREE: Final = "x-kubernetes-preserve-unknown-fields"
"""Says that an object may have members that its schema does not name."""
TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
BOUNDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "minLength": lambda value, bound: len(value) >= bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
    "enum": lambda value, allowed: value in allowed,
}


def unknown(schema: Schema, value: object, where: str = "") -> Iterator[str]:
    """Yield the paths of the fields that the schema does not know."""
    for name, member, inner in _members(schema, value):
        path = f"{where}{name}" if name.startswith("[") else f"{where}.{name}".lstrip(".")
        if inner is None:
            yield path
        else:
            yield from unknown(inner, member, path)


def completed(schema: Schema, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return ``value`` without unknown fields and with the defaults of absent ones."""
    if isinstance(value, list):
        return [completed(schema.get("items", {}), item) for item in value]
    if not isinstance(value, dict):
        return value
    known = schema.get("properties", {})
    defaults = {
        name: deepcopy(inner["default"])
        for name, inner in known.items()
        if "default" in inner and value.get(name) is None
    }
    both = value | defaults
    inner = {name: _member(schema, name) for name in both}
    return {name: completed(inner[name], both[name]) for name in both if inner[name] is not None}


def faults(schema: Schema, value: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield what is wrong with a completed value."""
    kind = schema.get("type")
    if kind is not None and not TYPES[kind](value):
        yield f"{where or '<root>'}: must be of type {kind}"
        return
    for bound, holds in BOUNDS.items():
        if bound in schema and not holds(value, schema[bound]):
            yield f"{where}: {bound} {schema[bound]}"
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{where}.{name}: Required value"
    for name, member, inner in _members(schema, value):
        if inner is not None:
            yield from faults(inner, member, f"{where}.{name}".lstrip("."))


def _member(schema: Schema, name: str) -> Schema | None:
    """Return the schema of a member; None if such a member is not known."""
    if name in schema.get("properties", {}):
        found: Schema = schema["properties"][name]
        return found
    anything = {FREE: True} if schema.get(FREE) else None
    other: Schema | None = schema.get("additionalProperties", anything)
    return other


def _members(schema: Schema, value: object) -> Iterator[tuple[str, Any, Schema | None]]:
    """Yield name, value and schema of each member; no schema means that it is not known."""
    if isinstance(value, dict):
        yield from ((name, member, _member(schema, name)) for name, member in value.items())
    elif isinstance(value, list):
        items = schema.get("items", {})
        yield from ((f"[{n}]", member, items) for n, member in enumerate(value))
