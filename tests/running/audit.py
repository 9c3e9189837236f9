"""What the API server's audit log says that the operator wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from testbed.controlplane import ControlPlane
from testbed.operator import USER

WRITES: Final = frozenset({"create", "update", "patch", "delete"})


def writes(cluster: ControlPlane, namespace: str) -> list[str]:
    """Return the operator's writes in a namespace, as "verb resource/subresource"."""
    return [_described(entry) for entry in entries(cluster) if _is_write(entry, namespace)]


@dataclass(frozen=True)
class Request:
    """What somebody asked the API server for."""

    verb: str
    resource: str
    namespace: str
    """Empty: of the whole cluster."""
    status: int
    group: str
    subresource: str
    """Empty: the object itself."""
    name: str
    """Empty: none or several, or one that is made."""

    @property
    def permission(self) -> tuple[str, str, str]:
        """What a role must grant: group, resource, verb."""
        resource = "/".join(part for part in (self.resource, self.subresource) if part)
        return self.group, resource, self.verb


def requests_of(cluster: ControlPlane, user: str) -> list[Request]:
    """Return what a user asked for of resources, and what it was answered."""
    return [
        Request(
            entry["verb"],
            entry["objectRef"]["resource"],
            entry["objectRef"].get("namespace", ""),
            entry["responseStatus"]["code"],
            entry["objectRef"].get("apiGroup", ""),
            entry["objectRef"].get("subresource", ""),
            entry["objectRef"].get("name", ""),
        )
        for entry in entries(cluster)
        if entry["user"]["username"] == user and "objectRef" in entry and "responseStatus" in entry
    ]


def entries(cluster: ControlPlane) -> Iterator[dict[str, Any]]:
    """Yield all answered requests, as the audit log tells of them."""
    with cluster.audit_log.open(encoding="utf-8") as log:
        for line in log:
            if line.endswith("\n"):
                yield json.loads(line)


def _is_write(entry: dict[str, Any], namespace: str) -> bool:
    ours = entry["user"]["username"] == USER and entry["verb"] in WRITES
    return ours and entry.get("objectRef", {}).get("namespace") == namespace


def _described(entry: dict[str, Any]) -> str:
    reference = entry["objectRef"]
    parts = [reference["resource"], reference.get("subresource")]
    return f"{entry['verb']} {'/'.join(part for part in parts if part)}"
