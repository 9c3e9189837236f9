"""Resources and recordings: what they are and what they look like at a given moment.

Everything is computed from `now`; nothing here changes by itself.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Self

from agora_simulator.audience import Channel
from agora_simulator.calls import Target
from agora_simulator.page import Page
from agora_simulator.settings import Timing
from agora_simulator.start import StartOptions
from agora_simulator.storage import StorageConfig

SECONDS_PER_HOUR: Final = 3600
POSTPONED_SCENE: Final = 2
"""The scene in which something is made of the files after the end."""
READY: Final = 4
IN_PROGRESS: Final = 5
STOPPING: Final = 6
STOPPED: Final = 7
ABNORMAL: Final = 20


class EndReason(StrEnum):
    """Why a recording ended."""

    STOPPED = "Stopped"
    IDLE = "Idle"
    TOKEN_EXPIRED = "TokenExpired"  # noqa: S105 - a reason, no secret
    TOKEN_REFUSED = "TokenRefused"  # noqa: S105 - a reason, no secret
    EXITED = "Exited"
    ABNORMAL = "Abnormal"
    KICKED = "Kicked"
    UPLOADER_FAILED = "UploaderFailed"
    PAGE_FAILED = "PageFailed"
    MAX_RECORDING_HOUR = "MaxRecordingHour"


ABNORMAL_ENDS: Final = frozenset(
    {EndReason.ABNORMAL, EndReason.UPLOADER_FAILED, EndReason.PAGE_FAILED}
)
"""The ends that query tells with status 20."""


@dataclass(frozen=True, slots=True)
class Resource:
    """The right to one start, given by acquire."""

    id: str
    target: Target
    scene: int
    acquired_at: float
    expire_hours: int
    geofence: str | None = None
    placement: dict[str, object] = field(default_factory=dict)
    """What was said about where it should be."""
    parameter: str | None = None
    """What tells the one start that is right from others, if acquire said which."""

    @property
    def ids(self) -> dict[str, object]:
        """The members every answer about it has."""
        return {"cname": self.target.channel, "uid": self.target.uid, "resourceId": self.id}

    def allows(self, mode: str | None) -> bool:
        """Tell whether a start in this mode fits the scene acquired for."""
        scenes = {"web": (1,), "mix": (0,), "individual": (0, 2)}
        return self.scene in scenes.get(mode or "", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording, from its start until it is forgotten."""

    sid: str
    resource: Resource
    mode: str
    options: StartOptions
    started_at: float
    planned_end: tuple[float, EndReason] | None
    """The end it has if nothing ends it before."""
    heard_since: float | None
    """Since when somebody has been in the channel; None before, and in mode web."""
    storage: StorageConfig
    """Where its files go now: an update can renew the keys."""
    lapse_ends: bool
    """Whether keys that lapse end it; else its files go to Agora's backup."""
    lapsed: bool = False
    """Whether keys have lapsed before they were renewed."""
    layout: object
    subscription: object
    start_request: object
    page: Page | None = None
    """What it shows in mode web."""
    moves: tuple[float, ...] = ()
    """When it was taken to another server; its files have other names from then on."""
    moving_until: float = 0.0
    ended_at: float | None = None
    gone_at: float | None = None
    end_reason: EndReason | None = None

    @property
    def target(self) -> Target:
        """Whom and where it records."""
        return self.resource.target

    @property
    def channel(self) -> Channel:
        """The channel it is in."""
        return (self.target.app_id, self.target.channel)

    @property
    def ids(self) -> dict[str, object]:
        """The members its answers have in common."""
        return {**self.resource.ids, "sid": self.sid}

    def seconds(self, now: float) -> float:
        """Return how long it has recorded: what Agora would bill."""
        return (now if self.ended_at is None else self.ended_at) - self.started_at

    def ended(self, at: float, reason: EndReason, lingers: float) -> Self:
        """Return it as it is from its end on."""
        return replace(self, ended_at=at, gone_at=at + lingers, end_reason=reason)

    def gone(self, now: float) -> bool:
        """Tell whether it has exited for good."""
        return self.gone_at is not None and now >= self.gone_at

    def moving(self, now: float) -> bool:
        """Tell whether it is between two servers, where it records but no call finds it."""
        return now < self.moving_until

    def reachable(self, now: float) -> bool:
        """Tell whether a call that names it right finds it."""
        return not (self.gone(now) or self.moving(now) or self.handle_lapsed(now))

    def handle_lapsed(self, now: float) -> bool:
        """Tell whether the API can no longer reach it, though it may go on."""
        return now >= self.started_at + self.resource.expire_hours * SECONDS_PER_HOUR

    def own_end(self, empty_since: float | None) -> tuple[float, EndReason] | None:
        """Return when and why it ends if nobody stops it and the channel stays as it is."""
        ends: list[tuple[float, EndReason]] = []
        if self.planned_end is not None:
            ends.append(self.planned_end)
        if self.lapse_ends and self.storage.lapses_at is not None:
            ends.append((self.storage.lapses_at, EndReason.UPLOADER_FAILED))
        idle_seconds = self.options.max_idle_seconds
        if empty_since is not None and idle_seconds is not None:
            idle_from = max(self.started_at, empty_since)
            ends.append((idle_from + idle_seconds, EndReason.IDLE))
        return min(ends, default=None)

    def first_slice_at(self, timing: Timing) -> float | None:
        """Return when its first file begins, or None if there has been nothing to record yet."""
        earliest = self.started_at + timing.in_progress_after
        if self.page is not None:
            at = self.page.recorded_from(earliest)
            late = at is not None and self.ended_at is not None and at >= self.ended_at
            return None if late else at
        if self.heard_since is None:
            return None
        at = max(earliest, self.heard_since)
        return at if self.ended_at is None else min(at, self.ended_at)

    def keys_lapsed(self, now: float) -> bool:
        """Tell whether some of its files could not be uploaded with the keys it had."""
        lapses_at = self.storage.lapses_at
        end = now if self.ended_at is None else self.ended_at
        return self.lapsed or (lapses_at is not None and lapses_at <= end)

    def status(self, now: float, timing: Timing) -> int:
        """Return the status number of query."""
        if self.ended_at is not None:
            return self._exit_status(now)
        slice_at = self.first_slice_at(timing)
        if slice_at is not None and now >= slice_at:
            return IN_PROGRESS
        age = now - self.started_at
        if age >= timing.ready_after:
            return READY
        return int(READY * age / timing.ready_after)

    def _exit_status(self, now: float) -> int:
        if self.end_reason in ABNORMAL_ENDS:
            return ABNORMAL
        half_gone = ((self.ended_at or 0) + (self.gone_at or 0)) / 2
        return STOPPING if now < half_gone else STOPPED
