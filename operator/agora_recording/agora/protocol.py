"""Build requests and read replies. No I/O: ``client`` carries them.

Each function says what its call does to Agora; ``read`` is the one place where an answer is
judged. Only HTTP 200 is success: 201 and 206 carry errors too.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from agora_recording.agora import errors, wire
from agora_recording.agora.errors import AgoraError, Said
from agora_recording.agora.hiding import secrets_in, shown

LONGEST_WAIT: Final = 300
"""The most seconds that Agora's Retry-After is followed."""
KICK_MINUTES: Final = 1
"""How long a removed user is kept out of the channel: the shortest time that Agora takes."""
OK: Final = 200
NO_ERROR: Final = frozenset({None, 0, OK})
"""Codes of a success, which has none on Agora's pages."""
ID: Final = re.compile(r"[\w.~=+-]+", re.ASCII)
"""What can be a resourceId or a sid: they become parts of a path."""

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


def acquire(app_id: str, channel: str, uid: int, client_request: wire.AcquireRequest) -> Request:
    """Reserve a resource. It costs nothing, is good for one start and lapses after 5 minutes."""
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
    """Change what is recorded, or renew credentials. The last one wins; calls must not overlap."""
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


def secrets(access: Access, request: Request) -> tuple[str, ...]:
    """Return what an answer must not be quoted with: what was sent that nobody may read."""
    pair = f"{access.customer_id}:{access.customer_secret}".encode()
    sent = (access.customer_id, access.customer_secret, base64.b64encode(pair).decode())
    return (*sent, *secrets_in(request.body))


def read(
    operation: Operation,
    status: int,
    content: bytes,
    headers: Mapping[str, str],
    *,
    hidden: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return the body of a success; that of a stop may be one of ``STOPPED``.

    Args:
        operation: The call that was answered.
        status: Its HTTP status.
        content: Its body, whatever that is.
        headers: Its headers, names in lower case.
        hidden: What no error may quote.

    Raises:
        AgoraError: of the kind that says what to do next.
    """
    body = _parse(content)
    if isinstance(body, str):
        raise _unread(operation, status, body, headers)
    said = _said(status, body, headers, hidden)
    if operation is Operation.STOP and (said.status, said.code) in STOPPED:
        return body
    if status != OK or said.code not in NO_ERROR:
        if said.code is None and not isinstance(body.get("message"), str):
            raise _unread(operation, status, "the answer says nothing", headers)
        raise kind_of(operation, said)(operation, said)
    required = REQUIRED.get(operation)
    if required is not None and _id(body.get(required)) is None:
        raise _unread(operation, status, f"the answer has no {required}", headers)
    return body


def kind_of(operation: Operation, said: Said) -> type[AgoraError]:
    """Return which kind of error an answer is. What is not listed is ambiguous."""
    specific = KINDS.get((said.status, said.code))
    if specific is not None:
        return specific
    if said.code is None and said.status in GATEWAY:
        return GATEWAY[said.status]
    return errors.Unavailable if operation in WITHOUT_EFFECT else errors.Ambiguous


REQUIRED: Final[Mapping[Operation, str]] = {Operation.ACQUIRE: "resourceId", Operation.START: "sid"}
"""What a success must have; without it nothing is known."""

KINDS: Final[Mapping[tuple[int | None, int | None], type[AgoraError]]] = {
    (201, 7): errors.Conflict,
    (400, 2): errors.Refused,
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
    (500, 2): errors.Refused,  # the check of a body answers so too, says who met it
}
"""Kinds by HTTP status and Agora's code (REST reference, "Status codes")."""

GATEWAY: Final[Mapping[int | None, type[AgoraError]]] = {
    400: errors.Refused,
    401: errors.Refused,
    403: errors.Refused,
    404: errors.Unavailable,  # a wrong URL, never absence
    429: errors.Unavailable,
}
"""Kinds of answers of Agora's gateway, which have a message and no code: nothing happened."""

WITHOUT_EFFECT: Final = frozenset({Operation.ACQUIRE, Operation.QUERY, Operation.KICK})
"""Calls that can be repeated whatever became of them."""


def _resource(task: Task) -> str:
    return f"/v1/apps/{task.app_id}/cloud_recording/resourceid/{task.resource_id}"


def _recording(task: Task, sid: str) -> str:
    return f"{_resource(task)}/sid/{sid}/mode/{task.mode}"


def _body(channel: str, uid: int, client_request: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"cname": channel, "uid": str(uid), "clientRequest": client_request}


def _parse(content: bytes) -> dict[str, Any] | str:
    """Return a body, or what is wrong with it."""
    if not content.strip():
        return "the answer is empty"
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return "the answer is no JSON"
    return body if isinstance(body, dict) else "the answer is no JSON object"


def _unread(operation: Operation, status: int, why: str, headers: Mapping[str, str]) -> AgoraError:
    """Return the error of an answer that is not understood, by whomever it was given."""
    wait = _seconds(headers.get("retry-after"))
    said = Said(status=status, reason=why, retry_after=wait, foreign=True)
    kind = errors.Unavailable if operation in WITHOUT_EFFECT else errors.Ambiguous
    return kind(operation, said)


def _said(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str], hidden: tuple[str, ...]
) -> Said:
    reasons = (body.get(name) for name in ("reason", "message"))
    reason = next((text for text in reasons if isinstance(text, str) and text), None)
    return Said(
        status=status,
        code=wire.integer(body.get("code")),
        reason="no reason given" if reason is None else shown(reason, hidden),
        sid=_id(body.get("sid")),
        retry_after=_seconds(headers.get("retry-after")),
    )


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and ID.fullmatch(value) else None


def _seconds(value: str | None) -> float | None:
    if value is None or not (value.isascii() and value.isdigit()):
        return None
    return float(min(int(value[:9]), LONGEST_WAIT))
