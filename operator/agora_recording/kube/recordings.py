"""CloudRecordings at the API server: reading them, and the two kinds of writes.

Every write names the resourceVersion that it was decided from, so a stale look conflicts instead
of acting, and the spec is never part of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from agora_recording.crd.model import API_VERSION
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain.holdtext import FORCE_RELEASE
from agora_recording.domain.observation import Recording
from agora_recording.kube.api import PAGE, KubeApi
from agora_recording.kube.scope import EVERYWHERE, RECORDINGS, Scope
from agora_recording.reconcile.ports import GoneError

METADATA: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Asks the API server to leave out spec and status."""


def parse(raw: Mapping[str, Any]) -> Recording:
    """Read a CloudRecording as the API server sends it.

    Raises:
        pydantic.ValidationError: for an object that this release does not understand.
    """
    metadata = raw["metadata"]
    return Recording(
        namespace=metadata["namespace"],
        name=metadata["name"],
        uid=metadata["uid"],
        generation=metadata["generation"],
        resource_version=metadata["resourceVersion"],
        finalizers=tuple(metadata.get("finalizers", ())),
        spec=CloudRecordingSpec.model_validate(raw["spec"]),
        status=CloudRecordingStatus.model_validate(raw.get("status", {})),
        created=metadata["creationTimestamp"],
        forced=metadata.get("annotations", {}).get(FORCE_RELEASE) == "true",
        deleting="deletionTimestamp" in metadata,
    )


class KubeRecordings:
    """Reads and writes CloudRecordings."""

    def __init__(self, api: KubeApi, scope: Scope = EVERYWHERE) -> None:
        self._api = api
        self._paths = tuple(scope.paths_of(RECORDINGS))

    async def read(self, recording: Recording) -> Recording:
        """Return the object as it is now; GoneError if this incarnation does not exist."""
        found = parse(await self._api.get(_path(recording)))
        if found.uid != recording.uid:
            raise GoneError(f"{recording.namespace}/{recording.name} is another object now")
        return found

    async def present(self) -> tuple[set[str], int]:
        """Return the uids of all objects there are, and the resourceVersion they are as of.

        What is newer than that may be missing.
        """
        lists = [await self._present(path) for path in self._paths]
        return set().union(*(uids for uids, _ in lists)), min(version for _, version in lists)

    async def _present(self, path: str) -> tuple[set[str], int]:
        uids: set[str] = set()
        more: str | None = ""
        version = 0
        while more is not None:
            query = urlencode({"limit": PAGE, "continue": more})
            page = await self._api.get(f"{path}?{query}", METADATA)
            items = page["items"] or ()  # null if there are none, unlike in a list of whole objects
            uids |= {item["metadata"]["uid"] for item in items}
            version = int(page["metadata"]["resourceVersion"])
            more = page["metadata"].get("continue") or None
        return uids, version

    async def write_status(self, recording: Recording, patch: Mapping[str, Any]) -> Recording:
        """Merge ``patch`` into the status of exactly this version of the object."""
        body = {"metadata": _exactly(recording), "status": patch}
        return parse(await self._api.merge_patch(f"{_path(recording)}/status", body))

    async def write_finalizers(
        self, recording: Recording, finalizers: tuple[str, ...]
    ) -> Recording | None:
        """Set the finalizers of exactly this version of the object."""
        body = {"metadata": {**_exactly(recording), "finalizers": list(finalizers)}}
        try:
            after = await self._api.merge_patch(_path(recording), body)
        except GoneError:
            if finalizers:
                raise
            return None
        return parse(after)


def _path(recording: Recording) -> str:
    return f"/apis/{API_VERSION}/namespaces/{recording.namespace}/cloudrecordings/{recording.name}"


def _exactly(recording: Recording) -> dict[str, str]:
    """Return what makes the API server refuse a write to another version of the object."""
    return {"uid": recording.uid, "resourceVersion": recording.resource_version}
