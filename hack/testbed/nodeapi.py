"""What the testbed's kubelet asks of the API server."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from testbed.podspec import ConfigurationError, Manifest

_AGAIN_AFTER: Final = 0.3  # seconds
_STRATEGIC: Final = {"Content-Type": "application/strategic-merge-patch+json"}


class NodeApi:
    """Asks again while the API server is away: the kubelet of a real node does not give up."""

    def __init__(self, kubeconfig: Path) -> None:
        """Speak as whom the kubeconfig says, to the server that it names."""
        config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        cluster = config["clusters"][0]["cluster"]
        self.server: str = cluster["server"]
        self.authority = base64.b64decode(cluster["certificate-authority-data"])
        tls = ssl.create_default_context(cadata=self.authority.decode())
        headers = {"Authorization": f"Bearer {config['users'][0]['user']['token']}"}
        self._http = httpx.AsyncClient(
            base_url=self.server, headers=headers, verify=tls, timeout=30, trust_env=False
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def pods(self) -> tuple[list[Manifest], str]:
        """Return all pods, and the resourceVersion to watch from."""
        found = (await self._ask("GET", "/api/v1/pods")).raise_for_status().json()
        return found["items"], found["metadata"]["resourceVersion"]

    async def services(self) -> list[Manifest]:
        """Return all Services."""
        found: list[Manifest] = (await self._ask("GET", "/api/v1/services")).json()["items"]
        return found

    async def announce(self, host: str, port: int) -> None:
        """Say on all nodes where their kubelet is asked for logs."""
        status = {
            "addresses": [{"type": "InternalIP", "address": host}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
        }
        for node in (await self._ask("GET", "/api/v1/nodes")).json()["items"]:
            path = f"/api/v1/nodes/{node['metadata']['name']}/status"
            patch = json.dumps({"status": status})
            _check(await self._ask("PATCH", path, content=patch, headers=_STRATEGIC))

    async def changes(self, version: str) -> AsyncIterator[tuple[str, Manifest]]:
        """Yield type and object of each change of a pod, until the API server ends it."""
        params = {"watch": "true", "resourceVersion": version, "timeoutSeconds": "240"}
        timeout = httpx.Timeout(30, read=None)
        async with self._http.stream(
            "GET", "/api/v1/pods", params=params, timeout=timeout
        ) as reply:
            reply.raise_for_status()
            async for line in reply.aiter_lines():
                event = json.loads(line)
                if event["type"] == "ERROR":  # too old a version: list again
                    return
                yield event["type"], event["object"]

    async def report(self, pod: Manifest, status: Mapping[str, Any]) -> None:
        """Write a pod's status; nothing if the pod is gone."""
        patch = {"metadata": {"uid": pod["metadata"]["uid"]}, "status": status}
        path = f"{_path(pod)}/status"
        _check(await self._ask("PATCH", path, content=json.dumps(patch), headers=_STRATEGIC))

    async def remove(self, pod: Manifest) -> None:
        """Remove the object of a pod that has ended, as the kubelet does."""
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
        _check(await self._ask("DELETE", _path(pod), json=body))

    async def data(self, namespace: str, resource: str, name: str) -> dict[str, str] | None:
        """Return what a Secret or a ConfigMap holds; None if there is none."""
        reply = await self._ask("GET", f"/api/v1/namespaces/{namespace}/{resource}/{name}")
        if reply.status_code == httpx.codes.NOT_FOUND:
            return None
        data: dict[str, str] = reply.raise_for_status().json().get("data") or {}
        if resource == "secrets":
            return {key: base64.b64decode(value).decode() for key, value in data.items()}
        return data

    async def token(self, pod: Manifest, seconds: int) -> str:
        """Return a token of the pod's ServiceAccount, bound to the pod.

        Raises:
            ConfigurationError: If there is no such ServiceAccount.
        """
        account, metadata = pod["spec"]["serviceAccountName"], pod["metadata"]
        holder = {"kind": "Pod", "apiVersion": "v1"} | {k: metadata[k] for k in ("name", "uid")}
        spec = {"audiences": [], "expirationSeconds": seconds, "boundObjectRef": holder}
        path = f"/api/v1/namespaces/{metadata['namespace']}/serviceaccounts/{account}/token"
        kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
        reply = await self._ask("POST", path, json={**kind, "spec": spec})
        if reply.is_error:
            raise ConfigurationError(f"no token of ServiceAccount {account}: {reply.text}")
        return str(reply.json()["status"]["token"])

    async def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        while True:
            try:
                reply = await self._http.request(method, path, **how)
            except httpx.TransportError:
                reply = None
            if reply is not None and not reply.is_server_error:
                return reply
            await asyncio.sleep(_AGAIN_AFTER)


def _check(reply: httpx.Response) -> None:
    """Complain of a refusal; a pod that is gone, or is another one now, is none."""
    if reply.status_code not in {httpx.codes.NOT_FOUND, httpx.codes.CONFLICT}:
        reply.raise_for_status()


def _path(pod: Manifest) -> str:
    return f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
