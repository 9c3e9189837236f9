"""What the watch brings in: parsed, and handed to those who work with it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from pydantic import ValidationError

from agora_recording.kube import projects, recordings
from agora_recording.kube.recordings import KubeRecordings
from agora_recording.reconcile.namespaces import Namespaces
from agora_recording.reconcile.ports import KubeError
from agora_recording.reconcile.projects import ProjectReports
from agora_recording.reconcile.workers import Workers

SWEEP_SECONDS: Final = 600.0
"""How often to look for objects that vanished while the watch was broken."""
SETTLE_SECONDS: Final = 2.0
"""How long a relist may take to come in."""
RETRY_SECONDS: Final = 10.0
"""How long to wait before looking again, if the API server did not answer."""

Taker = Callable[[str | None, Mapping[str, Any]], None]
"""Takes the type of an event and the object."""

log = structlog.get_logger()


class Inbox:
    """Takes in the watch's events."""

    def __init__(
        self,
        workers: Workers,
        reports: ProjectReports,
        reader: KubeRecordings,
        namespaces: Namespaces,
    ) -> None:
        self._workers = workers
        self._reports = reports
        self._reader = reader
        self._namespaces = namespaces
        self._takers: Mapping[str, Taker] = {
            "namespaces": self._see_namespace,
            "agoraprojects": self._see_project,
            "clusteragoraprojects": self._see_project,
            "cloudrecordings": self._see_recording,
        }
        self._relisted = asyncio.Event()
        self.delivered = time.monotonic()
        """When the watch last brought anything."""

    def deliver(self, plural: str, kind: str | None, raw: Mapping[str, Any]) -> None:
        """Take in an event; an object that this release does not understand is left alone."""
        self.delivered = time.monotonic()
        try:
            self._takers[plural](kind, raw)
        except ValidationError as error:
            where = [".".join(map(str, fault["loc"])) for fault in error.errors()]
            log.warning(
                "Not understood by this release", name=raw["metadata"]["name"], fields=where
            )

    def relist(self, plural: str) -> None:
        """Take in that all objects there are have just been delivered: others have vanished."""
        if plural == "cloudrecordings":
            self._relisted.set()

    async def sweep(self) -> None:
        """Drop objects that vanished unseen: after each relist, and now and then; for ever."""
        while True:
            try:
                await asyncio.wait_for(self._relisted.wait(), SWEEP_SECONDS)
                await asyncio.sleep(SETTLE_SECONDS)
            except TimeoutError:
                pass
            self._relisted.clear()
            try:
                vanished = self._workers.sweep(*await self._reader.present())
            except KubeError as error:
                log.warning("Could not look for vanished objects", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
                self._relisted.set()
            else:
                log.info("Looked for vanished objects", found=vanished)

    def _see_recording(self, kind: str | None, raw: Mapping[str, Any]) -> None:
        recording = recordings.parse(raw)
        if kind == "DELETED":
            self._workers.vanish(recording.uid, recording)
            self._reports.touch(recording)
            return
        self._workers.see(recording)
        self._reports.touch(recording)

    def _see_project(self, kind: str | None, raw: Mapping[str, Any]) -> None:
        project = projects.parse(raw)
        if kind == "DELETED":
            self._reports.vanish(project)
        elif not self._reports.see(project):
            return
        self._workers.wake_users(project.key)

    def _see_namespace(self, kind: str | None, raw: Mapping[str, Any]) -> None:
        name = raw["metadata"]["name"]
        if kind == "DELETED":
            self._namespaces.vanish(name)
        elif self._namespaces.see(name, raw["metadata"].get("labels", {})):
            self._workers.wake_namespace(name)
