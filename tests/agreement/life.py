"""What Agora is asked in the life of a recording, made as the operator makes it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from agora_recording.agora import protocol
from agora_recording.agora.protocol import Request
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.status import Attempt
from agora_recording.crd.storage import Storage
from agora_recording.domain.claim import derived_uid
from agora_recording.domain.topic import Topic
from agora_recording.domain.upload import Upload
from agora_recording.translate import requests, sts
from agora_recording.translate.placement import acquire_request
from agora_recording.translate.secrets import (
    Purpose,
    SecretNeed,
    SecretValues,
    needs_of,
    project_needs_of,
    storage_need,
)
from agora_recording.translate.storage import NOWHERE, upload
from agora_recording.translate.tokens import pinned, token_of

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
STS_SECONDS: Final = 5 * 3600
"""How long temporary storage credentials last."""


SCHEMES: Final = {Purpose.WEB_URL: "https", Purpose.RTMP_URL: "rtmps"}
"""Of the urls in Secrets."""


def kept(secret: str, key: str, held: str, purpose: Purpose | None) -> str:
    """Return what a Secret has under a key; each one something else, of the form that it needs."""
    digest = hashlib.sha256(f"{secret}/{key}".encode()).digest()
    if purpose in SCHEMES:
        return f"{SCHEMES[purpose]}://example.com/{digest.hex()}"
    match held:
        case "salt":
            return base64.b64encode(digest).decode()
        case "appCertificate":
            return digest.hex()[:32]
        case "stsExpiration":
            return str(int(NOW.timestamp()) + STS_SECONDS + digest[0])
    return f"{secret}/{key}"


def found(need: SecretNeed, purpose: Purpose | None = None) -> dict[str, str]:
    """Return what a Secret holds; temporary keys where Agora takes such."""
    return {
        held: kept(need.name, key, held, purpose)
        for held, key in need.keys.items()
        if held not in need.optional or need.vendor in sts.VENDORS
    }


@dataclass(frozen=True)
class Life:
    """A recording, its project, and the Secrets of both."""

    spec: CloudRecordingSpec
    project: AgoraProjectSpec

    @cached_property
    def storage(self) -> Storage:
        """Where the files go."""
        return self.spec.storage or self.project.storage or NOWHERE

    @cached_property
    def secrets(self) -> SecretValues:
        """What the Secrets hold."""
        needs = needs_of(self.spec, self.storage), project_needs_of(self.project, self.spec)
        return {purpose: found(need, purpose) for each in needs for purpose, need in each.items()}

    def acquire(self) -> Request:
        """Return how a resource is acquired; away from whomever the spec names."""
        others = (self.spec.placement.away_from if self.spec.placement else None) or ()
        asked = acquire_request(self.spec, [f"resource-of-{other.name}" for other in others])
        attempt = self.attempt("")
        return protocol.acquire(attempt.app_id, attempt.channel, attempt.uid, asked)

    def start(self, resource_id: str) -> Request:
        """Return how it is begun."""
        attempt = self.attempt(resource_id)
        token = token_of(attempt, self.secrets)
        body = requests.start_request(self.spec, self.storage, self.secrets, token)
        return protocol.start(requests.task(attempt), body)

    def probe(self, resource_id: str) -> Request:
        """Return how something is begun only to find out whether the target is free."""
        attempt = self.attempt(resource_id)
        token = token_of(attempt, self.secrets)
        body = requests.probe_request(self.spec, attempt.uid, self.storage, self.secrets, token)
        return protocol.start(requests.task(attempt), body)

    def told(self, resource_id: str, sid: str) -> Iterator[Request]:
        """Yield how each thing that can change while it records is told."""
        task = requests.task(self.attempt(resource_id))
        stream = "1" if Purpose.RTMP_URL in self.secrets else None
        for topic in requests.wanted(self.spec, self._upload(), stream):
            if topic is Topic.LAYOUT:
                yield protocol.update_layout(task, sid, requests.layout_of(self.spec))
            else:
                body = requests.update(topic, self.spec, self.storage, self.secrets)
                yield protocol.update(task, sid, body)

    def attempt(self, resource_id: str) -> Attempt:
        """Return the attempt to record it, with what it pins."""
        spec, app_id = self.spec, self.project.app_id
        return Attempt(
            number=1,
            resource_id=resource_id,
            owner="me",
            app_id=app_id,
            endpoint="https://api.agora.io",
            channel=spec.channel,
            uid=spec.uid or derived_uid(app_id, spec.channel, "default", "standup"),
            mode=spec.mode,
            acquired_at=NOW,
            **pinned(spec, self.secrets, NOW, 0.5),
        )

    def _upload(self) -> Upload:
        need = storage_need(self.storage)
        return upload(self.storage, need, "default", self.secrets[Purpose.STORAGE], "1")
