"""What people do to objects, over one connection, however often the API server is away."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for
from testbed.simulator import Simulator

API: Final = "/apis/recording.agora.io/v1alpha1"
AWAY_SECONDS: Final = 60.0
"""How long the API server may be away before a person gives up."""
MERGE: Final = "application/merge-patch+json"
APPLY: Final = "application/apply-patch+yaml"

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Objects:
    """Applies, patches, deletes and lists CloudRecordings. Each act may be repeated."""

    client: httpx.Client

    @classmethod
    @contextmanager
    def of(cls, cluster: ControlPlane) -> Iterator[Objects]:
        """Connect as the administrator."""
        (user,) = json.loads(cluster.kubeconfig.read_text())["users"]
        headers = {"Authorization": f"Bearer {user['user']['token']}"}
        tls = ssl.create_default_context(cafile=cluster.ca)
        with httpx.Client(base_url=cluster.server, headers=headers, verify=tls) as client:
            yield cls(client)

    def prepare(self, stage: Stage) -> None:
        """Make a namespace with project and Secrets."""
        namespace = {"metadata": {"name": stage.namespace}, "apiVersion": "v1", "kind": "Namespace"}
        self._apply(f"/api/v1/namespaces/{stage.namespace}", namespace)
        core = f"/api/v1/namespaces/{stage.namespace}/secrets"
        for secret in (stage.agora_secret(), stage.storage_secret()):
            self._apply(f"{core}/{secret['metadata']['name']}", secret)
        project = stage.project(limits={"requestsPerSecond": 100})
        self._apply(f"{API}/namespaces/{stage.namespace}/agoraprojects/default", project)

    def apply(self, recording: Object) -> None:
        """Apply a CloudRecording on the server."""
        metadata = recording["metadata"]
        self._apply(_path(metadata["namespace"], metadata["name"]), recording)

    def patch(self, namespace: str, name: str, patch: Object) -> None:
        """Merge a patch into an object, of a status into its status."""
        path = _path(namespace, name) + ("/status" if "status" in patch else "")
        self._send("PATCH", path, patch, MERGE)

    def delete(self, namespace: str, name: str) -> None:
        """Delete an object, without waiting for its end."""
        self._send("DELETE", _path(namespace, name))

    def present(self, namespace: str | None = None) -> dict[str, Object]:
        """Return the objects that there are, by namespace/name."""
        where = f"/namespaces/{namespace}" if namespace else ""
        found = self._send("GET", f"{API}{where}/cloudrecordings").json()["items"]
        return {f"{o['metadata']['namespace']}/{o['metadata']['name']}": o for o in found}

    def exists(self, namespace: str, name: str) -> bool:
        """Say whether there is such an object, be it on its way out."""
        return self._send("GET", _path(namespace, name)).is_success

    def _apply(self, path: str, manifest: Object) -> None:
        self._send("PATCH", path, manifest, APPLY, {"fieldManager": "person", "force": "true"})

    def _send(
        self,
        method: str,
        path: str,
        body: Object | None = None,
        kind: str = "",
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request until the API server answers it; what does not exist is none of ours."""
        content = json.dumps(body) if body is not None else None
        headers = {"Content-Type": kind} if kind else {}

        def answered() -> httpx.Response | None:
            try:
                said = self.client.request(
                    method, path, content=content, headers=headers, params=params
                )
            except httpx.TransportError:
                return None
            away = said.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or said.status_code in {
                httpx.codes.UNAUTHORIZED,  # for a moment after it has started
                httpx.codes.FORBIDDEN,
                httpx.codes.TOO_MANY_REQUESTS,
            }
            return None if away else said

        said = wait_for(answered, AWAY_SECONDS, f"{method} {path} to be answered")
        if said.status_code != httpx.codes.NOT_FOUND:
            assert said.is_success, f"{method} {path}: {said.text}"
        return said


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the proof is played: a control plane, and Agora."""

    cluster: ControlPlane
    simulator: Simulator
    objects: Objects


def _path(namespace: str, name: str) -> str:
    return f"{API}/namespaces/{namespace}/cloudrecordings/{name}"
