"""What the conformance tests do in a namespace of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from chaos.door import Door, Event
from chaos.store.answers import Answer, Object

FINALIZER: Final = "recording.agora.io/stop"
ATTEMPT: Final = {
    "number": 1,
    "resourceId": "r1",
    "owner": "a",
    "appId": "0123456789abcdef0123456789abcdef",
    "endpoint": "https://agora.test",
    "channel": "standup",
    "uid": 7,
    "mode": "mix",
    "acquiredAt": "2026-12-01T09:00:00Z",
}
STRICT: Final = urlencode({"fieldManager": "test", "fieldValidation": "Strict"})


@dataclass(frozen=True, slots=True)
class Namespace:
    """CloudRecordings in one namespace of an API server."""

    door: Door
    recordings: str
    """Path of the collection."""
    name: str

    def create(self, name: str = "one", **metadata: Any) -> Object:
        """Create a CloudRecording and return it."""
        answer = self.door.request("POST", f"{self.recordings}?{STRICT}", recording(name, metadata))
        assert answer.status == 201, answer.body
        return answer.body

    def get(self, name: str = "one") -> Answer:
        """Read one."""
        return self.door.request("GET", f"{self.recordings}/{name}")

    def found(self, name: str = "one") -> Object:
        """Return one that is there."""
        answer = self.get(name)
        assert answer.status == 200, answer.body
        return answer.body

    def patch(self, patch: Object, *, part: str = "", name: str = "one") -> Answer:
        """Merge a patch into one, or into a part of it such as "/status"."""
        return self.door.request("PATCH", f"{self.recordings}/{name}{part}?{STRICT}", patch)

    def put(self, body: Object, *, part: str = "", name: str = "one") -> Answer:
        """Replace one."""
        return self.door.request("PUT", f"{self.recordings}/{name}{part}", body)

    def delete(self, name: str = "one") -> Answer:
        """Delete one."""
        return self.door.request("DELETE", f"{self.recordings}/{name}")

    def events(self, since: Object) -> list[Event]:
        """Return what a watch shows that begins at an object's version."""
        return self.door.events(self.recordings, since["metadata"]["resourceVersion"])


def recording(name: str, metadata: Object | None = None) -> Object:
    """Return a CloudRecording of the shortest form."""
    return {
        "apiVersion": "recording.agora.io/v1alpha1",
        "kind": "CloudRecording",
        "metadata": {"name": name, **(metadata or {})},
        "spec": {"channel": "standup", "mix": {}},
    }


def version(of: Object) -> int:
    """Return the resourceVersion, which is an integer."""
    return int(of["metadata"]["resourceVersion"])


def bare(of: Object) -> Object:
    """Return an object without the server's own book-keeping."""
    metadata = {k: v for k, v in of["metadata"].items() if k != "managedFields"}
    return {**of, "metadata": metadata}
