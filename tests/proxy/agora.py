"""What a request to Agora asks for, and a proxy before Agora."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from proxy.proxy import Ask, Proxy


class AgoraReader:
    """Reads requests to Agora. A query names no channel, so it remembers that of each resource."""

    def __init__(self) -> None:
        self._channels: dict[str, str] = {}

    def __call__(self, _method: str, path: str, body: bytes) -> Ask:
        """Return the operation and the channel."""
        words = path.partition("?")[0].split("/")
        resource = words[words.index("resourceid") + 1] if "resourceid" in words else ""
        channel = json.loads(body).get("cname", "") if body else self._channels.get(resource, "")
        if resource and channel:
            self._channels[resource] = channel
        return Ask(words[-1], channel)


@contextmanager
def before_agora(target: str, reader: AgoraReader | None = None) -> Iterator[Proxy]:
    """Start a proxy before Agora; several share what they know of resources by one ``reader``."""
    with Proxy.to(target, reader or AgoraReader()) as proxy:
        yield proxy
