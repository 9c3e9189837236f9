"""The labels of all namespaces, by which a ClusterAgoraProject may choose whom it serves.

They are watched, and not read when needed: thousands of recordings share a few namespaces, a label
that was added or removed is noticed at once, and to refuse a recording takes no request that would
tell it from one that names nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NO_LABELS: Final[Mapping[str, str]] = {}


class Namespaces:
    """Knows the labels of each namespace as they were last shown."""

    def __init__(self) -> None:
        self._labels: dict[str, Mapping[str, str]] = {}

    def labels(self, namespace: str) -> Mapping[str, str]:
        """Return the labels of a namespace; none if it has not been shown."""
        return self._labels.get(namespace, NO_LABELS)

    def see(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Take a look at a namespace; say whether it is news."""
        news = labels != self.labels(namespace)
        self._labels[namespace] = labels
        return news

    def vanish(self, namespace: str) -> None:
        """Note that a namespace no longer exists; nothing is left in it."""
        self._labels.pop(namespace, None)
