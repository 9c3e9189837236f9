"""The CEL rules of a schema, evaluated by the CEL project's own implementation.

Rules about a change (``oldSelf``) are passed over: a file has no past. Those that make do without
one (``optionalOldSelf``) are told so. What a rule sees is typed
by its schema, as the API server does it: a number without a point is a double where the schema
says number. A time is a text that compares as times do, since the library takes no times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings

from agora_recording.crd.schema import VALIDATIONS, Schema
from agora_recording.offline import cause
from agora_recording.offline.cause import Cause, Path

OF_A_CHANGE: Final = re.compile(r"\boldSelf\b")
CONTAINERS: Final = {"object", "array"}
"""Types whose values are too long to be shown."""


def broken(value: Any, schema: Schema, path: Path = ()) -> Iterator[Cause]:  # noqa: ANN401 - JSON
    """Yield the rules that a value, at any depth, does not keep. Its types must be right."""
    rules = [_of_a_new_object(rule) for rule in schema.get(VALIDATIONS, ())]
    rules = [each for each in rules if not OF_A_CHANGE.search(each["rule"])]
    seen = _typed(value, schema) if rules else None
    for rule in rules:
        verdict = _evaluate(rule["rule"], seen)
        if isinstance(verdict, _Failure):
            yield cause.invalid(
                path, schema["type"], f"{verdict.why} evaluating rule: {_name(rule)}"
            )
        elif verdict is not True:
            yield _cause(rule, schema, path, value, _detail(rule, seen))
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from broken(each, schema.get("items", {}), (*path, index))
    elif isinstance(value, dict):
        members, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        for name, each in value.items():
            yield from broken(each, members.get(name, others), (*path, name))


def _of_a_new_object(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a rule as the API server applies it to an object that was not there before."""
    if not rule.get("optionalOldSelf"):
        return rule
    return {**rule, "rule": OF_A_CHANGE.sub("optional.none()", rule["rule"])}


def _name(rule: Mapping[str, Any]) -> str:
    """Return how a rule is called: by its message."""
    return str(rule.get("message") or rule["rule"]).strip()


def _detail(rule: Mapping[str, Any], seen: object) -> str:
    """Return what a rule that is not kept says: a line about this value, or its message."""
    if expression := rule.get("messageExpression"):
        text = _evaluate(expression, seen)
        line = text.strip() if isinstance(text, str) else ""
        if line and "\n" not in line:
            return line
    return _name(rule) if "message" in rule else f"failed rule: {_name(rule)}"


def _cause(
    rule: Mapping[str, Any], schema: Schema, path: Path, value: object, detail: str
) -> Cause:
    names = [name for name in rule.get("fieldPath", "").split(".") if name]
    at = (*path, *names)
    match rule.get("reason"):
        case "FieldValueForbidden":
            return cause.forbidden(at, detail)
        case "FieldValueRequired":
            return cause.required(at, detail)
    if schema["type"] in CONTAINERS:
        return cause.invalid_whole(at, detail)
    return cause.invalid(at, value, detail)


class _Failure:
    """A rule that could not be evaluated, which refuses the object too."""

    def __init__(self, why: str) -> None:
        self.why = why


def _evaluate(expression: str, seen: object) -> object:
    result = _program(expression).eval(data={"self": seen})
    if result.type() == cel.Type.ERROR:
        return _Failure(str(result.value()).partition(": ")[2])
    return result.plain_value()


@cache
def _program(expression: str) -> cel.Expression:
    return _environment().compile(expression)


@cache
def _environment() -> cel.Env:
    """Return what a rule may use; the API server knows a few functions more."""
    extensions = [ext_strings.ExtStrings(), ext_optional.ExtOptional()]
    return cel.NewEnv(variables={"self": cel.Type.DYN}, extensions=extensions)


def _typed(value: Any, schema: Schema) -> Any:  # noqa: ANN401 - JSON
    """Return a value as CEL sees it."""
    match value:
        case list():
            return [_typed(each, schema.get("items", {})) for each in value]
        case dict():
            members, others = schema.get("properties", {}), schema.get("additionalProperties", {})
            return {name: _typed(v, members.get(name, others)) for name, v in value.items()}
        case int() | float() if schema.get("type") == "number":
            return float(value)
        case str() if schema.get("format") == "date-time":
            time = datetime.fromisoformat(value.upper()).astimezone(UTC)
            return time.isoformat(timespec="microseconds")
    return value
