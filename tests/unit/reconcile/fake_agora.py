"""An Agora in memory: what runs there, and what its calls run into."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agora_recording.agora import wire
from agora_recording.agora.errors import (
    AgoraError,
    Ambiguous,
    Conflict,
    NotFound,
    Refused,
    Said,
    Unavailable,
)
from agora_recording.agora.protocol import Access, Operation, Task


@dataclass(frozen=True)
class Lost:
    """The call has its effect, and its answer is lost."""

    error: AgoraError


Trouble = AgoraError | Lost | None


def lost(operation: str = "start") -> Lost:
    """Return a call whose answer never comes."""
    return Lost(Ambiguous(operation, Said(reason="no answer in time")))


def error(kind: type[AgoraError], status: int, code: int | None = None, **said: Any) -> AgoraError:
    """Return what Agora says."""
    return kind("call", Said(status=status, code=code, reason="as it says", **said))


def exclusion(code: int = 53, status: int = 400, **said: Any) -> AgoraError:
    """Return a conflict."""
    return error(Conflict, status, code, **said)


def overload() -> AgoraError:
    """Return what Agora says when there are too many calls."""
    return error(Unavailable, 429)


def gateway_down() -> AgoraError:
    """Return an answer of 500 with an unlisted code."""
    return error(Ambiguous, 500, 999)


def unauthorized() -> AgoraError:
    """Return what Agora says of wrong credentials."""
    return error(Refused, 401)


class FakeAgora:
    """Implements ``Agora``."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        """Operation and resourceId of each call, in order."""
        self.sent: list[tuple[Task, wire.StartRequest]] = []
        """What each start was for and said, in order."""
        self.updates: list[wire.UpdateRequest] = []
        """What each update said, in order."""
        self.requests: list[wire.AcquireRequest] = []
        """What each acquire asked for."""
        self.at: list[float] = []
        """When each call came."""
        self.used: dict[str, str] = {}
        """sid by resourceId that was started."""
        self.running: dict[str, Task] = {}
        """By sid."""
        self.ever: list[str] = []
        """All sids there ever were."""
        self.trouble: dict[str, deque[Trouble]] = defaultdict(deque)
        """What the next calls of an operation run into; None: nothing."""
        self.status: int | None = 5
        self.extensions: tuple[wire.Extension, ...] = ()
        """What the services of a page say of themselves."""
        self.already_names_sid = True
        self.before_call: Callable[[str], None] = lambda _operation: None
        self.after_call: Callable[[str], None] = lambda _operation: None
        self._ids = 0
        self.acquired: dict[str, float] = {}
        """When each resource was acquired."""
        self.resource_seconds = 300.0

        self.call_seconds = 0.0
        """How long a call takes to arrive."""
        self.files_at_stop: tuple[wire.File, ...] = ()
        """What the answer to a stop lists."""

    def order(self, operation: str, *trouble: Trouble) -> None:
        """Say what the next calls of an operation run into."""
        self.trouble[operation].extend(trouble)

    def count(self, operation: str) -> int:
        """Return how many calls of an operation came."""
        return sum(name == operation for name, _ in self.calls)

    async def _come(self, operation: Operation, resource_id: str = "") -> AgoraError | None:
        """Take a call in; return the error that its answer is lost by."""
        self.before_call(operation)
        self.calls.append((operation, resource_id))
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.call_seconds)
        trouble = self.trouble[operation].popleft() if self.trouble[operation] else None
        if isinstance(trouble, AgoraError):
            raise trouble
        return trouble.error if trouble else None

    def _leave(self, operation: str, loss: AgoraError | None) -> None:
        self.after_call(operation)
        if loss is not None:
            raise loss

    async def acquire(
        self, access: Access, app_id: str, channel: str, uid: int, request: wire.AcquireRequest
    ) -> str:
        """Reserve a resource."""
        del access, app_id, channel, uid
        self.requests.append(request)
        loss = await self._come(Operation.ACQUIRE)
        self._ids += 1
        resource_id = f"resource-{self._ids}"
        self.acquired[resource_id] = asyncio.get_running_loop().time()
        self._leave("acquire", loss)
        return resource_id

    async def start(self, access: Access, task: Task, request: wire.StartRequest) -> str:
        """Begin to record."""
        del access
        self.sent.append((task, request))
        loss = await self._come(Operation.START, task.resource_id)
        now = asyncio.get_running_loop().time()
        age = now - self.acquired.get(task.resource_id, now)
        if age > self.resource_seconds and task.resource_id not in self.used:
            raise error(Refused, 400, 433)
        if task.resource_id in self.used:
            sid = self.used[task.resource_id] if self.already_names_sid else None
            raise exclusion(7, 201, sid=sid)
        if any((t.channel, t.uid) == (task.channel, task.uid) for t in self.running.values()):
            raise exclusion()
        sid = f"sid-of-{task.resource_id}"
        self.used[task.resource_id] = sid
        self.running[sid] = task
        self.ever.append(sid)
        self._leave("start", loss)
        return sid

    async def query(self, access: Access, task: Task, sid: str) -> wire.ServerResponse:
        """Say how the recording is doing."""
        del access
        loss = await self._come(Operation.QUERY, task.resource_id)
        if sid not in self.running:
            raise error(NotFound, 404, 404)
        if self.status in {6, 7, 8, 20}:
            del self.running[sid]
        self._leave("query", loss)
        return wire.ServerResponse(status=self.status, extensions=self.extensions)

    async def update(
        self, access: Access, task: Task, sid: str, request: wire.UpdateRequest
    ) -> None:
        """Change whose streams are recorded, or renew storage credentials."""
        del access, sid
        self.updates.append(request)
        self._leave("update", await self._come(Operation.UPDATE, task.resource_id))

    async def update_layout(
        self, access: Access, task: Task, sid: str, request: wire.LayoutMembers
    ) -> None:
        """Replace the layout."""
        del access, sid, request
        self._leave("updateLayout", await self._come(Operation.UPDATE_LAYOUT, task.resource_id))

    async def kick(self, access: Access, app_id: str, channel: str, uid: int) -> None:
        """Remove a user from a channel."""
        del access, app_id
        loss = await self._come(Operation.KICK)
        gone = [s for s, t in self.running.items() if (t.channel, t.uid) == (channel, uid)]
        for sid in gone:
            del self.running[sid]
        self._leave("kicking-rule", loss)

    async def stop(
        self, access: Access, task: Task, sid: str, *, async_stop: bool
    ) -> wire.ServerResponse:
        """End the recording."""
        del access, async_stop
        loss = await self._come(Operation.STOP, task.resource_id)
        if self.running.pop(sid, None) is None:
            raise error(NotFound, 404, 404)
        self._leave("stop", loss)
        return wire.ServerResponse(uploading_status="uploaded", files=self.files_at_stop)
