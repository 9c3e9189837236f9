"""One action of one object: what carrying it out needs, and how its outcome is remembered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from agora_recording.agora.errors import AgoraError, Conflict
from agora_recording.crd.status import Attempt
from agora_recording.domain import action as act
from agora_recording.domain.action import Ending
from agora_recording.domain.ending import outcome
from agora_recording.domain.holdtext import failing
from agora_recording.domain.observation import Observation, Problem, Trail
from agora_recording.domain.pace import STALE, operation, pause_after
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.means import Means
from agora_recording.reconcile.memory import Memory
from agora_recording.translate import answers

ACQUIRE: Final = operation(act.Acquire())
"""The operation that a failed attempt holds up."""
BUSY_FAILURES: Final = 5
"""After so many conflicts in a row, about a minute, the target is somebody else's."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One action of one object: all that carrying it out needs."""

    seen: Observation
    memory: Memory
    means: Means
    claims: Claims
    jitter: float
    """A random number from 0 to 1."""
    poll_seconds: float

    def fail(self, key: str, problem: Problem) -> None:
        """Hold up the operation ``key`` for a while."""
        self.memory.pauses[key] = pause_after(
            key,
            problem,
            self.memory.pauses.get(key),
            tick=self.seen.tick,
            generation=self.seen.recording.generation,
            jitter=self.jitter,
        )

    def hold_up(self, key: str, error: AgoraError) -> None:
        """Hold up an operation after a failure, by what the failure says."""
        if isinstance(error, Conflict):
            before = self.memory.pauses.get(key)
            self.fail(key, self._conflict(before.failures if before else 0))
        else:
            self.fail(key, answers.problem(error))

    def _conflict(self, failures: int) -> Problem:
        """Say who holds the target, as far as it can be known (protocol 12)."""
        if any(self.seen.is_unknown(attempt) for attempt in self.seen.attempts):
            return unknown()
        reason = Reason.TARGET_BUSY if failures < BUSY_FAILURES else Reason.TARGET_IN_USE
        return Problem(reason, reason.text)

    def succeed(self, key: str) -> None:
        """Forget earlier failures of the operation ``key``."""
        self.memory.pauses.pop(key, None)

    def trail(self, attempt: Attempt) -> Trail:
        """Return the trail of ``attempt`` with the attempt as it is known now."""
        return replace(self.seen.trail(attempt), attempt=attempt)

    def close(self, action: act.Close) -> None:
        """Conclude that an attempt is over."""
        self.end(self.trail(action.attempt), action.ending)
        if action.ending is Ending.NEVER_SENT:
            self.fail(STALE, Problem(Reason.STARTING, Reason.STARTING.text))

    def end(self, trail: Trail, ending: Ending) -> None:
        """Remember that an attempt is over; a failure holds up the next one for a while."""
        over = replace(trail, ending=ending, ended_at=self.seen.now, absence=None)
        self.memory.learn(over)
        query = self.seen.recording.status.query
        status = trail.answer.status if trail.answer else query.status if query else None
        policy = self.seen.recording.spec.restart_policy
        if outcome(ending, trail.attempt, status, policy, over.ended_at).failed:
            self.fail(ACQUIRE, failing(trail.attempt.stop_reason or ending))


def unknown() -> Problem:
    """Return the problem of a start whose outcome is not known; ``holdtext`` has the words."""
    return Problem(Reason.SID_UNKNOWN, "")
