"""Send requests to Agora: the only file that speaks HTTP to it.

It retries nothing, and tells ``hosts`` which hosts can be reached. It logs no bodies and no
headers. httpx runs over aiohttp's transport, whose
pool neither stalls after cancelled calls nor costs four times the CPU
(docs/decisions/0003-http-client.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import aiohttp
import httpx

from agora_recording.agora import errors, protocol, wire
from agora_recording.agora.errors import Said
from agora_recording.agora.hosts import Hosts
from agora_recording.agora.protocol import Access, Operation, Request, Task
from agora_recording.agora.transport import Transport

CONNECT_SECONDS: Final = 5.0
REACH_SECONDS: Final = 10.0
"""How long a host may take to show that it is there."""
TIMEOUTS: Final = {
    Operation.ACQUIRE: 10.0,
    Operation.START: 15.0,
    Operation.QUERY: 10.0,
    Operation.UPDATE: 10.0,
    Operation.UPDATE_LAYOUT: 10.0,
    Operation.STOP: 25.0,
    Operation.KICK: 10.0,
}
"""Seconds to wait for an answer. A synchronous stop may take 20 s (REST reference, stop)."""

REPEATABLE: Final = frozenset(Operation) - {Operation.START}
"""Calls that can be made anew, so that one without an answer may say something of the host."""

Observer = Callable[[str, str, float], None]
"""Told the operation, its outcome as a word, and its seconds; for metrics."""


class AgoraClient:
    """The calls of the API. Each raises one kind of ``AgoraError`` or returns its answer."""

    def __init__(
        self, hosts: Hosts, *, connections: int, observe: Observer = lambda *_: None
    ) -> None:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        headers = {"Content-Type": "application/json;charset=utf-8"}
        self._http = httpx.AsyncClient(transport=Transport(limits), headers=headers)
        self._hosts = hosts
        self._observe = observe

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def acquire(
        self, access: Access, app_id: str, channel: str, uid: int, request: wire.AcquireRequest
    ) -> str:
        """Reserve a resource and return its resourceId. Safe to repeat: each is a new one."""
        body = await self._send(access, protocol.acquire(app_id, channel, uid, request))
        return str(body["resourceId"])

    async def start(self, access: Access, task: Task, request: wire.StartRequest) -> str:
        """Begin to record and return the sid. Never retried here: it costs money."""
        body = await self._send(access, protocol.start(task, request))
        return str(body["sid"])

    async def query(self, access: Access, task: Task, sid: str) -> wire.ServerResponse:
        """Ask how the recording is doing. Safe to repeat."""
        return wire.server_response(await self._send(access, protocol.query(task, sid)))

    async def update(
        self, access: Access, task: Task, sid: str, request: wire.UpdateRequest
    ) -> None:
        """Change what is recorded. The last one wins."""
        await self._send(access, protocol.update(task, sid, request))

    async def update_layout(
        self, access: Access, task: Task, sid: str, request: wire.LayoutMembers
    ) -> None:
        """Replace the layout. The last one wins."""
        await self._send(access, protocol.update_layout(task, sid, request))

    async def kick(self, access: Access, app_id: str, channel: str, uid: int) -> None:
        """Remove a user from a channel, and keep it out for a minute. Safe to repeat."""
        await self._send(access, protocol.kick(app_id, channel, uid))

    async def stop(
        self, access: Access, task: Task, sid: str, *, async_stop: bool
    ) -> wire.ServerResponse:
        """End the recording. Returns once Agora says that it is stopping or has stopped."""
        request = protocol.stop(task, sid, async_stop=async_stop)
        return wire.server_response(await self._send(access, request))

    async def reach(self, endpoint: str) -> int:
        """Return the HTTP status with which a host answers a request without credentials.

        Raises:
            Unavailable: It does not answer; what is said names the kind of failure.
        """
        try:
            timeout = httpx.Timeout(REACH_SECONDS, connect=CONNECT_SECONDS)
            return (await self._http.get(endpoint, timeout=timeout)).status_code
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            kind = type(error.__cause__ or error).__name__
            raise errors.Unavailable(Operation.QUERY, Said(reason=kind)) from error

    async def _send(self, access: Access, request: Request) -> dict[str, Any]:
        began = time.perf_counter()
        outcome = "Cancelled"
        try:
            reply = await self._exchange(access, request)
            body = protocol.read(
                request.operation,
                reply.status_code,
                reply.content,
                reply.headers,
                hidden=protocol.secrets(access, request),
            )
        except errors.AgoraError as error:
            outcome = type(error).__name__
            self._note(access.endpoint, error)
            raise
        else:
            outcome = "Success"
            self._hosts.reached(access.endpoint)
            return body
        finally:
            self._observe(request.operation, outcome, time.perf_counter() - began)

    def _note(self, endpoint: str, error: errors.AgoraError) -> None:
        """Remember what a failure says of a host: whether the next call had better go elsewhere."""
        if error.said.status is not None:
            self._hosts.reached(endpoint)
        elif isinstance(error, errors.Unavailable) or error.operation in REPEATABLE:
            self._hosts.lost(endpoint)

    async def _exchange(self, access: Access, request: Request) -> httpx.Response:
        """Send one request; a broken connection says whether anything can have happened."""
        operation = request.operation
        try:
            return await self._http.request(
                request.method,
                access.endpoint + request.path,
                json=request.body,
                auth=(access.customer_id, access.customer_secret),
                timeout=httpx.Timeout(TIMEOUTS[operation], connect=CONNECT_SECONDS),
            )
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            if _never_connected(error):
                raise errors.Unavailable(operation, Said(reason="no connection")) from error
            late = isinstance(error, httpx.TimeoutException) and not _broke(error)
            reason = "no answer in time" if late else "the connection broke"
            raise errors.Ambiguous(operation, Said(reason=reason)) from error


def _never_connected(error: Exception) -> bool:
    """Say whether a request was certainly not sent.

    The transport calls every broken connection a ConnectTimeout; its cause knows better. A proxy
    that refuses to connect has been told the host, and nothing of the request.
    """
    cause = error.__cause__
    return isinstance(error, httpx.PoolTimeout) or isinstance(
        cause,
        aiohttp.ClientConnectorError
        | aiohttp.ConnectionTimeoutError
        | aiohttp.ClientHttpProxyError,
    )


def _broke(error: Exception) -> bool:
    """Say whether a connection broke, rather than staying silent for too long."""
    broken = isinstance(error.__cause__, aiohttp.ClientConnectionError)
    return broken and not isinstance(error.__cause__, aiohttp.ServerTimeoutError)
