"""AgoraProjects as the watch last showed them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from agora_recording.crd.project import AgoraProjectSpec

log = structlog.get_logger()


class KubeProjects:
    """The specs of all AgoraProjects, by namespace and name."""

    def __init__(self) -> None:
        self._specs: dict[tuple[str, str], AgoraProjectSpec] = {}

    def find(self, namespace: str, name: str) -> AgoraProjectSpec | None:
        """Return the project's spec; None if it does not exist."""
        return self._specs.get((namespace, name))

    def see(self, raw: Mapping[str, Any]) -> None:
        """Take a look at a project."""
        metadata = raw["metadata"]
        try:
            spec = AgoraProjectSpec.model_validate(raw["spec"])
        except ValidationError:
            log.exception("Ignoring an AgoraProject that this release does not understand")
            return
        self._specs[metadata["namespace"], metadata["name"]] = spec

    def vanish(self, namespace: str, name: str) -> None:
        """Note that a project no longer exists."""
        self._specs.pop((namespace, name), None)
