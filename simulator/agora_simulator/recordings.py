"""Resources and recordings: what they are and what they look like at a given moment.

Everything is computed from `now`; nothing here changes by itself.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from agora_simulator.audience import Channel
from agora_simulator.calls import Target
from agora_simulator.requests import StartOptions

SECONDS_PER_HOUR: Final = 3600
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
    EXITED = "Exited"
    ABNORMAL = "Abnormal"
    KICKED = "Kicked"


@dataclass(frozen=True, slots=True)
class Resource:
    """The right to one start, given by acquire."""

    id: str
    target: Target
    scene: int
    acquired_at: float
    expire_hours: int

    @property
    def ids(self) -> dict[str, object]:
        """The members every answer about it has."""
        return {"cname": self.target.channel, "uid": self.target.uid, "resourceId": self.id}

    def allows(self, mode: str | None) -> bool:
        """Tell whether a start in this mode fits the scene acquired for."""
        scenes = {"web": (1,), "mix": (0,), "individual": (0, 2)}
        return self.scene in scenes.get(mode or "", ())


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the phases of a recording last, in seconds."""

    ready_after: float
    in_progress_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recording, from its start until it is forgotten."""

    sid: str
    resource: Resource
    mode: str
    options: StartOptions
    started_at: float
    must_end_at: float | None
    users_since: float | None
    layout: object
    subscription: object
    start_request: object
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
        if self.must_end_at is not None:
            ends.append((self.must_end_at, EndReason.TOKEN_EXPIRED))
        if empty_since is not None:
            idle_from = max(self.started_at, empty_since)
            idle_seconds = self.options.recording_config.max_idle_time
            ends.append((idle_from + idle_seconds, EndReason.IDLE))
        return min(ends, default=None)

    def first_slice_at(self, timing: Timing) -> float | None:
        """Return when its first file begins, or None if nobody has been there yet."""
        if self.users_since is None:
            return None
        at = max(self.started_at + timing.in_progress_after, self.users_since)
        return at if self.ended_at is None else min(at, self.ended_at)

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
        if self.end_reason is EndReason.ABNORMAL:
            return ABNORMAL
        half_gone = ((self.ended_at or 0) + (self.gone_at or 0)) / 2
        return STOPPING if now < half_gone else STOPPED
