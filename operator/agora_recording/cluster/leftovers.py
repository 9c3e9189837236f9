"""The objects that an uninstallation looks at and changes, through the API server."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from agora_recording.cluster.permissions import TRIAL_PROJECT
from agora_recording.cluster.remains import Remains, remains_of
from agora_recording.crd.model import API_VERSION, GROUP
from agora_recording.crd.recording import DesiredState
from agora_recording.domain.observation import FINALIZER
from agora_recording.domain.project import IN_USE
from agora_recording.kube.api import KubeApi, items
from agora_recording.kube.scope import RECORDINGS, Scope
from agora_recording.reconcile.ports import ConflictError, GoneError

TRIAL: Final = "recording.agora.io/trial-of"
"""Which release made a project for its simulator: namespace/name."""


class Leftovers:
    """CloudRecordings and projects of some or all namespaces. Each call may raise ``KubeError``.

    Args:
        api: The API server.
        scope: Which namespaces.
        trial: The release whose project for its simulator goes with it; empty: none does.
    """

    def __init__(self, api: KubeApi, scope: Scope, *, trial: str = "") -> None:
        self._api, self._scope, self._trial = api, scope, trial

    async def exist(self) -> bool:
        """Say whether the API server knows CloudRecordings at all."""
        groups = (await self._api.get("/apis"))["groups"]
        known = any(each["name"] == GROUP for each in groups)
        return known and RECORDINGS[-1] in await self._api.served()

    async def open(self) -> Sequence[Remains]:
        """Return all recordings for which something runs, or may."""
        paths = tuple(self._scope.paths_of(RECORDINGS))
        found = [remains_of(raw) for path in paths async for raw in items(self._api, path)]
        return [each for each in found if each is not None]

    async def stop(self, remains: Remains) -> None:
        """Declare that a recording is to stop. One that is gone, or another by now, is let be."""
        if not remains.wanted:
            return
        body = {"metadata": {"uid": remains.uid}, "spec": {"desiredState": DesiredState.STOPPED}}
        with suppress(GoneError, ConflictError):
            await self._api.merge_patch(_path(RECORDINGS[-1], remains.metadata), body)

    async def release(self, remains: Remains) -> None:
        """Take the finalizer off a recording, whatever runs for it."""
        await self._drop(RECORDINGS[-1], remains.metadata, FINALIZER)

    async def release_projects(self) -> None:
        """Take the finalizer off all projects, and remove that of the trial."""
        for kind in self._scope.projects:
            for path in self._scope.paths_of(kind):
                async for raw in items(self._api, path):
                    await self._drop(kind[-1], raw["metadata"], IN_USE)
                    if self._is_of_the_trial(raw["metadata"]):
                        await self._remove(kind[-1], raw["metadata"])

    async def _drop(self, plural: str, metadata: dict[str, Any], finalizer: str) -> None:
        """Take a finalizer off exactly this version of an object."""
        held = metadata.get("finalizers", ())
        if finalizer not in held:
            return
        exactly = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
        rest = [each for each in held if each != finalizer]
        with suppress(GoneError):
            await self._api.merge_patch(
                _path(plural, metadata), {"metadata": {**exactly, "finalizers": rest}}
            )

    async def _remove(self, plural: str, metadata: dict[str, Any]) -> None:
        """Delete an object. One that is gone, or another by now, is let be."""
        with suppress(GoneError, ConflictError):
            await self._api.delete(_path(plural, metadata), uid=metadata["uid"])

    def _is_of_the_trial(self, metadata: dict[str, Any]) -> bool:
        """Say whether the release made a project: a copy of it has another name."""
        made_by = metadata.get("annotations", {}).get(TRIAL)
        return bool(self._trial) and (made_by, metadata["name"]) == (self._trial, TRIAL_PROJECT)


def _path(plural: str, metadata: dict[str, Any]) -> str:
    within = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
    return f"/apis/{API_VERSION}{within}/{plural}/{metadata['name']}"
