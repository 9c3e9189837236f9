"""What a path of the API server names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Place:
    """A collection, an object in it, or a part of an object."""

    version: str
    """Group and version, such as recording.agora.io/v1alpha1; v1 for the core."""
    plural: str
    namespace: str | None = None
    """None: all of them."""
    name: str | None = None
    """None: the collection."""
    part: str | None = None
    """A subresource, such as status."""

    @property
    def kind(self) -> tuple[str, str]:
        """What sort of object it is."""
        return self.version, self.plural


def parse(target: str) -> tuple[Place, dict[str, str]]:
    """Return the place and the query of a request's target.

    Raises:
        ValueError: for what is no path of objects.
    """
    path, _, query = target.partition("?")
    root, *words = path.strip("/").split("/")
    version = words.pop(0) if root == "api" else "/".join([words.pop(0), words.pop(0)])
    namespace = words.pop(0) and words.pop(0) if words[:1] == ["namespaces"] else None
    if not words or len(words) > 3:
        raise ValueError(target)
    return Place(version, words[0], namespace, *words[1:]), dict(parse_qsl(query))
