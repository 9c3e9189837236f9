"""Secrets at the API server: read by name when needed, never watched or listed."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping

from agora_recording.kube.api import KubeApi
from agora_recording.reconcile.ports import GoneError, UnreachableError


class KubeSecrets:
    """Reads Secrets, and remembers them so that a stop keeps its credentials."""

    def __init__(self, api: KubeApi) -> None:
        self._api = api
        self._known: dict[tuple[str, str], tuple[float, Mapping[str, str]]] = {}

    async def read(self, namespace: str, name: str, *, max_age: float) -> Mapping[str, str] | None:
        """Return the Secret's data, at most ``max_age`` seconds old; None if there is none.

        A Secret that does not exist is looked for again each time. What was last seen of it is
        kept for those to whom any age will do, and taken while it cannot be read.
        """
        key, now = (namespace, name), asyncio.get_running_loop().time()
        at, data = self._known.get(key, (now, None))
        if data is not None and now - at <= max_age:
            return data
        try:
            found = await self._fetch(namespace, name)
        except UnreachableError:
            if data is None:
                raise
            return data
        if found is not None:
            self._known[key] = (now, found)
        return found

    async def _fetch(self, namespace: str, name: str) -> Mapping[str, str] | None:
        try:
            secret = await self._api.get(f"/api/v1/namespaces/{namespace}/secrets/{name}")
        except GoneError:
            return None
        return {key: _decode(value) for key, value in (secret.get("data") or {}).items()}


def _decode(value: str) -> str:
    """Return a Secret's value as text, without the line end that editors leave; "" if binary."""
    try:
        return base64.b64decode(value).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""
