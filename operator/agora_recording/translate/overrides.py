"""What a person adds to a request in Agora's own words, and which of it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from agora_recording.agora import wire
from agora_recording.crd.recording import CloudRecordingSpec

SECRETIVE: Final = re.compile("token|secret|salt|passw|credential|auth|key(?!frame)", re.IGNORECASE)
"""Names of members that hold secrets: what stands in a spec can be read by many."""
STORAGE: Final = "storageConfig"
"""A member that cannot be added to: it says who may write where."""
DEEPEST: Final = 16
"""How deeply what is added may be nested: deeper than any request of Agora's."""
OWN: Final = "the operator sends it; say it in spec, or remove it"
HIDDEN: Final = "it is named like a secret; remove it"
NESTED: Final = f"it is nested more than {DEEPEST} deep; remove it"
STORED: Final = "spec.storage says where files go; remove it"


def with_overrides(request: wire.StartRequest, spec: CloudRecordingSpec) -> wire.StartRequest:
    """Return a request and what is added to it; what it has itself stays as it is."""
    if spec.overrides is None or not spec.overrides.start:
        return request
    return cast("wire.StartRequest", _joined(request, spec.overrides.start))


def refused_members(
    request: Mapping[str, Any], added: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield the path of each member that may not be added to ``request``, and why."""
    yield from ((name, NESTED) for name, each in added.items() if _is_deep(each))
    if STORAGE in added:
        yield STORAGE, STORED
    rest = {name: each for name, each in added.items() if name != STORAGE}
    yield from ((path, HIDDEN) for path in _secretive(rest))
    yield from ((path, OWN) for path in _taken(request, rest))


def _joined(own: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    return {**added, **own} | {
        name: _joined(own[name], added[name])
        for name in own.keys() & added.keys()
        if isinstance(own[name], Mapping) and isinstance(added[name], Mapping)
    }


def _taken(own: Mapping[str, Any], added: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths of members that both have."""
    for name in added:
        if name not in own:
            continue
        if isinstance(own[name], Mapping) and isinstance(added[name], Mapping):
            yield from (f"{name}.{path}" for path in _taken(own[name], added[name]))
        else:
            yield name


def _secretive(added: object) -> Iterator[str]:
    """Yield the paths of members that are named like secrets, those within lists included."""
    named = added.items() if isinstance(added, Mapping) else ()
    for name, each in (*named, *(enumerate(added) if isinstance(added, list) else ())):
        if isinstance(name, str) and SECRETIVE.search(name):
            yield name
        else:
            yield from (f"{name}.{path}" for path in _secretive(each))


def _is_deep(added: object) -> bool:
    """Whether it is nested too deeply: found without recursion, which has no bounds before that."""
    level = [added]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(each: object) -> Iterable[object]:
    if isinstance(each, Mapping):
        return each.values()
    return each if isinstance(each, list) else ()
