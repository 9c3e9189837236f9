"""The record of what was asked and what was recorded, for the tests to judge by."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from agora_simulator.calls import Target
from agora_simulator.recordings import Recording
from agora_simulator.redaction import redacted, shown_address
from agora_simulator.replies import Reply

MAX_CALLS: Final = 200_000


@dataclass(slots=True, kw_only=True)
class CallRecord:
    """One call; the answer is filled in when it is known."""

    at: float
    operation: str | None
    target: Target | None
    app_id: str | None = None
    resource_id: str | None = None
    sid: str | None = None
    client_request: object = None
    status: int | None = None
    code: int | None = None
    handled: bool = False

    def carried_out(self, reply: Reply) -> None:
        """Note what the call did."""
        self.handled = reply.effective
        self.resource_id = self.resource_id or _text(reply.body.get("resourceId"))
        self.sid = self.sid or _text(reply.body.get("sid"))

    def answered(self, reply: Reply | None) -> None:
        """Note what the caller was told; None if the connection was closed."""
        if reply is not None:
            self.status = reply.status
            self.code = reply.code


class CallLog:
    """The last calls, in the order of their arrival."""

    def __init__(self) -> None:
        self._calls: deque[CallRecord] = deque(maxlen=MAX_CALLS)

    def append(self, record: CallRecord) -> None:
        """Note the arrival of a call."""
        self._calls.append(record)

    def clear(self) -> None:
        """Forget all calls."""
        self._calls.clear()

    def of_channel(self, channel: str | None) -> list[CallRecord]:
        """Return the calls about one channel, or all."""
        return [one for one in self._calls if channel in {None, _channel(one)}]


def overlaps(recordings: Iterable[Recording]) -> int:
    """Count the starts at which another recording ran for the same target."""
    busy_until: dict[Target, float] = {}
    count = 0
    for one in sorted(recordings, key=lambda recording: recording.started_at):
        busy = busy_until.get(one.target, 0.0)
        count += one.started_at < busy
        end = float("inf") if one.ended_at is None else one.ended_at
        busy_until[one.target] = max(busy, end)
    return count


def call_entry(record: CallRecord) -> dict[str, object]:
    """Return a call as the ledger shows it."""
    return {
        "at": record.at,
        "operation": record.operation,
        "appId": record.app_id,
        "channel": _channel(record),
        "uid": record.target.uid if record.target else None,
        "resourceId": record.resource_id,
        "sid": record.sid,
        "status": record.status,
        "code": record.code,
        "handled": record.handled,
        "clientRequest": record.client_request,
    }


def recording_entry(recording: Recording, now: float) -> dict[str, object]:
    """Return a recording as the ledger shows it."""
    return {
        "appId": recording.target.app_id,
        "channel": recording.target.channel,
        "uid": recording.target.uid,
        "mode": recording.mode,
        "resourceId": recording.resource.id,
        "sid": recording.sid,
        "startedAt": recording.started_at,
        "endedAt": recording.ended_at,
        "endReason": recording.end_reason,
        "seconds": recording.seconds(now),
        "placement": recording.resource.placement,
        "video": recording.options.video,
        "layout": recording.layout,
        "subscription": recording.subscription,
        "onhold": recording.page and recording.page.on_hold,
        "outputs": recording.page and [shown_address(url) for url in recording.page.outputs],
        "startRequest": recording.start_request,
    }


def body_target(app_id: str, body: object) -> Target | None:
    """Return whom a body says it is about, unchecked."""
    match body:
        case {"cname": str() as channel, "uid": str() | int() as uid}:
            return Target(app_id, channel, str(uid))
        case _:
            return None


def shown_request(body: object) -> object:
    """Return a body's clientRequest, or a body that has none, without its secrets.

    None if that is no object.
    """
    request = body.get("clientRequest", body) if isinstance(body, dict) else None
    return redacted(request) if isinstance(request, dict) else None


def _channel(record: CallRecord) -> str | None:
    return record.target.channel if record.target else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
