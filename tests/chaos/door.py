"""One small door to two API servers: the store in memory, and a real one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Protocol

import httpx

from chaos.store.answers import Answer, Object
from chaos.store.server import Store

API: Final = "/apis/recording.agora.io/v1alpha1"
MERGE_PATCH: Final = "application/merge-patch+json"
WATCH_SECONDS: Final = 1
"""How long a watch stays open; what has happened before it comes at once."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a watch shows."""

    type: str
    object: Object


class Door(Protocol):
    """An API server."""

    def request(
        self, method: str, path: str, body: Object | None = None, accept: str = "application/json"
    ) -> Answer:
        """Send one request; a PATCH is a merge patch."""
        ...

    def events(self, collection: str, since: str) -> list[Event]:
        """Return what a watch of a collection shows from a resourceVersion on."""
        ...


class MemoryDoor:
    """The store in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def request(
        self, method: str, path: str, body: Object | None = None, accept: str = "application/json"
    ) -> Answer:
        """Send one request."""
        return self._store.handle(method, path, body, accept)

    def events(self, collection: str, since: str) -> list[Event]:
        """Return the history from there on."""
        plural = collection.rsplit("/", maxsplit=1)[-1]
        return [Event(c.type, c.object) for c in self._store.events(plural, int(since))]


class RealDoor:
    """A real API server."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def request(
        self, method: str, path: str, body: Object | None = None, accept: str = "application/json"
    ) -> Answer:
        """Send one request."""
        kind = MERGE_PATCH if method == "PATCH" else "application/json"
        content = None if body is None else json.dumps(body)
        headers = {"Accept": accept, "Content-Type": kind}
        response = self._client.request(method, path, content=content, headers=headers)
        return Answer(response.status_code, response.json())

    def events(self, collection: str, since: str) -> list[Event]:
        """Watch for a moment."""
        query = {"watch": "1", "resourceVersion": since, "timeoutSeconds": str(WATCH_SECONDS)}
        lines = self._client.get(collection, params=query).text.splitlines()
        return [Event(**json.loads(line)) for line in lines]
