"""What a field becomes at Agora, found by translating objects that differ in it alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError

from agora_recording.agora.hosts import HOSTS
from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec, ClusterEndpoint
from agora_recording.crd.mode import MODES
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.schema import Schema
from agora_recording.translate.secrets import account_need
from agreement.life import Life, found
from agreement.specs import keeps
from e2e.objects import CLUSTER_PROJECT, GOOD, PROJECT
from e2e.schema_cases import REMOVED, changed
from e2e.schema_table import cases

Object = dict[str, Any]
Sent = dict[tuple[str, str], object]
"""What is sent, by the member and the call."""

EXAMPLES: Final = 6
"""Objects with different values of a field."""
MODELS: Final = {
    "AgoraProject": AgoraProjectSpec,
    "ClusterAgoraProject": ClusterAgoraProjectSpec,
}
ALSO: Final = {
    "ClusterAgoraProject": [changed(CLUSTER_PROJECT, "spec.endpoint.url", REMOVED)],
}
"""Good objects in which fields have an effect that another field takes from them."""
SHORTEST: Final[Object] = {"channel": "standup", "mix": {}}
"""Takes its storage and its token from the project."""


def becomes(kind: str, path: str, schema: Schema) -> list[str]:
    """Return the members of Agora's requests that a field changes, with the calls that have them.

    Raises:
        LookupError: No example has the field.
    """
    examples = list(islice(_examples(kind, path), EXAMPLES))
    if not examples:
        raise LookupError(path)
    told: dict[str, set[str]] = defaultdict(set)
    every: set[str] = set()
    for manifest in examples:
        sent = _sent(kind, manifest["spec"])
        every |= {call for _, call in sent}
        for other in _others(manifest, path, schema):
            for member, call in _differing(sent, _sent(kind, other["spec"])):
                told[member].add(call)
    return [_named(member, calls, every) for member, calls in sorted(told.items())]


def _named(member: str, calls: set[str], every: set[str]) -> str:
    where = "every call" if calls == every else ", ".join(sorted(calls))
    return f"`{member}` ({where})"


def _examples(kind: str, path: str) -> Iterator[Object]:
    """Yield good objects that have a field, each with another value of it, or in another mode."""
    values = set()
    accepted = (
        case.manifest(value) for case in cases() if case.kind == kind for value in case.accepted
    )
    for manifest in (*ALSO.get(kind, ()), GOOD[kind], *accepted):
        value = _at(manifest, path)
        text = json.dumps([value, [mode for mode in MODES if mode in manifest["spec"]]])
        if value is not None and text not in values:
            values.add(text)
            yield manifest


def _at(manifest: Object, path: str) -> Any:  # noqa: ANN401 - JSON
    place: Any = manifest
    for name in path.replace("[]", ".0").split("."):
        try:
            place = place[int(name)] if isinstance(place, list) else place[name]
        except LookupError:
            return None
    return place


def _others(manifest: Object, path: str, schema: Schema) -> Iterator[Object]:
    """Yield objects that differ in a field alone, of those that the model takes."""
    for value in (REMOVED, *_other_values(schema, _at(manifest, path))):
        other = changed(manifest, path, value)
        try:
            _lives(manifest["kind"], other["spec"])
        except ValidationError:
            continue
        yield other


def _other_values(schema: Schema, value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """Return other values that keep the rules of one value alone."""
    match schema.get("type"):
        case "boolean":
            values: list[Any] = [not value]
        case "integer" | "number":
            values = [value - 1, value + 1, value / 2]
        case "string":
            texts = [f"{value}x", value[:-1], value.replace("1", "2"), f"{value[:-1]} }}"]
            values = [each for each in schema.get("enum", texts) if each != value]
        case "array":
            values = [value[:-1], [*value, *value]]
        case _:
            members = schema.get("properties", {})
            values = [
                {**value, name: other}
                for name in value
                if name in members
                for other in _other_values(members[name], value[name])
            ]
    return [each for each in values if keeps(schema, each)]


def _lives(kind: str, spec: Object) -> Life:
    """Return the life of a recording with a spec, or of one of a project with that spec."""
    if kind in MODELS:
        return Life(CloudRecordingSpec.model_validate(SHORTEST), MODELS[kind].model_validate(spec))
    project = AgoraProjectSpec.model_validate(PROJECT["spec"])
    return Life(CloudRecordingSpec.model_validate(spec), project)


def _sent(kind: str, spec: Object) -> Sent:
    """Return all that Agora is sent."""
    life = _lives(kind, spec)
    own = life.project.endpoint
    url = own.url if isinstance(own, ClusterEndpoint) else None
    credentials = found(account_need(life.project.credentials_secret_ref))
    sent: Sent = {}
    for request in (life.acquire(), life.start("resource"), *life.told("resource", "sid")):
        call = str(request.operation)
        sent["URL", call] = url or HOSTS[own.area][0]
        sent["path", call] = request.path
        sent["Authorization", call] = credentials
        body = dict(request.body or {})
        flat = _flat(body | dict(body.pop("clientRequest")), "")
        sent |= {(member, call): value for member, value in flat}
    return sent


def _flat(value: Any, path: str) -> Iterator[tuple[str, object]]:  # noqa: ANN401 - JSON
    """Yield the members of a body, those in lists of objects together."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _flat(member, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        together: dict[str, list[object]] = defaultdict(list)
        for each in value:
            for member, part in _flat(each, f"{path}[]"):
                together[member].append(part)
        yield from together.items()
    else:
        yield path, value


def _differing(one: Sent, other: Sent) -> set[tuple[str, str]]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
