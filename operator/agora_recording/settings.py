"""How this operator runs: read once from the environment at start, never changed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "AGORA_RECORDING_"


class LogFormat(StrEnum):
    """How log lines are written."""

    JSON = "json"
    CONSOLE = "console"


class Settings(BaseSettings):
    """Settings from environment variables, such as ``AGORA_RECORDING_POLL_INTERVAL=PT1M``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, use_attribute_docstrings=True, extra="ignore"
    )

    agora_url: Annotated[str | None, Field(pattern=r"^https?://[^/]+$")] = None
    """Base URL of Agora's API for all projects, such as that of the simulator; unset: the host of
    each project's area."""

    storage_url: Annotated[str | None, Field(pattern=r"^https?://[^/]+$")] = None
    """URL of a storage that speaks S3's language and stands for every bucket, such as a
    self-hosted one; unset: the vendor's. Buckets are only listed, to find the sid of a start whose
    answer was lost."""

    poll_interval: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(minutes=2)
    """How often a running recording is looked at. Longer saves calls, shorter notices an end
    sooner."""

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
