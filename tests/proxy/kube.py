"""What a request to the API server asks for, and a proxy before the API server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import trustme

from proxy.proxy import Ask, Proxy, Reader
from testbed.controlplane import ControlPlane


class Write(StrEnum):
    """The writes of a recording's life, told from each other by what they change."""

    INTENT = "write intent"
    """An attempt with its resourceId, before its start."""
    FINALIZER = "add finalizer"
    SID = "write sid"
    """The sid, after the start."""
    RELEASE = "remove finalizer"
    STATUS = "write status"
    """Any other status."""


RECORDING: Final = re.compile(
    r"/apis/recording\.agora\.io/[^/]+/namespaces/([^/]+)/cloudrecordings/([^/]+)(/status)?"
)


def read(method: str, path: str, body: bytes) -> Ask:
    """Return which write it is, and of which object, as namespace/name."""
    found = RECORDING.fullmatch(path.partition("?")[0])
    if method != "PATCH" or found is None:
        return Ask("", "")
    namespace, name, status = found.groups()
    patch = json.loads(body)
    return Ask(_status(patch) if status else _metadata(patch), f"{namespace}/{name}")


def _status(patch: dict[str, dict[str, object]]) -> str:
    changed = patch.get("status", {})
    if changed.get("sid"):
        return Write.SID
    return Write.INTENT if changed.get("resourceId") else Write.STATUS


def _metadata(patch: dict[str, dict[str, object]]) -> str:
    return Write.FINALIZER if patch.get("metadata", {}).get("finalizers") else Write.RELEASE


@dataclass(frozen=True, slots=True)
class KubeProxy:
    """A proxy before the API server, and the certificate that its clients verify it with."""

    proxy: Proxy
    ca: Path


@contextmanager
def before_kube(
    cluster: ControlPlane, directory: Path, reader: Reader = read
) -> Iterator[KubeProxy]:
    """Start a proxy before the API server; its certificate is written into ``directory``."""
    authority = trustme.CA(organization_name="agora-proxy")
    ca = directory / "proxy-ca.crt"
    authority.cert_pem.write_to_path(str(ca))
    with Proxy.to(cluster.server, reader, target_ca=cluster.ca, authority=authority) as proxy:
        yield KubeProxy(proxy, ca)
