"""How this operator runs: read once from the environment at start, never changed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "AGORA_RECORDING_"
NAMESPACE_FILE: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
"""Where a pod finds the name of its namespace."""
SHORTER: Final = {"renew_deadline": "lease_duration", "retry_period": "renew_deadline"}
"""Each of these times must be shorter than the other, or nobody leads, or two do."""


Namespace = Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]


class LogFormat(StrEnum):
    """How log lines are written."""

    JSON = "json"
    CONSOLE = "console"


def _own_namespace() -> str:
    """Return the namespace of the pod that this process runs in, if it runs in one."""
    try:
        return NAMESPACE_FILE.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return "agora-recording-system"


class Settings(BaseSettings):
    """Settings from environment variables, such as ``AGORA_RECORDING_POLL_INTERVAL=PT1M``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, use_attribute_docstrings=True, extra="ignore"
    )

    agora_url: Annotated[str | None, Field(pattern=r"^https?://[^/,]+(,https?://[^/,]+)*$")] = None
    """Base URL of Agora's API, such as that of the simulator, for all projects but
    ClusterAgoraProjects with a URL of their own; unset: the hosts of each project's area. Several,
    with commas between them, stand for the hosts of every area: the next one is called while one
    cannot be reached."""

    storage_url: Annotated[str | None, Field(pattern=r"^https?://[^/]+$")] = None
    """URL of a storage that speaks S3's language and stands for every bucket, such as a
    self-hosted one; unset: the vendor's. Buckets are only listed, to find the sid of a start whose
    answer was lost."""

    poll_interval: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(minutes=2)
    """How often a running recording is looked at. Longer saves calls, shorter notices an end
    sooner."""

    watch_namespaces: Annotated[tuple[Namespace, ...], NoDecode] = ()
    """The only namespaces in which the operator works, with commas between them; unset: all. It
    then lists nothing of the whole cluster, so that ClusterAgoraProjects are not served."""

    workers: Annotated[int, Field(ge=1, le=1000)] = 64
    """How many objects are worked on at the same time."""

    health_host: str = "0.0.0.0"
    """Address of /livez, /readyz and /metrics."""

    health_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """Port of /livez, /readyz and /metrics; 0 picks a free one, which the log names."""

    shutdown_seconds: Annotated[float, Field(gt=0)] = 30.0
    """How long calls in flight may take to finish after SIGTERM. A synchronous stop takes up to
    20 s, and its outcome is saved after it."""

    log_format: LogFormat = LogFormat.JSON
    """json for machines, console for people."""

    log_level: Annotated[str, Field(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    """Least severe level that is logged."""

    identity: Annotated[str, Field(min_length=1, max_length=63)] = Field(
        default_factory=lambda: secrets.token_hex(8)
    )
    """Random name of this process: the ``owner`` of the attempts that it makes. Two processes,
    even one after the other, must never share it."""

    leader_election: bool = True
    """Whether replicas elect by a Lease the one that works. Without it there must be one replica,
    and the old process must be gone before the next one starts."""

    namespace: Annotated[str, Field(min_length=1, max_length=63)] = Field(
        default_factory=_own_namespace
    )
    """Namespace of the Lease and of the Secrets that ClusterAgoraProjects name; unset: that of the
    pod, or else `agora-recording-system`."""

    pod_name: Annotated[str | None, Field(max_length=253)] = None
    """Name of the pod, for the Lease: what an earlier process of the same pod held is taken over at
    once. Two processes that run at the same time must not share it."""

    lease_duration: Annotated[timedelta, Field(ge=timedelta(seconds=1))] = timedelta(seconds=12)
    """How long after the last renewal by a leader that died another replica takes the Lease."""

    renew_deadline: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(seconds=8)
    """How long after its last renewal a leader that cannot reach the API server stops working;
    shorter than the lease's duration."""

    retry_period: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(seconds=1)
    """How often the leader renews the Lease, and the others look at it; shorter than the
    renewal deadline."""

    @field_validator("watch_namespaces", mode="before")
    @classmethod
    def _apart(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))

    @field_validator(*SHORTER)
    @classmethod
    def _is_shorter(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        longer = SHORTER[str(info.field_name)]
        if longer in info.data and value >= info.data[longer]:
            raise ValueError(f"must be shorter than {PREFIX}{longer.upper()}")
        return value
