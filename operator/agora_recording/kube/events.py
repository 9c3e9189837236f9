"""Kubernetes Events: what happened, told once, on transitions only.

The same news of the same object within a while becomes a series of one Event (events.k8s.io/v1)
instead of another Event. Events are told in the background and may be lost: nothing depends on
them.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from agora_recording.crd.model import API_VERSION
from agora_recording.domain.observation import Recording
from agora_recording.domain.reason import Health, Reason
from agora_recording.kube.api import FIELD_MANAGER, KubeApi, micro_time
from agora_recording.reconcile.ports import GoneError, KubeError

SERIES_SECONDS: Final = 600.0
"""How long after the last one the same news counts as a repetition."""
WAITING_MOST: Final = 1000
"""How many Events may wait to be told; more are dropped."""
NOTE_LENGTH: Final = 1024
"""The API server's limit for a note, in bytes."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell of an object."""

    recording: Recording
    reason: Reason
    note: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same news."""
        return self.recording.uid, self.reason, self.note


@dataclass(slots=True)
class Told:
    """An Event that exists."""

    name: str
    count: int
    at: float


class KubeEvents:
    """Tells news, one after another."""

    def __init__(self, api: KubeApi, instance: str) -> None:
        self._api = api
        self._instance = instance
        self._waiting: asyncio.Queue[News] = asyncio.Queue(WAITING_MOST)
        self._told: dict[tuple[str, str, str], Told] = {}

    def announce(self, recording: Recording, reason: Reason, note: str) -> None:
        """Tell people about a transition, soon."""
        try:
            self._waiting.put_nowait(News(recording, reason, _shortened(note)))
        except asyncio.QueueFull:
            log.warning("Dropping an event", reason=reason, name=recording.name)

    async def run(self) -> None:
        """Tell what waits, for ever."""
        while True:
            news = await self._waiting.get()
            try:
                await self._tell(news)
            except KubeError as error:
                log.warning("Could not tell an event", reason=news.reason, error=str(error))
            except Exception:
                log.exception("Could not tell an event", reason=news.reason)
            finally:
                self._waiting.task_done()

    async def drain(self) -> None:
        """Return when everything has been told."""
        await self._waiting.join()

    async def _tell(self, news: News) -> None:
        now = asyncio.get_running_loop().time()
        self._told = {k: t for k, t in self._told.items() if now - t.at < SERIES_SECONDS}
        path = f"/apis/events.k8s.io/v1/namespaces/{news.recording.namespace}/events"
        told = self._told.get(news.key)
        if told is None:
            name = f"{news.recording.name[:200].rstrip('-.')}.{uuid.uuid4().hex[:16]}"
            await self._api.create(path, self._event(news, name))
            self._told[news.key] = Told(name, 1, now)
            return
        told.count, told.at = told.count + 1, now
        series = {"count": told.count, "lastObservedTime": micro_time(datetime.now(UTC))}
        try:
            await self._api.merge_patch(f"{path}/{told.name}", {"series": series})
        except GoneError:  # Events live an hour, or less
            del self._told[news.key]
            await self._tell(news)

    def _event(self, news: News, name: str) -> dict[str, Any]:
        recording = news.recording
        return {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": recording.namespace},
            "eventTime": micro_time(datetime.now(UTC)),
            "type": "Warning" if news.reason.health is Health.STALLED else "Normal",
            "reason": news.reason.value,
            "action": "Reconcile",
            "note": news.note,
            "regarding": {
                "apiVersion": API_VERSION,
                "kind": "CloudRecording",
                "namespace": recording.namespace,
                "name": recording.name,
                "uid": recording.uid,
            },
            "reportingController": FIELD_MANAGER,
            "reportingInstance": self._instance,
        }


def _shortened(note: str) -> str:
    return note.encode()[:NOTE_LENGTH].decode(errors="ignore")
