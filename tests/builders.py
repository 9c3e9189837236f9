"""Objects for tests: one of each, to be changed one member at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agora_recording.crd.clusterproject import AllowedNamespaces, ClusterAgoraProjectSpec
from agora_recording.crd.mode import Mix
from agora_recording.crd.project import AgoraProjectSpec, Limits
from agora_recording.crd.recording import CloudRecordingSpec, ProjectKind, ProjectReference
from agora_recording.crd.status import Attempt, CloudRecordingStatus, PastAttempt
from agora_recording.crd.storage import Storage
from agora_recording.crd.vendor import StorageVendor
from agora_recording.crd.web import Web
from agora_recording.domain.claim import Claim
from agora_recording.domain.observation import (
    FINALIZER,
    Observation,
    Recording,
    Target,
    Trail,
)
from agora_recording.domain.topic import Topic
from agora_recording.domain.upload import Upload

PLACE: Final = "bucket"
"""Where the files of a running recording go."""
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK: Final = 10_000.0
ME: Final = "me"
OTHER: Final = "another process"
APP: Final = "0123456789abcdef0123456789abcdef"
ENDPOINT: Final = "https://agora.test"
TARGET: Final = Target(APP, ENDPOINT)
SHARED: Final = ProjectReference(kind=ProjectKind.CLUSTER_AGORA_PROJECT)
"""Names a ClusterAgoraProject."""
STORAGE_KEYS: Final = ("accessKey", "secretKey")
WANTED: Final = {Topic.LAYOUT: "layout", Topic.SUBSCRIPTION: "subscription"}


def upload(**members: Any) -> Upload:
    """Return what Agora was told to upload with, unless told otherwise."""
    given = {"place": PLACE, "secret": "s3", "version": "v1"}
    return Upload(**{**given, **members})


def ago(seconds: float) -> datetime:
    """Return the time so many seconds before NOW."""
    return NOW - timedelta(seconds=seconds)


def reference(name: str) -> Any:  # noqa: ANN401 - pydantic makes a reference of it
    """Return a reference to a Secret."""
    return {"name": name}


def storage(**members: Any) -> Storage:
    """Return a bucket."""
    given = {
        "vendor": StorageVendor.AMAZON_S3,
        "region": "us-east-1",
        "bucket": "bucket",
        "credentials_secret_ref": reference("storage"),
    }
    return Storage(**{**given, **members})


def project(**members: Any) -> AgoraProjectSpec:
    """Return a project that has everything, with calls enough for any test."""
    given = {
        "app_id": APP,
        "credentials_secret_ref": reference("agora"),
        "limits": Limits(requests_per_second=10_000),
        "storage": storage(),
    }
    return AgoraProjectSpec(**{**given, **members})


def cluster_project(**members: Any) -> ClusterAgoraProjectSpec:
    """Return a project for several namespaces that has everything, and allows "default"."""
    allowed = {"allowed_namespaces": AllowedNamespaces(names=("default",))}
    return ClusterAgoraProjectSpec.model_validate({**project().model_dump(), **allowed, **members})


def spec(**members: Any) -> CloudRecordingSpec:
    """Return a spec of the shortest form."""
    return CloudRecordingSpec(**{"channel": "standup", "mix": Mix(), **members})


def page_spec(**page: Any) -> CloudRecordingSpec:
    """Return the spec of a page that is recorded for an hour and a half."""
    members = {"url": "https://example.com/stage", **page}
    return spec(mix=None, web=Web(**members), max_duration_seconds=5400)


def attempt(resource_id: str = "r1", **members: Any) -> Attempt:
    """Return an attempt of this process, made now and not started."""
    given = {
        "number": 1,
        "resource_id": resource_id,
        "owner": ME,
        "app_id": APP,
        "endpoint": ENDPOINT,
        "channel": "standup",
        "uid": 7,
        "mode": "mix",
        "acquired_at": NOW,
        "told": told(),
    }
    return Attempt(**{**given, **members})


def told(**topics: str) -> dict[str, str]:
    """Return what Agora was told, all that is wanted unless given otherwise."""
    return {**{str(topic): word for topic, word in WANTED.items()}, **topics}


def running(resource_id: str = "r1", **members: Any) -> Attempt:
    """Return an attempt that Agora confirmed."""
    given = {"sid": f"sid-{resource_id}", "acquired_at": ago(600), "confirmed_at": ago(590)}
    return attempt(resource_id, **{**given, "storage": PLACE, **members})


def past(resource_id: str = "r0", **members: Any) -> PastAttempt:
    """Return an attempt that is over."""
    given = {"number": 1, "resource_id": resource_id, "ended_at": ago(60), "reason": "Stopped"}
    return PastAttempt(**{**given, **members})


def status(*attempts: Attempt, **members: Any) -> CloudRecordingStatus:
    """Return a status with open attempts."""
    given = {"observed_generation": 1, "attempts": attempts}
    return CloudRecordingStatus(**{**given, "settled": None if attempts else True, **members})


def recording(*attempts: Attempt, **members: Any) -> Recording:
    """Return an object that holds our finalizer if it has attempts."""
    given: dict[str, Any] = {
        "namespace": "default",
        "name": "standup",
        "uid": "object-1",
        "generation": 1,
        "resource_version": "10",
        "finalizers": (FINALIZER,) if attempts else (),
        "spec": spec(),
        "status": status(*attempts),
        "created": "2026-03-01T11:00:00Z",
    }
    return Recording(**{**given, **members})


def observation(
    *attempts: Attempt,
    trails: Iterable[Trail] = (),
    of: dict[str, Any] | None = None,
    **members: Any,
) -> Observation:
    """Return a look at an object with attempts.

    Args:
        attempts: What its status lists.
        trails: What this process has learned.
        of: Members of the object.
        members: Members of the observation.
    """
    given: dict[str, Any] = {
        "recording": recording(*attempts, **(of or {})),
        "now": NOW,
        "tick": TICK,
        "owner": ME,
        "target": TARGET,
        "claim": Claim(APP, "standup", 7),
        "wanted": WANTED,
        "trails": {trail.attempt.resource_id: trail for trail in trails},
    }
    return Observation(**{**given, **members})
