"""Requests to the API server through ``kubernetes.aio``, with errors named for the next step.

Only its raw ``call_api`` is used: the generated API classes cost 25 MB.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from kubernetes.aio.client.api_client import ApiClient
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config.incluster_config import SERVICE_TOKEN_FILENAME, load_incluster_config
from kubernetes.aio.config.kube_config import load_kube_config

from agora_recording.crd.model import API_VERSION
from agora_recording.reconcile.ports import (
    ConflictError,
    ForbiddenError,
    GoneError,
    KubeError,
    UnreachableError,
)

FIELD_MANAGER: Final = "agora-recording-operator"
TIMEOUT: Final = aiohttp.ClientTimeout(total=15)
IN_CLUSTER: Final = Path(SERVICE_TOKEN_FILENAME).exists()
"""Whether this process runs in a pod with a ServiceAccount."""
JSON: Final = "application/json"
PAGE: Final = 500
"""Objects a page of a list."""
NOT_FOUND: Final = "NotFound"
"""The reason of a 404 that is the API server's own word on an object; a proxy's has none."""
MERGE_PATCH: Final = "application/merge-patch+json"

Observer = Callable[[str, str, int], None]
"""Told verb, resource and HTTP status (0: no answer) of each request; for metrics."""


async def load_configuration() -> Configuration:
    """Return how to reach the API server: from inside a cluster, or from a kubeconfig."""
    configuration = Configuration()
    if IN_CLUSTER:
        load_incluster_config(client_configuration=configuration)
    else:
        await load_kube_config(client_configuration=configuration)
    return configuration


class KubeApi:
    """Sends requests. Retries nothing; raises ``KubeError`` of the kind that fits."""

    def __init__(self, client: ApiClient, observe: Observer = lambda *_: None) -> None:
        self._client = client
        self._observe = observe

    @classmethod
    async def connect(cls, observe: Observer) -> KubeApi:
        """Make a client from the configuration of this pod or this shell."""
        configuration = await load_configuration()
        configuration.connection_pool_maxsize = 100
        # As the watch does: a proxy that leads to Agora rarely leads to the API server, too. One of
        # the kubeconfig is used all the same.
        configuration.client_session_kwargs = {"trust_env": False}
        return cls(ApiClient(configuration), observe)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def get(self, path: str, accept: str = JSON) -> dict[str, Any]:
        """Read an object or a list."""
        return await self._request("GET", path, accept=accept)

    async def served(self) -> frozenset[str]:
        """Return the plurals of our kinds that the API server knows. Raises if it knows none."""
        known = await self.get(f"/apis/{API_VERSION}")
        return frozenset(resource["name"] for resource in known["resources"])

    async def merge_patch(self, path: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        """Merge a patch into an object; unknown fields are refused, not dropped."""
        query = urlencode({"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict"})
        return await self._request("PATCH", f"{path}?{query}", patch, MERGE_PATCH)

    async def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an object."""
        query = urlencode({"fieldManager": FIELD_MANAGER})
        return await self._request("POST", f"{path}?{query}", body)

    async def delete(self, path: str, *, uid: str) -> None:
        """Delete exactly the object with this uid."""
        await self._request("DELETE", path, {"preconditions": {"uid": uid}})

    async def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> dict[str, Any]:
        headers = {"Accept": accept, "Content-Type": content_type}
        url = self._client.configuration.host + path
        status = 0
        try:
            await self._client.update_params_for_auth(
                headers, [], ["BearerToken"], path, method, body
            )
            response = await self._client.call_api(
                method, url, headers, body, _request_timeout=TIMEOUT
            )
            status, content = response.status, await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"{method} {path}: {type(error).__name__}") from error
        finally:
            self._observe(method, _resource(path), status)
        return _read(f"{method} {path.split('?', maxsplit=1)[0]}", status, content)


async def items(api: KubeApi, path: str) -> AsyncIterator[dict[str, Any]]:
    """Yield all objects of a list as they are, read page by page."""
    more: str | None = ""
    while more is not None:
        page = await api.get(f"{path}?{urlencode({'limit': PAGE, 'continue': more})}")
        for item in page["items"]:
            yield item
        more = page["metadata"].get("continue") or None


def micro_time(at: datetime) -> str:
    """Return a time of UTC as a MicroTime of Kubernetes."""
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _resource(path: str) -> str:
    """Return the plural that a path is about, such as cloudrecordings/status."""
    root, *words = path.split("?", maxsplit=1)[0].strip("/").split("/")
    if root not in {"api", "apis"}:
        return "discovery"
    words = words[1 if root == "api" else 2 :]
    if words[:1] == ["namespaces"]:
        words = words[2:]
    return "/".join(words[::2]) or "discovery"


def _read(what: str, status: int, content: bytes) -> dict[str, Any]:
    """Return the object of an answer, or raise what its status means."""
    if status in {200, 201}:
        try:
            body: dict[str, Any] = json.loads(content)
        except ValueError as error:
            raise UnreachableError(f"{what}: not an answer of the API server") from error
        return body
    said = _said(content)
    message = f"{what}: {status} {str(said.get('message', ''))[:500]}"
    if status == 404 and said.get("reason") == NOT_FOUND:  # noqa: PLR2004
        raise GoneError(message)
    if status == 409:  # noqa: PLR2004
        raise ConflictError(message)
    if status in {401, 403}:
        raise ForbiddenError(message)
    if status in {404, 429} or status >= 500:  # noqa: PLR2004
        raise UnreachableError(message)
    raise KubeError(message)


def _said(content: bytes) -> Mapping[str, Any]:
    """Return the API server's own words; none if the answer is not its own."""
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) and said.get("kind") == "Status" else {}
