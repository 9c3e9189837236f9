"""Turns a pydantic model into the structural schema of a CustomResourceDefinition.

A structural schema is a small part of JSON Schema. What it can express is translated, everything
else is refused here, when the CRDs are generated, and not by an API server months later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

VALIDATIONS: Final = "x-kubernetes-validations"
"""The CEL rules of a schema."""

OPEN: Final = "x-kubernetes-preserve-unknown-fields"
"""Says that an object has members which the schema does not know, and the API server keeps."""

_EXPRESSIBLE: Final = (
    "description",
    "type",
    "format",
    "default",
    "enum",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    OPEN,
    VALIDATIONS,
    "required",
    "properties",
    "items",
    "additionalProperties",
)
"""What a structural schema is made of, in the order in which a person reads it."""

_YAML_BOOLEANS: Final = frozenset({"y", "n", "on", "off", "yes", "no"})


def structural(model: type[BaseModel]) -> Schema:
    """Return the schema of a model as the API server demands it.

    Raises:
        ValueError: If the model says something that such a schema cannot express; the message
            names the field.
    """
    document = model.model_json_schema(by_alias=True)
    definitions = document.pop("$defs", {})
    return _Translation(definitions).translate(document, model.__name__, ())


@dataclass(frozen=True)
class _Translation:
    """The definitions that the references of one document point to."""

    definitions: Mapping[str, Schema]

    def translate(self, node: Schema, where: str, inside: tuple[str, ...]) -> Schema:
        """Return the structural form of one node; ``inside`` names the models around it."""
        node, inside = self._resolved(node, where, inside)
        node = _without_noise(node)
        _check_expressible(node, where)
        for member in ("items", "additionalProperties"):
            if member in node:
                node[member] = self.translate(node[member], f"{where}.{member}", inside)
        if "properties" in node:
            _check_optionals(node, where)
            node["properties"] = {
                name: self._property(name, child, where, inside)
                for name, child in node["properties"].items()
            }
        return _in_order(_with_full_default(node))

    def _property(self, name: str, node: Schema, where: str, inside: tuple[str, ...]) -> Schema:
        if name in _YAML_BOOLEANS:
            raise ValueError(f"{where}: YAML 1.1 reads the field name {name} as a boolean")
        return self.translate(node, f"{where}.{name}", inside)

    def _resolved(
        self, node: Schema, where: str, inside: tuple[str, ...]
    ) -> tuple[Schema, tuple[str, ...]]:
        """Inline references and optionals; what stands beside them wins over what they hold."""
        while "$ref" in node or "anyOf" in node:
            if "$ref" in node:
                name = node["$ref"].removeprefix("#/$defs/")
                if name in inside:
                    raise ValueError(f"{where}: {name} contains itself; a CRD cannot recurse")
                inside = (*inside, name)
                inner = self.definitions[name]
            else:
                inner = _only_alternative(node["anyOf"], where)
            node = _merged(inner, {k: v for k, v in node.items() if k not in {"$ref", "anyOf"}})
        return node, inside


def _only_alternative(alternatives: Sequence[Schema], where: str) -> Schema:
    others = [each for each in alternatives if each != {"type": "null"}]
    if len(others) != 1 or len(others) == len(alternatives):
        raise ValueError(f"{where}: a CRD cannot express a union; use one optional field for each")
    return others[0]


def _merged(inner: Schema, outer: Schema) -> Schema:
    both = [*inner.get(VALIDATIONS, ()), *outer.get(VALIDATIONS, ())]
    return {**inner, **outer} | ({VALIDATIONS: both} if both else {})


def _without_noise(node: Schema) -> Schema:
    """Drop what means nothing to the API server, and respell what it spells differently."""
    node = {key: value for key, value in node.items() if key != "title"}
    closed = node.get("additionalProperties") is False  # the API server prunes unknown fields
    if closed or OPEN in node:
        del node["additionalProperties"]
    if node.get("default", ...) in (None, []):  # both are what an absent field means
        del node["default"]
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "description" in node:
        node["description"] = _plain(node["description"])
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        if exclusive in node:
            node |= {bound: node[exclusive], exclusive: True}
    return node


def _plain(text: str) -> str:
    """Return a docstring as one line without markup: `kubectl explain` shows it as it is."""
    return " ".join(text.replace("`", "").split())


def _check_expressible(node: Schema, where: str) -> None:
    if "pattern" in node:
        raise ValueError(
            f"{where}: a pattern's error shows no remedy; use a CEL rule with matches() instead"
        )
    if "oneOf" in node or "discriminator" in node:
        raise ValueError(f"{where}: a CRD cannot express a union; use one optional field for each")
    if unknown := sorted(node.keys() - set(_EXPRESSIBLE)):
        raise ValueError(f"{where}: a CRD cannot express {', '.join(unknown)}")
    if "type" not in node:
        raise ValueError(f"{where}: it needs a type; Any cannot be expressed")
    if node.get("additionalProperties") is True:
        raise ValueError(f"{where}: give the type of its members; Any cannot be expressed")


def _check_optionals(node: Schema, where: str) -> None:
    for name in node.get("required", ()):
        if {"type": "null"} in node["properties"][name].get("anyOf", ()):
            raise ValueError(f"{where}.{name}: an optional field needs the default None")


def _in_order(node: Schema) -> Schema:
    return {key: node[key] for key in _EXPRESSIBLE if key in node}


def _with_full_default(node: Schema) -> Schema:
    """Write an object's default out: the API server checks CEL rules on it as it stands."""
    if not isinstance(node.get("default"), dict):
        return node
    return node | {"default": _completed(node["default"], node)}


def _completed(value: Schema, schema: Schema) -> Schema:
    """Add the defaults of the members to an object, and leave out those that are unset."""
    members = schema.get("properties", {})
    defaults = {name: each["default"] for name, each in members.items() if "default" in each}
    given = {name: each for name, each in value.items() if each not in (None, [])}
    return {
        name: _completed(each, members.get(name, {})) if isinstance(each, dict) else each
        for name, each in (defaults | given).items()
    }
