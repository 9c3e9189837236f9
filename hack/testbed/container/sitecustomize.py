# ruff: noqa: INP001 - Python looks for it by its name, outside of packages
"""Gives a pod's process what a container has and a process has not: the cluster's DNS.

Python imports this at its start, since the testbed's kubelet puts its folder on PYTHONPATH. A name
of a Service leads to a pod behind it, and its port to the pod's; all other names are the machine's.
"""

from __future__ import annotations

import json
import os
import random
import socket
from pathlib import Path
from typing import Any, cast

_REFUSED = ("127.0.0.1", 1)
"""Where nobody listens: where a Service without a ready pod leads."""

_of_the_machine = socket.getaddrinfo


def _look_up(host: object, port: object, *args: Any, **options: Any) -> object:
    endpoints = _endpoints(str(host), str(port))
    if endpoints is not None:
        host, port = random.choice(endpoints or [_REFUSED])  # noqa: S311 - as a Service does
    return _of_the_machine(cast("Any", host), cast("Any", port), *args, **options)


def _endpoints(host: str, port: str) -> list[tuple[str, int]] | None:
    """Return where a Service's port leads; None if there is no such Service."""
    name = host.removesuffix(".").removesuffix(".cluster.local").removesuffix(".svc")
    table = json.loads(Path(os.environ["TESTBED_SERVICES"]).read_text(encoding="utf-8"))
    ports = table.get(name) or table.get(f"{name}.{os.environ['TESTBED_NAMESPACE']}")
    return None if ports is None else ports.get(port, [])


if "TESTBED_SERVICES" in os.environ:
    socket.getaddrinfo = cast("Any", _look_up)
