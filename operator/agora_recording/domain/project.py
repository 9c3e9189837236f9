"""A project as the API server last showed it, whom it serves, what keeps it, and its status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec
from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.crd.recording import ProjectKind
from agora_recording.domain.condition import condition, readiness
from agora_recording.domain.observation import Problem, Recording
from agora_recording.domain.reason import Reason
from agora_recording.domain.wording import MOST, worded

IN_USE: Final = "recording.agora.io/in-use"
"""Finalizer of a project through which recordings may have to be stopped."""
NAMED_USERS: Final = 5
"""How many of the recordings that hold up a deletion are named."""

Key = tuple[str, str]
"""Namespace and name of a project; the namespace is "" for a ClusterAgoraProject."""


def key_of(recording: Recording) -> Key:
    """Return the key of the project that a recording names."""
    named = recording.spec.project_ref
    shared = named.kind is ProjectKind.CLUSTER_AGORA_PROJECT
    return "" if shared else recording.namespace, named.name


def user_of(project: Key, namespace: str, name: str) -> str:
    """Return what a recording is called among those that use a project."""
    return name if project[0] else f"{namespace}/{name}"


@dataclass(frozen=True, slots=True)
class Project:
    """An AgoraProject or a ClusterAgoraProject as the API server last showed it."""

    namespace: str
    """Empty for a ClusterAgoraProject."""
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
    def called(self) -> str:
        """Kind and name, in words for a person."""
        kind = ProjectKind.AGORA_PROJECT if self.namespace else ProjectKind.CLUSTER_AGORA_PROJECT
        return f"{kind} {self.name}"

    @property
    def url(self) -> str | None:
        """Base URL of Agora's API, if the project names one itself."""
        return self.spec.endpoint.url if isinstance(self.spec, ClusterAgoraProjectSpec) else None

    def admits(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether recordings of a namespace with these labels may begin in the project."""
        if not isinstance(self.spec, ClusterAgoraProjectSpec):
            return self.namespace == namespace
        return self.spec.allowed_namespaces.admits(namespace, labels)

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
    sayings = (_kept_for(users, number) for number in range(NAMED_USERS, 0, -1))
    return Problem(
        Reason.IN_USE, next((said for said in sayings if "…" not in said), _kept_for(users, 1))
    )


def _kept_for(users: Sequence[str], number: int) -> str:
    """Name no more than ``number`` of them."""
    named = {f"user{place}": user for place, user in enumerate(users[:number])}
    fields = ", ".join(f"{{{field}}}" for field in named)
    more = " and others" if len(users) > number else ""
    return worded(
        f"Deleted, it stays until CloudRecordings {fields}{more} are stopped, which takes "
        "its credentials. Delete them, or set desiredState to Stopped in them.",
        MOST,
        **named,
    )
