"""What a kubelet says of a pod: its status as the API server takes it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from testbed.podspec import Manifest


def now() -> str:
    """Return the time as Kubernetes writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    """Its exit code; 128 and the signal, if one ended it."""

    began: str
    at: str
    message: str = ""
    """What it said last, if the pod wants that told."""

    def state(self) -> dict[str, Any]:
        """Return the same as a container's state."""
        reason = "Error" if self.code else "Completed"
        times = {"startedAt": self.began, "finishedAt": self.at}
        said = {"message": self.message} if self.message else {}
        return {"terminated": {"exitCode": self.code, "reason": reason, **times, **said}}


@dataclass
class Standing:
    """How a pod stands."""

    created: str
    """When the kubelet took it on."""

    waiting: tuple[str, str] = ("ContainerCreating", "")
    """Reason and message of why no process runs."""

    running_since: str | None = None
    started: bool = False
    """Whether the startup probe, if any, has been answered."""

    ready: bool = False
    ready_changed: str = ""
    """When `ready` last did; empty: never."""

    restarts: int = 0
    ended: Ended | None = None
    """The last process, if one ended."""

    over: bool = False
    """Whether no further process follows the last one."""

    @property
    def phase(self) -> str:
        """The word for it all."""
        if self.over:
            return "Failed" if self.ended is None or self.ended.code else "Succeeded"
        return "Running" if self.running_since or self.ended else "Pending"


def status_of(pod: Manifest, ip: str, standing: Standing) -> dict[str, Any]:
    """Return the status as a strategic merge patch: conditions of others stay."""
    return {
        "phase": standing.phase,
        "startTime": standing.created,
        "hostIP": "127.0.0.1",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "conditions": [
            _condition("Initialized", standing.created, holds=True),
            *(
                _condition(kind, standing.ready_changed or standing.created, holds=standing.ready)
                for kind in ("ContainersReady", "Ready")
            ),
        ],
        "containerStatuses": [_container_status(pod["spec"]["containers"][0], standing)],
    }


def _condition(kind: str, since: str, *, holds: bool) -> dict[str, str]:
    return {"type": kind, "status": str(holds), "lastTransitionTime": since}


def _container_status(container: Manifest, standing: Standing) -> dict[str, Any]:
    runs = standing.running_since is not None
    last = standing.ended.state() if standing.ended and not standing.over else {}
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": container["image"],
        "ready": standing.ready,
        "started": runs and standing.started,
        "restartCount": standing.restarts,
        "state": _state(standing),
        "lastState": last,
    }


def _state(standing: Standing) -> Mapping[str, Any]:
    if standing.running_since is not None:
        return {"running": {"startedAt": standing.running_since}}
    if standing.over and standing.ended is not None:
        return standing.ended.state()
    reason, message = standing.waiting
    return {"waiting": {"reason": reason, "message": message}}
