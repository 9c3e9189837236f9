"""Build requests and read replies. No I/O: ``client`` carries them.

Each function says what its call does to Agora; ``read`` is the one place where an answer is
judged. Only HTTP 200 is success: 201 and 206 carry errors too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from agora_recording.agora import errors, wire
from agora_recording.agora.errors import AgoraError, Said

RESOURCE_HOURS: Final = 720
"""``resourceExpiredHour``: the longest; after it a recording could no longer be stopped."""
LONGEST_WAIT: Final = 300
"""The most seconds that Agora's Retry-After is followed."""
KICK_MINUTES: Final = 1
"""How long a removed user is kept out of the channel: the shortest time that Agora takes."""
REASON_LENGTH: Final = 120
"""How much of Agora's reason an error quotes."""


STOPPED: Final = frozenset({(400, 49), (206, 435)})
"""Answers to stop that mean stopping or stopped: already exiting; nobody sent anything."""


class Operation(StrEnum):
    """A call of the API, by the last part of its path."""

    ACQUIRE = "acquire"
    START = "start"
    QUERY = "query"
    UPDATE = "update"
    UPDATE_LAYOUT = "updateLayout"
    STOP = "stop"
    KICK = "kicking-rule"


@dataclass(frozen=True, slots=True)
class Access:
    """Where the API is and who asks. The secret is never shown."""

    endpoint: str
    customer_id: str = field(repr=False)
    customer_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Task:
    """What names a recording in each call about it."""

    app_id: str
    channel: str
    uid: int
    mode: str
    resource_id: str


@dataclass(frozen=True, slots=True)
class Request:
    """One call: how and where to send what."""

    operation: Operation
    method: str
    path: str
    body: Mapping[str, Any] | None = None


def acquire(app_id: str, channel: str, uid: int) -> Request:
    """Reserve a resource. It costs nothing, is good for one start and lapses after 5 minutes."""
    client_request = {"scene": 0, "resourceExpiredHour": RESOURCE_HOURS}
    path = f"/v1/apps/{app_id}/cloud_recording/acquire"
    return Request(Operation.ACQUIRE, "POST", path, _body(channel, uid, client_request))


def start(task: Task, client_request: wire.StartRequest) -> Request:
    """Begin to record. From here on it is paid for."""
    path = f"{_resource(task)}/mode/{task.mode}/start"
    return Request(Operation.START, "POST", path, _body(task.channel, task.uid, client_request))


def query(task: Task, sid: str) -> Request:
    """Ask how the recording is doing."""
    return Request(Operation.QUERY, "GET", f"{_recording(task, sid)}/query")


def update(task: Task, sid: str, client_request: wire.UpdateRequest) -> Request:
    """Change whose streams are recorded. The last one wins; calls must not overlap."""
    path = f"{_recording(task, sid)}/update"
    return Request(Operation.UPDATE, "POST", path, _body(task.channel, task.uid, client_request))


def update_layout(task: Task, sid: str, client_request: wire.LayoutMembers) -> Request:
    """Replace the layout; a member left out returns to its default."""
    path = f"{_recording(task, sid)}/updateLayout"
    body = _body(task.channel, task.uid, client_request)
    return Request(Operation.UPDATE_LAYOUT, "POST", path, body)


def stop(task: Task, sid: str, *, async_stop: bool) -> Request:
    """End the recording; with ``async_stop`` the answer does not wait for the upload."""
    body = _body(task.channel, task.uid, {"async_stop": async_stop})
    return Request(Operation.STOP, "POST", f"{_recording(task, sid)}/stop", body)


def kick(app_id: str, channel: str, uid: int) -> Request:
    """Remove a user from a channel (channel management API, "Create a rule")."""
    body = {
        "appid": app_id,
        "cname": channel,
        "uid": str(uid),
        "ip": "",
        "time": KICK_MINUTES,
        "privileges": ["join_channel"],
    }
    return Request(Operation.KICK, "POST", "/dev/v1/kicking-rule", body)


def read(operation: Operation, status: int, content: bytes, headers: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    """Return the body of a success.

    Raises:
        AgoraError: of the kind that says what to do next.
    """
    body = _parse(content)
    if status == 200 and isinstance(body, dict):  # noqa: PLR2004
        return body
    said = _said(status, body, headers)
    raise kind_of(operation, said)(operation, said)


def kind_of(operation: Operation, said: Said) -> type[AgoraError]:
    """Return which kind of error an answer is. What is not listed is ambiguous."""
    specific = KINDS.get((said.status, said.code))
    if specific is not None:
        return specific
    if said.code is None and said.status in GATEWAY:
        return GATEWAY[said.status]
    unharmful = operation in {Operation.ACQUIRE, Operation.QUERY, Operation.KICK}
    return errors.Unavailable if unharmful else errors.Ambiguous


KINDS: Final[Mapping[tuple[int | None, int | None], type[AgoraError]]] = {
    (201, 7): errors.Conflict,
    (206, 65): errors.Ambiguous,
    (400, 2): errors.Refused,
    (400, 49): errors.Conflict,
    (400, 53): errors.Conflict,
    (400, 400): errors.Refused,
    (400, 401): errors.Refused,
    (400, 405): errors.Refused,
    (400, 406): errors.Unavailable,
    (400, 432): errors.Refused,
    (400, 433): errors.Refused,
    (400, 1001): errors.Refused,
    (400, 1003): errors.Refused,
    (400, 1013): errors.Refused,
    (400, 1028): errors.Refused,
    (404, 404): errors.NotFound,
}
"""Kinds by HTTP status and Agora's code (REST reference, "Status codes")."""

GATEWAY: Final[Mapping[int | None, type[AgoraError]]] = {
    400: errors.Refused,
    401: errors.Refused,
    403: errors.Refused,
    404: errors.Unavailable,  # a wrong URL, never absence
    429: errors.Unavailable,
}
"""Kinds of answers without a code, which come from Agora's gateway: nothing happened."""


def _resource(task: Task) -> str:
    return f"/v1/apps/{task.app_id}/cloud_recording/resourceid/{task.resource_id}"


def _recording(task: Task, sid: str) -> str:
    return f"{_resource(task)}/sid/{sid}/mode/{task.mode}"


def _body(channel: str, uid: int, client_request: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"cname": channel, "uid": str(uid), "clientRequest": client_request}


def _parse(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _said(status: int, body: object, headers: Mapping[str, str]) -> Said:
    members = body if isinstance(body, dict) else {}
    code, sid = members.get("code"), members.get("sid")
    reason = members.get("reason") or members.get("message") or "no reason given"
    return Said(
        status=status,
        code=code if isinstance(code, int) else None,
        reason=str(reason)[:REASON_LENGTH],
        sid=sid if isinstance(sid, str) and sid else None,
        retry_after=_seconds(headers.get("retry-after")),
    )


def _seconds(value: str | None) -> float | None:
    if value is None or not (value.isascii() and value.isdigit()):
        return None
    return float(min(int(value[:9]), LONGEST_WAIT))
