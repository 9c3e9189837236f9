"""Projects at the API server: reading them, their statuses and finalizers, and their users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec
from agora_recording.crd.model import API_VERSION
from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.crd.recording import ProjectReference
from agora_recording.domain.observation import FINALIZER
from agora_recording.domain.project import Project, user_of
from agora_recording.kube.api import KubeApi, items
from agora_recording.reconcile.ports import GoneError, KubeError, UnreachableError

RECORDINGS: Final = "cloudrecordings"


def parse(raw: Mapping[str, Any]) -> Project:
    """Read an AgoraProject or a ClusterAgoraProject as the API server sends it.

    Raises:
        pydantic.ValidationError: for an object that this release does not understand.
    """
    metadata = raw["metadata"]
    namespace = metadata.get("namespace", "")
    model = AgoraProjectSpec if namespace else ClusterAgoraProjectSpec
    return Project(
        namespace=namespace,
        name=metadata["name"],
        uid=metadata["uid"],
        generation=metadata["generation"],
        resource_version=metadata["resourceVersion"],
        finalizers=tuple(metadata.get("finalizers", ())),
        spec=model.model_validate(raw["spec"]),
        status=AgoraProjectStatus.model_validate(raw.get("status", {})),
        deleting="deletionTimestamp" in metadata,
    )


class KubeProjects:
    """Reads and writes AgoraProjects and ClusterAgoraProjects."""

    def __init__(self, api: KubeApi) -> None:
        self._api = api

    async def read(self, project: Project) -> Project:
        """Return the object of this kind, namespace and name as it is now."""
        return _read(await self._api.get(_path(project)))

    async def write_status(self, project: Project, status: AgoraProjectStatus) -> Project:
        """Merge ``status`` into that of exactly this version of the project."""
        body = {"metadata": _exactly(project), "status": status.to_wire()}
        return _read(await self._api.merge_patch(f"{_path(project)}/status", body))

    async def write_finalizers(
        self, project: Project, finalizers: tuple[str, ...]
    ) -> Project | None:
        """Set the finalizers of exactly this version; None if that made the project vanish."""
        body = {"metadata": {**_exactly(project), "finalizers": list(finalizers)}}
        after = _read(await self._api.merge_patch(_path(project), body))
        return None if after.deleting and not after.finalizers else after

    async def users(self, project: Project) -> tuple[str, ...]:
        """Return what the recordings are called that need the project, as of now.

        They are read as they are: this release may not understand each of them. There are none if
        the API server knows projects, but no recordings, as when both CRDs are being deleted.
        """
        try:
            return await self._users(project)
        except (GoneError, UnreachableError):
            if RECORDINGS in await self._api.served():
                raise
            return ()

    async def _users(self, project: Project) -> tuple[str, ...]:
        there = items(self._api, f"{_within(project)}/{RECORDINGS}")
        needing = [each["metadata"] async for each in there if _needs(each, project)]
        return tuple(sorted(user_of(project.key, m["namespace"], m["name"]) for m in needing))


def _read(raw: Mapping[str, Any]) -> Project:
    try:
        return parse(raw)
    except ValidationError as error:
        name = raw["metadata"]["name"]
        raise KubeError(f"Project {name} is not understood by this release") from error


def _needs(raw: Mapping[str, Any], project: Project) -> bool:
    named = ProjectReference().to_wire() | raw["spec"].get("projectRef", {})
    held = FINALIZER in raw["metadata"].get("finalizers", ())
    return f"{named['kind']} {named['name']}" == project.called and (
        held or bool(raw.get("status", {}).get("attempts"))
    )


def _path(project: Project) -> str:
    plural = "agoraprojects" if project.namespace else "clusteragoraprojects"
    return f"{_within(project)}/{plural}/{project.name}"


def _within(project: Project) -> str:
    """Return where a project is, and all recordings that can name it."""
    one = f"/namespaces/{project.namespace}" if project.namespace else ""
    return f"/apis/{API_VERSION}{one}"


def _exactly(project: Project) -> dict[str, str]:
    """Return what makes the API server refuse a write to another version of the object."""
    return {"uid": project.uid, "resourceVersion": project.resource_version}
