"""A connection to the API server for tests that ask it hundreds of things."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Self

import httpx
import yaml

from testbed.controlplane import ControlPlane

PLURALS = {
    "CloudRecording": "cloudrecordings",
    "AgoraProject": "agoraprojects",
    "ClusterAgoraProject": "clusteragoraprojects",
}
CRDS: Final = Path(__file__).parents[2] / "crds"
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}
GROUP = "recording.agora.io"
API = f"/apis/{GROUP}/v1alpha1"

Object = dict[str, Any]


@dataclass(frozen=True)
class Cause:
    """One reason for which an object is refused."""

    field: str
    """Where, with `[]` for the items of a list."""

    message: str
    """What the user reads."""


@dataclass(frozen=True)
class Answer:
    """What the API server says to a write."""

    status: int
    body: Object

    @property
    def accepted(self) -> bool:
        """Whether it was done, or would have been."""
        return self.status in (HTTPStatus.OK, HTTPStatus.CREATED)

    @property
    def causes(self) -> list[Cause]:
        """Why it was refused."""
        details = self.body.get("details", {}).get("causes", [])
        return [
            Cause(re.sub(r"\[\d+\]", "[]", each.get("field", "")), each["message"])
            for each in details
        ]


class KubeApi:
    """Creates and patches objects of the project's kinds in one namespace, or in none."""

    def __init__(self, client: httpx.Client, namespace: str, group: str = GROUP) -> None:
        self.namespace = namespace
        """Where the objects are."""
        self._client = client
        self._group = group

    def of(self, group: str) -> Self:
        """Return the same for the kinds of another group, that have the same names."""
        return type(self)(self._client, self.namespace, group)

    def get(self, path: str) -> Object:
        """Return what is at a path of the server."""
        body: Object = self._client.get(path).raise_for_status().json()
        return body

    def create(self, manifest: Object, *, dry_run: bool = True) -> Answer:
        """Create an object, or find out whether that is allowed."""
        url, parameters = self._url(manifest["kind"]), _parameters(dry_run=dry_run)
        manifest = {**manifest, "apiVersion": f"{self._group}/v1alpha1"}
        return _answer(self._client.post(url, json=manifest, params=parameters))

    def patch(self, kind: str, name: str, patch: Object, *, dry_run: bool = True) -> Answer:
        """Merge a patch into an object, of a status into its status."""
        url = f"{self._url(kind)}/{name}{'/status' if 'status' in patch else ''}"
        parameters = _parameters(dry_run=dry_run)
        return _answer(self._client.patch(url, json=patch, params=parameters, headers=MERGE_PATCH))

    def _url(self, kind: str) -> str:
        within = "" if kind.startswith("Cluster") else f"/namespaces/{self.namespace}"
        return f"/apis/{self._group}/v1alpha1{within}/{PLURALS[kind]}"


def _parameters(*, dry_run: bool) -> dict[str, str]:
    return {"fieldValidation": "Strict"} | ({"dryRun": "All"} if dry_run else {})


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, response.json())


@contextmanager
def control_plane() -> Iterator[ControlPlane]:
    """Start a control plane that knows the API types."""
    with ControlPlane.start() as running:
        running.kubectl("apply", "--server-side", "-f", str(CRDS))
        running.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        yield running


@contextmanager
def connect(cluster: ControlPlane, namespace: str) -> Iterator[KubeApi]:
    """Connect as the administrator to a namespace, made now and removed afterwards."""
    cluster.kubectl("create", "namespace", namespace)
    (user,) = yaml.safe_load(cluster.kubeconfig.read_text())["users"]
    headers = {"Authorization": f"Bearer {user['user']['token']}"}
    tls = ssl.create_default_context(cafile=cluster.ca)
    with httpx.Client(base_url=cluster.server, headers=headers, verify=tls) as client:
        yield KubeApi(client, namespace)
    cluster.kubectl("delete", ",".join(PLURALS.values()), "--all", "-n", namespace)
    cluster.kubectl("delete", "namespace", namespace, "--wait=false")
