"""Secrets at the API server: read by name when needed, never watched or listed."""

from __future__ import annotations

import asyncio
import base64
import binascii
from math import inf

from agora_recording.kube.api import KubeApi
from agora_recording.reconcile.ports import GoneError, Secret, UnreachableError


class KubeSecrets:
    """Reads Secrets, and remembers them so that a stop keeps its credentials."""

    def __init__(self, api: KubeApi) -> None:
        self._api = api
        self._known: dict[tuple[str, str], tuple[float, Secret]] = {}
        self._missing: dict[tuple[str, str], float] = {}
        """When it was last seen that there is no such Secret."""

    async def read(self, namespace: str, name: str, *, max_age: float) -> Secret | None:
        """Return the Secret, at most ``max_age`` seconds old; None if there is none.

        What was last seen of a Secret that is gone is kept for those to whom any age will do;
        they look for one each time if none was ever seen. It is taken while it cannot be read.
        """
        key, now = (namespace, name), asyncio.get_running_loop().time()
        if now - self._missing.get(key, -inf) <= max_age < inf:
            return None
        at, known = self._known.get(key, (now, None))
        if known is not None and now - at <= max_age:
            return known
        try:
            found = await self._fetch(namespace, name)
        except UnreachableError:
            if known is None:
                raise
            return known
        self._missing.pop(key, None)
        if found is None:
            self._missing[key] = now
        else:
            self._known[key] = (now, found)
        return found

    async def _fetch(self, namespace: str, name: str) -> Secret | None:
        try:
            secret = await self._api.get(f"/api/v1/namespaces/{namespace}/secrets/{name}")
        except GoneError:
            return None
        data = {key: _decode(value) for key, value in (secret.get("data") or {}).items()}
        metadata = secret["metadata"]
        return Secret(data, f"{metadata['uid']}/{metadata['resourceVersion']}")


def _decode(value: str) -> str:
    """Return a Secret's value as text, without the line end that editors leave; "" if binary."""
    try:
        return base64.b64decode(value).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""
