"""The kinds that the store serves: ours by the schemas of their CRDs, others plainly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from agora_recording.crd import manifest
from chaos.store import schema
from chaos.store.answers import Object, invalid, strict

META: Final = frozenset({"apiVersion", "kind", "metadata"})
"""Members that belong to the API server."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How objects of one kind are kept."""

    name: str = ""
    members: Mapping[str, schema.Schema] | None = None
    """Schemas of the members beside metadata; None: whatever is sent is kept."""
    status: bool = False
    """Whether the status is a subresource, written on its own."""

    def completed(self, given: Object, *, check_unknown: bool) -> Object:
        """Return an object as it is stored: pruned, with defaults, valid.

        Raises:
            RefusedError: for an object that the schema does not allow.
        """
        if self.members is None:
            return given
        root: schema.Schema = {"properties": self.members}
        content = {name: value for name, value in given.items() if name not in META}
        if check_unknown and (unknown := list(schema.unknown(root, content))):
            raise strict(unknown)
        complete: Object = schema.completed(root, content)
        root = {**root, "required": ["spec"]}
        if wrong := list(schema.faults(root, complete)):
            raise invalid(self.name, "; ".join(wrong))
        return {name: given[name] for name in META if name in given} | complete


PLAIN: Final = Kind()


def _custom(definition: Mapping[str, Any]) -> tuple[tuple[str, str], Kind]:
    """Return a kind of a CRD, and where it is served."""
    spec = definition["spec"]
    version = spec["versions"][0]
    root = version["schema"]["openAPIV3Schema"]
    kind = Kind(spec["names"]["kind"], root["properties"], status=True)
    return (f"{spec['group']}/{version['name']}", spec["names"]["plural"]), kind


KINDS: Final = dict(_custom(make()) for make in (manifest.cloud_recording, manifest.agora_project))
"""By group and version, and plural."""
