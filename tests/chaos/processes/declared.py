"""An object as people declare it, and whether Kubernetes and Agora are as declared."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chaos.processes.objects import Object, Objects
from running.stage import Stage

LAYOUTS: Final = {"Floating": 0, "BestFit": 1, "Vertical": 2}
"""Agora's numbers of the layouts."""
EVERYBODY: Final[tuple[list[str], ...]] = ([], ["#allstream#"])
"""What Agora may have been told of an object that selects nobody."""
SLACK: Final = 2.0
"""Seconds that a wish may take to reach the operator: until then it may still acquire."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at both sides."""

    present: Mapping[str, Object]
    """The objects, by namespace/name."""
    recordings: Mapping[str, list[Object]]
    """What Agora ever recorded, by channel, oldest first."""

    @classmethod
    def of(cls, present: Mapping[str, Object], recordings: Iterable[Object]) -> Look:
        """Put together what the API server and the ledger say."""
        by_channel: dict[str, list[Object]] = {}
        for one in recordings:
            by_channel.setdefault(one["channel"], []).append(one)
        return cls(present, by_channel)

    def running(self, channel: str) -> list[Object]:
        """Return what runs in a channel now."""
        return [one for one in self.recordings.get(channel, []) if one["endedAt"] is None]


@dataclass(slots=True)
class Declared:
    """One object, by what people did to it."""

    objects: Objects
    stage: Stage
    name: str
    channel: str
    spec: dict[str, Any] = field(default_factory=dict)
    exists: bool = False
    """Whether people created it and did not delete it."""
    unwanted: list[tuple[float, float]] = field(default_factory=list)
    """When people ceased to want a recording: from when to when they told the API server, by the
    clock that Agora has too."""

    @property
    def key(self) -> str:
        """Namespace and name."""
        return f"{self.stage.namespace}/{self.name}"

    @property
    def wanted(self) -> bool:
        """Whether it is declared to be recorded."""
        return self.exists and self.spec.get("desiredState") != "Stopped"

    def declare(self, **spec: Any) -> None:
        """Create the object, or change its spec."""
        before, began = self.wanted, time.time()
        self.spec |= {"channel": self.channel, **spec}
        self.objects.apply(self.stage.recording(self.name, **self.spec))
        self.exists = True
        if before and not self.wanted:
            self.unwanted.append((began, time.time()))

    def delete(self) -> None:
        """Delete the object; its name can be had again, by another spec."""
        began = time.time()
        self.objects.delete(self.stage.namespace, self.name)
        self.unwanted.append((began, time.time()))
        self.exists, self.spec = False, {}

    def patch(self, patch: Object) -> None:
        """Do to the object what people should not."""
        self.objects.patch(self.stage.namespace, self.name, patch)

    def standing(self, look: Look) -> str | None:
        """Say in a word how it stands, if all is as declared; else None."""
        found, running = look.present.get(self.key), look.running(self.channel)
        if not self.exists:
            return "gone" if found is None and not running else None
        if found is None or not _is_settled(found):
            return None
        if not self.wanted:
            return None if running else "stopped"
        return "runs" if self._is_recorded(found, running) else None

    def story(self, look: Look) -> str:
        """Tell how it stands, for the person who reads that a case failed."""
        found = look.present.get(self.key, {})
        ready = _ready(found)
        said = f"{ready.get('reason')}: {ready.get('message')}" if found else "no object"
        attempts = [
            {k: a.get(k) for k in ("number", "resourceId", "sid", "owner", "acquiredAt")}
            for a in found.get("status", {}).get("attempts", [])
        ]
        ever = [
            {k: r[k] for k in ("resourceId", "sid", "startedAt", "endedAt", "endReason")}
            for r in look.recordings.get(self.channel, [])
        ]
        wish = "recorded" if self.wanted else "there" if self.exists else "gone"
        lines = (f"{self.key} should be {wish}", said, f"{attempts=}", f"at Agora: {ever}")
        return "\n  ".join(lines)

    def _is_recorded(self, found: Object, running: list[Object]) -> bool:
        if len(running) != 1 or running[0]["sid"] != found["status"].get("sid"):
            return False
        layout = self.spec.get("mix", {}).get("layout", {}).get("type", "Floating")
        includes = self.spec.get("subscription", {}).get("audio", {}).get("include", [])
        told = running[0]["subscription"].get("audioUidList", {}).get("subscribeAudioUids", [])
        recording = _ready(found)["reason"] == "Recording"
        followed = running[0]["layout"].get("mixedVideoLayout", 0) == LAYOUTS[layout]
        heard = [[str(uid) for uid in includes]] if includes else EVERYBODY
        return recording and followed and told in heard


def duplicates(recordings: Iterable[Object]) -> int:
    """Count the recordings of a channel that began while another ran."""
    busy_until, count = 0.0, 0
    for one in sorted(recordings, key=lambda recording: recording["startedAt"]):
        count += one["startedAt"] < busy_until
        busy_until = max(busy_until, float("inf") if one["endedAt"] is None else one["endedAt"])
    return count


def stopped_though_wanted(
    declared: Declared, recordings: Iterable[Object], acquired: Mapping[str, float]
) -> list[str]:
    """Return the sids that were stopped although people wanted them all the time.

    Args:
        declared: What people wanted.
        recordings: What Agora recorded for it.
        acquired: When each resourceId was acquired.
    """
    return [
        one["sid"]
        for one in recordings
        if one["endReason"] == "Stopped"
        and not any(
            acquired[one["resourceId"]] - SLACK <= until and since <= one["endedAt"] + SLACK
            for since, until in declared.unwanted
        )
    ]


def _is_settled(found: Object) -> bool:
    """Whether the operator is done with the newest spec."""
    status = found.get("status", {})
    seen = status.get("observedGeneration") == found["metadata"]["generation"]
    return seen and _ready(found).get("status") == "True"


def _ready(found: Object) -> dict[str, Any]:
    conditions = found.get("status", {}).get("conditions", [])
    return next((c for c in conditions if c["type"] == "Ready"), {})
