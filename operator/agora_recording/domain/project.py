"""An AgoraProject as the API server last showed it, the finalizer that keeps it, and its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.domain.condition import condition, readiness
from agora_recording.domain.observation import Problem, Recording
from agora_recording.domain.reason import Reason

IN_USE: Final = "recording.agora.io/in-use"
"""Finalizer of a project through which recordings may have to be stopped."""
NAMED_USERS: Final = 5
"""How many of the recordings that hold up a deletion are named."""

Key = tuple[str, str]
"""Namespace and name of a project."""


def key_of(recording: Recording) -> Key:
    """Return the key of the project that a recording names."""
    return recording.namespace, recording.spec.project_ref.name


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


def report(project: Project, problem: Problem | None, now: datetime) -> AgoraProjectStatus:
    """Return the status that says what is wrong with a project, if anything is."""
    reason = problem.reason if problem else Reason.AVAILABLE
    ready = condition(
        "Ready",
        readiness(reason, problem.message if problem else reason.text),
        before=project.status.conditions,
        now=now,
        generation=project.generation,
    )
    return AgoraProjectStatus(observed_generation=project.generation, conditions=(ready,))


def kept_for(users: Sequence[str]) -> Problem:
    """Say that a deleted project stays for the CloudRecordings of these names."""
    more = " and others" if len(users) > NAMED_USERS else ""
    named = f"{', '.join(users[:NAMED_USERS])}{more}"
    return Problem(
        Reason.IN_USE,
        f"It is being deleted, and stays until CloudRecordings {named} are stopped, since that "
        f"takes its credentials. {Reason.IN_USE.remedy}",
    )
