"""Somebody who writes to the operator's objects all the time, so that its own writes conflict."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any, Final

import httpx
import yaml

from testbed.controlplane import ControlPlane

_EVERY: Final = 0.005  # seconds
_PATCH: Final = {"Content-Type": "application/merge-patch+json"}


@contextmanager
def disturbed(cluster: ControlPlane, *objects: dict[str, Any]) -> Iterator[None]:
    """Annotate these objects again and again, while there are any."""
    (user,) = yaml.safe_load(cluster.kubeconfig.read_text(encoding="utf-8"))["users"]
    headers = {"Authorization": f"Bearer {user['user']['token']}", **_PATCH}
    tls = ssl.create_default_context(cafile=cluster.ca)
    enough = threading.Event()
    with ExitStack() as stack:
        client = httpx.Client(base_url=cluster.server, headers=headers, verify=tls, trust_env=False)
        stack.enter_context(client)
        for each in objects:
            thread = threading.Thread(target=_disturb, args=(client, _path(each), enough))
            thread.start()
            stack.callback(thread.join)
        stack.callback(enough.set)
        yield


def _disturb(client: httpx.Client, path: str, enough: threading.Event) -> None:
    for number in count():
        if enough.wait(_EVERY):
            return
        annotations = {"example.com/number": str(number)}
        client.patch(path, json={"metadata": {"annotations": annotations}})


def _path(made: dict[str, Any]) -> str:
    metadata = made["metadata"]
    within = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
    return f"/apis/{made['apiVersion']}{within}/{made['kind'].lower()}s/{metadata['name']}"
