"""An Agora that notes what it is told, and answers as it was told to; and a bucket like it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agora_recording.agora import wire
from agora_recording.agora.errors import AgoraError
from agora_recording.agora.hosts import Route
from agora_recording.agora.protocol import Access, Task
from agora_recording.bucket import BucketError, Place
from agora_recording.crd.status import Attempt
from agora_recording.domain.action import Action
from agora_recording.domain.observation import Observation, Trail
from agora_recording.domain.pace import operation
from agora_recording.reconcile.claims import Claims
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.means import Means
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.turn import Turn
from agora_recording.translate.secrets import Purpose
from builders import TARGET, storage

MEANS = Means(
    TARGET,
    credentials={"customerId": "customer", "customerSecret": "secret"},
    storage=storage(),
    secrets={Purpose.STORAGE: {"accessKey": "access", "secretKey": "key"}},
    route=Route(TARGET.endpoint),
)


@dataclass
class Telephone:
    """Implements ``Agora`` and ``Sids``."""

    answer: Any = None
    """What the next call returns, or raises if it is an error."""
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    """The operation and arguments of each."""

    def _call(self, *said: Any) -> Any:  # noqa: ANN401 - whatever was prepared
        self.calls.append(said)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    async def acquire(
        self, access: Access, app_id: str, channel: str, uid: int, request: wire.AcquireRequest
    ) -> str:
        """Reserve a resource."""
        return self._call("acquire", access, app_id, channel, uid, request)

    async def start(self, access: Access, task: Task, request: wire.StartRequest) -> str:
        """Begin to record."""
        return self._call("start", access, task, request)

    async def query(self, access: Access, task: Task, sid: str) -> wire.ServerResponse:
        """Say how the recording is doing."""
        return self._call("query", access, task, sid)

    async def update(
        self, access: Access, task: Task, sid: str, request: wire.UpdateRequest
    ) -> None:
        """Change whose streams are recorded."""
        self._call("update", access, task, sid, request)

    async def update_layout(
        self, access: Access, task: Task, sid: str, request: wire.LayoutMembers
    ) -> None:
        """Replace the layout."""
        self._call("updateLayout", access, task, sid, request)

    async def kick(self, access: Access, app_id: str, channel: str, uid: int) -> None:
        """Remove a user from a channel."""
        self._call("kick", access, app_id, channel, uid)

    async def stop(
        self, access: Access, task: Task, sid: str, *, async_stop: bool
    ) -> wire.ServerResponse:
        """End the recording."""
        return self._call("stop", access, task, sid, async_stop)

    async def find_sids(self, place: Place, channel: str, since: datetime) -> tuple[str, ...]:
        """Return the sids that are there."""
        return self._call("find", place, channel, since)


@dataclass
class Deed:
    """One action, done: what was called, and what is known after it."""

    calls: list[tuple[Any, ...]]
    memory: Memory
    claims: Claims

    @property
    def call(self) -> tuple[Any, ...]:
        """The one call that was made."""
        (only,) = self.calls
        return only

    def trail(self, attempt: Attempt) -> Trail:
        """What is known of an attempt."""
        return self.memory.trails[attempt.resource_id]

    def pause(self, action: Action) -> tuple[str, int] | None:
        """The reason and the number of the failures that hold an action up, if any do."""
        pause = self.memory.pauses.get(operation(action))
        return None if pause is None else (pause.problem.reason.value, pause.failures)


async def done(
    action: Action,
    seen: Observation,
    answer: AgoraError | BucketError | object,
    *,
    means: Means = MEANS,
    others: Iterable[Observation] = (),
) -> Deed:
    """Carry out ``action`` as decided from ``seen``, beside looks at ``others``."""
    telephone, claims = Telephone(answer), Claims(lambda _uid: None)
    for other in others:
        claims.see(other)
    memory = Memory(seen.recording, trails=dict(seen.trails), pauses=dict(seen.pauses))
    turn = Turn(seen, memory, means, claims, jitter=0.0, poll_seconds=60.0)
    await Effects(telephone, telephone).perform(action, turn)
    return Deed(telephone.calls, memory, claims)
