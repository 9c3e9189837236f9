"""What a request to Agora's APIs asks for, told from its method and path alone.

Comes before everything else: a request that is no call gets the gateway's own 404.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

PREFIX = "/v1/apps/"
KICKING_RULES = "/dev/v1/kicking-rule"
MODES = frozenset({"individual", "mix", "web"})


class Operation(StrEnum):
    """The six calls of the recording API, by the last word of their paths, and one more."""

    ACQUIRE = "acquire"
    START = "start"
    QUERY = "query"
    UPDATE = "update"
    UPDATE_LAYOUT = "updateLayout"
    STOP = "stop"
    KICKING_RULE = "kickingRule"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API; the parts its path does not name are None."""

    operation: Operation
    app_id: str
    """Empty where only the body could name it and does not."""
    resource_id: str | None = None
    sid: str | None = None
    mode: str | None = None
    body: object = None

    def with_body(self, body: object) -> Self:
        """Return the call with its body, which names the App ID if the path does not."""
        named = body.get("appid") if isinstance(body, dict) else None
        app_id = self.app_id or (named if isinstance(named, str) else "")
        return replace(self, app_id=app_id, body=body)


@dataclass(frozen=True, slots=True)
class Target:
    """The one recorder identity that may record at a time."""

    app_id: str
    channel: str
    uid: str


def route(method: str, path: str) -> Call | None:
    """Return the call a request makes, or None if the gateway has no such route."""
    if (method, path) == ("POST", KICKING_RULES):
        return Call(Operation.KICKING_RULE, "")
    if not path.startswith(PREFIX):
        return None
    app_id, *parts = path[len(PREFIX) :].split("/")
    match method, parts:
        case "POST", ["cloud_recording", "acquire"]:
            return Call(Operation.ACQUIRE, app_id)
        case "POST", ["cloud_recording", "resourceid", resource, "mode", mode, "start"]:
            call = Call(Operation.START, app_id, resource, None, mode)
        case _, ["cloud_recording", "resourceid", resource, "sid", sid, "mode", mode, verb]:
            operation = _operation_on_sid(method, mode, verb)
            if operation is None:
                return None
            call = Call(operation, app_id, resource, sid, mode)
        case _:
            return None
    return call if call.mode in MODES else None


def _operation_on_sid(method: str, mode: str, verb: str) -> Operation | None:
    match method, verb:
        case "GET", "query":
            return Operation.QUERY
        case "POST", "update":
            return Operation.UPDATE
        case "POST", "updateLayout" if mode == "mix":
            return Operation.UPDATE_LAYOUT
        case "POST", "stop":
            return Operation.STOP
        case _:
            return None
