"""States in which a person may find an AgoraProject that cannot be used, or is to go."""

from dataclasses import dataclass, replace
from typing import Final

from agora_recording.agora.errors import Refused, Said
from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.domain import need
from agora_recording.domain.observation import Problem
from agora_recording.domain.project import IN_USE, Project, kept_for, report
from agora_recording.reconcile.means import AGORA_KEYS
from agora_recording.translate.answers import problem
from builders import NOW, STORAGE_KEYS, project
from unit.domain.hold import NAMESPACE

DEFAULT: Final = Project(
    namespace=NAMESPACE,
    name="default",
    uid="project-1",
    generation=1,
    resource_version="10",
    finalizers=(),
    spec=project(),
    status=AgoraProjectStatus(),
)
DELETED: Final = replace(DEFAULT, generation=2, finalizers=(IN_USE,), deleting=True)


@dataclass(frozen=True)
class ProjectHold:
    """A project that a person has to see to."""

    name: str
    """Of its golden text, and of the object in it."""
    problem: Problem
    until: str
    """The words of its message that say until when."""
    remedy: str
    """The words of its message that say what a person can do."""
    project: Project = DEFAULT

    @property
    def status(self) -> AgoraProjectStatus:
        """What is written into the project's status."""
        return report(self.project, self.problem, NOW)


PROJECT_HOLDS = (
    ProjectHold(
        "project-secret-not-found",
        need.no_secret("agora", AGORA_KEYS),
        until="read within a minute",
        remedy="Create it with the keys customerId and customerSecret",
    ),
    ProjectHold(
        "project-secret-incomplete",
        need.no_key("storage", STORAGE_KEYS[0]),
        until="read within a minute",
        remedy="Add it",
    ),
    ProjectHold(
        "project-secret-forbidden",
        need.no_access("agora"),
        until="tried again within a minute",
        remedy="Grant its ServiceAccount get on Secrets",
    ),
    ProjectHold(
        "project-credentials-refused",
        problem(Refused("acquire", Said(401, None, "Unauthorized"))),
        until="read again within a minute",
        remedy="Correct the Secret",
    ),
    ProjectHold(
        "project-in-use",
        kept_for(("lesson", "standup")),
        until="until CloudRecordings lesson, standup are stopped",
        remedy="Delete them",
        project=DELETED,
    ),
    ProjectHold(
        "project-in-use-by-many",
        kept_for(tuple(f"lesson-{n}" for n in range(9))),
        until="and others are stopped",
        remedy="set desiredState to Stopped in them",
        project=DELETED,
    ),
)
