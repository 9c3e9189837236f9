"""An AgoraProject as the API server last showed it, and the finalizer that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus

IN_USE: Final = "recording.agora.io/in-use"
"""Finalizer of a project through which recordings may have to be stopped."""

Key = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True, slots=True)
class Project:
    """An AgoraProject as the API server last showed it."""

    namespace: str
    name: str
    uid: str
    generation: int
    resource_version: str
    finalizers: tuple[str, ...]
    spec: AgoraProjectSpec
    status: AgoraProjectStatus
    deleting: bool = False
    gone: bool = False
    """It no longer exists; what was made in it is still stopped through what it said."""

    @property
    def key(self) -> Key:
        """Namespace and name."""
        return self.namespace, self.name

    @property
    def held(self) -> bool:
        """Whether our finalizer keeps the object."""
        return IN_USE in self.finalizers

    @property
    def leaving(self) -> bool:
        """Whether the object is deleted, or is being deleted: nothing new begins in it."""
        return self.deleting or self.gone
