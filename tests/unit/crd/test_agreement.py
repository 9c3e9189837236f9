"""The models and the schemas made from them accept the same objects.

For what both can express. Only the API server knows CEL rules and which lists are sets: those are
left out here, and each has a case in tests/e2e/test_schema.py.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec
from agora_recording.crd.model import Model
from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.schema import Schema, structural
from agora_recording.crd.status import CloudRecordingStatus

MODELS: list[type[Model]] = [
    CloudRecordingSpec,
    CloudRecordingStatus,
    AgoraProjectSpec,
    AgoraProjectStatus,
    ClusterAgoraProjectSpec,
]
Json = Any

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}

SCALARS: Mapping[str, Json] = {
    "string": "a",
    "boolean": True,
    "object": {"member": {"inner": [1, None]}},
    "integer": 1,
    "int64": 1,
    "date-time": "2026-01-01T00:00:00Z",
}

CHECKS: Mapping[str, Callable[[Any, Any], bool]] = {
    "enum": lambda value, allowed: value in allowed,
    "minimum": lambda value, least: bool(value >= least),
    "maximum": lambda value, most: bool(value <= most),
    "minLength": lambda value, least: len(value) >= least,
    "maxLength": lambda value, most: len(value) <= most,
    "minItems": lambda value, least: len(value) >= least,
    "maxItems": lambda value, most: len(value) <= most,
    "minProperties": lambda value, least: len(value) >= least,
    "maxProperties": lambda value, most: len(value) <= most,
    "required": lambda value, names: all(name in value for name in names),
}


def schema_accepts(schema: Schema, value: Json) -> bool:
    """Return whether a structural schema, its extensions left aside, accepts a value."""
    typed = isinstance(value, TYPES[schema["type"]])
    if not typed or isinstance(value, bool) != (schema["type"] == "boolean"):
        return False
    if not all(check(value, schema[word]) for word, check in CHECKS.items() if word in schema):
        return False
    items = [(schema["items"], each) for each in value] if "items" in schema else []
    if "additionalProperties" in schema:
        items += [(schema["additionalProperties"], each) for each in value.values()]
    known = schema.get("properties", {})
    members = [(known[name], value[name]) for name in known if name in value]
    return all(schema_accepts(inner, each) for inner, each in items + members)


def model_accepts(model: type[Model], value: Json) -> bool:
    """Return whether a model reads a value from JSON, without converting types."""
    try:
        model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError:
        return False
    return True


def values(schema: Schema) -> st.SearchStrategy[Json]:
    """Make values around the edge of what a schema accepts."""
    match schema:
        case {"enum": allowed}:
            return st.sampled_from([*allowed, "Nonsense"])
        case {"type": "object", "properties": properties}:
            return objects(properties, schema.get("required", []))
        case {"type": "object", "additionalProperties": inner}:
            most = schema.get("maxProperties", 2)
            names = st.integers(0, 9 * most).map(str)
            return st.dictionaries(names, values(inner), max_size=most + 1)
        case {"type": "array", "items": items}:
            longest = schema.get("maxItems", 2)
            sizes = st.sampled_from([0, 1, 2, longest, longest + 1])
            return sizes.flatmap(lambda n: st.lists(values(items), min_size=n, max_size=n))
    return st.sampled_from(edges(schema))


def edges(schema: Schema) -> list[Json]:
    """Return scalars on both sides of each edge of a schema."""
    match schema:
        case {"type": "string", "format": "date-time"}:
            return ["2026-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]
        case {"type": "string"}:
            longest = schema.get("maxLength", 3)
            return ["ä" * length for length in (0, 1, longest, longest + 1)]
        case {"type": "boolean"}:
            return [False, True]
    low, high = schema.get("minimum", 0), schema.get("maximum", 9)
    return [low - 1, low, high, high + 1, True, "1"]


def objects(properties: Mapping[str, Schema], required: list[str]) -> st.SearchStrategy[Json]:
    """Make objects, most of them with everything that is required."""
    every = {name: values(child) for name, child in properties.items()}
    whole = st.fixed_dictionaries(
        {name: every[name] for name in required},
        optional={name: each for name, each in every.items() if name not in required},
    )
    partial = st.fixed_dictionaries({}, optional=every)
    return st.one_of(whole, whole, whole, partial)


@pytest.mark.parametrize("model", MODELS)
@given(data=st.data())
def test_model_and_schema_accept_the_same(model: type[Model], data: st.DataObject) -> None:
    """Whole objects, each of whose parts may be on either side of an edge."""
    schema = structural(model)
    value = data.draw(values(schema))

    assert model_accepts(model, value) == schema_accepts(schema, value)


@pytest.mark.parametrize("model", MODELS)
def test_each_part_alone_is_judged_the_same(model: type[Model]) -> None:
    """One part of a good object at a time, so that no other part's refusal hides it."""
    schema = structural(model)
    good = example(schema)
    differently = [
        changed
        for changed in variants(schema)
        if model_accepts(model, changed) != schema_accepts(schema, changed)
    ]

    assert model_accepts(model, good)
    assert schema_accepts(schema, good)
    assert differently == []


def variants(schema: Schema) -> Iterator[Json]:
    """Yield values that differ from the good one in one part, at any depth."""
    good = example(schema)
    match schema:
        case {"enum": allowed}:
            yield from [*allowed, "Nonsense"]
        case {"type": "object", "properties": properties}:
            for name, child in properties.items():
                yield {key: value for key, value in good.items() if key != name}
                yield from (good | {name: each} for each in variants(child))
        case {"type": "object", "additionalProperties": inner}:
            most = schema.get("maxProperties", 2)
            yield from (
                dict.fromkeys(map(str, range(n)), example(inner)) for n in (0, 1, most, most + 1)
            )
            yield from ({"a": each} for each in variants(inner))
        case {"type": "array", "items": items}:
            longest = schema.get("maxItems", 2)
            yield from (good * length for length in (0, 1, longest, longest + 1))
            yield from ([each] for each in variants(items))
        case _:
            yield from edges(schema)


def example(schema: Schema) -> Json:
    """Return a value that a schema accepts, with all optional members."""
    match schema:
        case {"enum": [first, *_]}:
            return first
        case {"type": "object", "properties": properties}:
            return {name: example(child) for name, child in properties.items()}
        case {"type": "object", "additionalProperties": each}:
            return {"word": example(each)}
        case {"type": "array", "items": items}:
            return [example(items)]
        case {"minimum": least}:
            return least
    return SCALARS[schema.get("format") or schema["type"]]


@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_writes_its_schema_accepts(model: type[Model]) -> None:
    """`to_wire` is what the operator sends: the API server must not refuse it."""
    schema = structural(model)
    good = example(schema)

    assert model.model_validate(good).to_wire() == good
