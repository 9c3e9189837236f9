"""Types, bounds and required fields: what a structural schema demands besides its CEL rules.

The keywords speak of values of one type each; a value of a wrong type breaks those alone that
speak of what it is, as with the API server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from agora_recording.crd.schema import Schema
from agora_recording.offline import cause
from agora_recording.offline.cause import Cause, Path

TYPES: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
"""JSON's name for the type of what a file holds."""

FORMATS: Final = {"integer": "int64", "number": "float64"}
"""What the API server calls numbers where a format is demanded of them."""

DATE_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})t"
    r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:.\d+)?(?:z|[+-]\d{2}:\d{2})",
    re.ASCII | re.IGNORECASE,
)


def causes(value: Any, schema: Schema, path: Path = ()) -> Iterator[Cause]:  # noqa: ANN401 - JSON
    """Yield what of a value, at any depth, its schema does not allow."""
    yield from _type(value, schema, path)
    if "enum" in schema and value not in schema["enum"]:
        yield cause.unsupported(path, value, schema["enum"])
    match value:
        case bool():
            return
        case str():
            yield from _text(value, schema, path)
        case int() | float():
            yield from _number(value, schema, path)
        case list():
            yield from _list(value, schema, path)
        case dict():
            yield from _object(value, schema, path)


def _type(value: object, schema: Schema, path: Path) -> Iterator[Cause]:
    wanted, found, form = schema.get("type"), TYPES[type(value)], schema.get("format")
    if wanted in {None, found} or (wanted, found) == ("number", "integer"):
        return
    if form and found not in {"string", "array", "null"}:
        yield cause.wrong_type(path, form, FORMATS.get(found, ""))
    else:
        yield cause.wrong_type(path, str(wanted), found)


def _text(value: str, schema: Schema, path: Path) -> Iterator[Cause]:
    if len(value) > schema.get("maxLength", len(value)):
        yield cause.too_long(path, schema["maxLength"])
    elif len(value) < (least := schema.get("minLength", 0)):
        yield cause.out_of_bounds(path, value, f"be at least {least} chars long")
    if schema.get("format") == "date-time" and not _is_time(value):
        yield cause.wrong_type(path, "date-time", value)


def _is_time(text: str) -> bool:
    found = DATE_TIME.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found[1]))
    except ValueError:
        return False


def _number(value: float, schema: Schema, path: Path) -> Iterator[Cause]:
    kind = type(value)  # a bound is shown as the value is
    low, high = (kind(schema.get(bound, value)) for bound in ("minimum", "maximum"))
    above, below = "exclusiveMinimum" in schema, "exclusiveMaximum" in schema
    if value < low or (above and value == low):
        bound = "greater than" if above else "greater than or equal to"
        yield cause.out_of_bounds(path, value, f"be {bound} {cause.number(low)}")
    if value > high or (below and value == high):
        bound = "less than" if below else "less than or equal to"
        yield cause.out_of_bounds(path, value, f"be {bound} {cause.number(high)}")


def _list(value: list[Any], schema: Schema, path: Path) -> Iterator[Cause]:
    items, size = schema.get("items", {}), len(value)
    for index, each in enumerate(value):
        yield from causes(each, items, (*path, index))
    if size < (least := schema.get("minItems", 0)):
        yield cause.out_of_bounds(path, size, f"have at least {least} items")
    if size > schema.get("maxItems", size):
        yield cause.too_many(path, size, schema["maxItems"])
    match schema.get("x-kubernetes-list-type"):
        case "set":
            yield from _duplicates(value, path)
        case "map":
            yield from _keyed(value, schema["x-kubernetes-list-map-keys"], path)


def _keyed(items: list[Any], names: list[str], path: Path) -> Iterator[Cause]:
    """Yield the items of a list by key that have no key, or one that another has."""
    odd = [n for n, each in enumerate(items) if not isinstance(each, dict) and each is not None]
    if odd:
        detail = "must be an object for an array of list-type map"
        yield cause.invalid((*path, odd[0]), items[odd[0]], detail)
        return
    keys = [{name: each[name] for name in names if name in (each or {})} for each in items]
    yield from _duplicates(keys, path)


def _duplicates(values: list[Any], path: Path) -> Iterator[Cause]:
    """Yield each value that is there again, once, where it is met for the second time."""
    seen: dict[str, int] = {}
    for index, each in enumerate(values):
        key = json.dumps(each, sort_keys=True)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 2:  # noqa: PLR2004 - the second time
            yield cause.duplicate((*path, index), each)


def _object(value: dict[str, Any], schema: Schema, path: Path) -> Iterator[Cause]:
    members, others = schema.get("properties", {}), schema.get("additionalProperties")
    size = len(value)
    for name, each in value.items():
        if (inner := members.get(name, others)) is not None:
            yield from causes(each, inner, (*path, name))
    yield from (
        cause.required((*path, name)) for name in schema.get("required", ()) if name not in value
    )
    if size < (least := schema.get("minProperties", 0)):
        yield cause.out_of_bounds(path, size, f"have at least {least} properties")
    if size > schema.get("maxProperties", size):
        yield cause.too_many(path, size, schema["maxProperties"])
