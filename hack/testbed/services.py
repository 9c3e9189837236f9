"""The cluster's DNS and its Services, for processes of one machine.

A kubelet writes down where the pods behind each Service listen; in the pods' processes,
`container/sitecustomize.py` looks names up there. The API server's own way to know, EndpointSlices,
takes no loopback addresses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testbed.podspec import Manifest

Endpoint = tuple[str, int]


@dataclass(frozen=True)
class Backend:
    """A pod that a Service may choose."""

    manifest: Manifest
    ip: str


def table_of(
    services: Iterable[Manifest], backends: Iterable[Backend]
) -> dict[str, dict[str, list[Endpoint]]]:
    """Return where each port of each Service leads, by "name.namespace" and port."""
    ready = [*backends]
    table = {}
    for service in services:
        metadata, spec = service["metadata"], service["spec"]
        chosen = [backend for backend in ready if _chooses(service, backend.manifest)]
        table[f"{metadata['name']}.{metadata['namespace']}"] = {
            str(port["port"]): [(each.ip, _target(port, each.manifest)) for each in chosen]
            for port in spec.get("ports", [])
        }
    return table


def write_table(path: Path, table: Mapping[str, Any]) -> None:
    """Write the table; whoever reads sees the old one or the new one."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(table), encoding="utf-8")
    beside.replace(path)


def _chooses(service: Manifest, pod: Manifest) -> bool:
    selector = service["spec"].get("selector")
    if not selector or service["metadata"]["namespace"] != pod["metadata"]["namespace"]:
        return False
    labels = pod["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, value in selector.items())


def _target(port: Manifest, pod: Manifest) -> int:
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    ports = pod["spec"]["containers"][0].get("ports", [])
    return next(int(each["containerPort"]) for each in ports if each.get("name") == target)
