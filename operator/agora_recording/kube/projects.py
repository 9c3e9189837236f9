"""AgoraProjects: as the watch last showed them, and their statuses at the API server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agora_recording.crd.model import API_VERSION
from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.kube.api import KubeApi
from agora_recording.reconcile.projects import Project


def parse(raw: Mapping[str, Any]) -> Project:
    """Read an AgoraProject as the API server sends it.

    Raises:
        pydantic.ValidationError: for an object that this release does not understand.
    """
    metadata = raw["metadata"]
    return Project(
        namespace=metadata["namespace"],
        name=metadata["name"],
        generation=metadata["generation"],
        resource_version=metadata["resourceVersion"],
        spec=AgoraProjectSpec.model_validate(raw["spec"]),
        status=AgoraProjectStatus.model_validate(raw.get("status", {})),
    )


class KubeProjects:
    """The specs of all AgoraProjects, by namespace and name."""

    def __init__(self) -> None:
        self._specs: dict[tuple[str, str], AgoraProjectSpec] = {}

    def find(self, namespace: str, name: str) -> AgoraProjectSpec | None:
        """Return the project's spec; None if it does not exist."""
        return self._specs.get((namespace, name))

    def see(self, project: Project) -> bool:
        """Take a look at a project; say whether its spec is news."""
        key = (project.namespace, project.name)
        news = self._specs.get(key) != project.spec
        self._specs[key] = project.spec
        return news

    def vanish(self, namespace: str, name: str) -> None:
        """Note that a project no longer exists."""
        self._specs.pop((namespace, name), None)


class KubeProjectStatuses:
    """Writes the statuses of AgoraProjects."""

    def __init__(self, api: KubeApi) -> None:
        self._api = api

    async def write(self, project: Project, status: AgoraProjectStatus) -> None:
        """Merge ``status`` into that of exactly this version of the project."""
        path = f"/apis/{API_VERSION}/namespaces/{project.namespace}/agoraprojects/{project.name}"
        version = {"resourceVersion": project.resource_version}
        body = {"metadata": version, "status": status.to_wire()}
        await self._api.merge_patch(f"{path}/status", body)
