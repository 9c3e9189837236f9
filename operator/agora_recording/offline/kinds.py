"""The kinds of this project, and the judgement of the API server on an object of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from agora_recording.crd.manifest import Manifest, definitions
from agora_recording.crd.model import API_VERSION
from agora_recording.crd.schema import Schema
from agora_recording.offline import cause, metadata, rules, shape
from agora_recording.offline.cause import Cause
from agora_recording.offline.defaults import defaulted
from agora_recording.offline.strays import strays

UNCHECKED: Final = (
    "some validation rules were not checked because the object was invalid; correct the existing "
    "errors to complete validation"
)
"""What the API server says of an object whose types, required fields or lengths are wrong."""


@dataclass(frozen=True)
class Kind:
    """A kind of object."""

    name: str
    namespaced: bool
    schema: Schema
    """Of a whole object."""


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds by their names."""
    return {kind.name: kind for kind in map(_kind, definitions())}


def _kind(definition: Manifest) -> Kind:
    spec = definition["spec"]
    (version,) = spec["versions"]
    root: Schema = version["schema"]["openAPIV3Schema"]
    head = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    members = head | {"metadata": metadata.SCHEMA} | root["properties"]
    schema = root | {"properties": members}
    return Kind(spec["names"]["kind"], spec["scope"] == "Namespaced", schema)


def completed(kind: Kind, manifest: Manifest) -> Manifest:
    """Return an object as it would be stored: with defaults, and without the status of a file."""
    written = {name: value for name, value in manifest.items() if name != "status"}
    whole: Manifest = defaulted(written, kind.schema)
    return whole


def judged(kind: Kind, manifest: Manifest) -> list[Cause]:
    """Return why the API server would refuse to create an object; nothing if it would not."""
    whole = completed(kind, manifest)
    names = [*metadata.causes(whole.get("metadata"))]
    return [*strays(manifest, kind.schema), *judged_value(kind.schema, whole, names)]


def judged_value(schema: Schema, value: Any, causes: Sequence[Cause] = ()) -> list[Cause]:  # noqa: ANN401 - JSON
    """Return ``causes``, and what a schema has against a value that has its defaults.

    Rules are checked if neither has anything that is blocking.
    """
    found = [*causes, *shape.causes(value, schema)]
    if any(each.blocking for each in found):
        return [*found, Cause((), f"Invalid value: null: {UNCHECKED}")]
    return [*found, *rules.broken(value, schema)]


def refusal_of_kind(manifest: Mapping[str, Any]) -> Cause | None:
    """Say what is wrong with the kind or version of an object that is meant to be one of ours."""
    version, kind = manifest.get("apiVersion"), str(manifest.get("kind"))
    if version != API_VERSION:
        return cause.invalid(("apiVersion",), version, f"must be {API_VERSION}")
    if kind in kinds():
        return None
    near = get_close_matches(kind, kinds(), n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"the kinds are {', '.join(kinds())}"
    return cause.invalid(("kind",), kind, f"no such kind; {hint}")
