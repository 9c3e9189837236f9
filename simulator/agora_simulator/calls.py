"""What a request to the Agora API asks for, told from its method and path alone.

Comes before everything else: a request that is no call gets the gateway's own 404.
"""

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "/v1/apps/"
MODES = frozenset({"individual", "mix", "web"})


class Operation(StrEnum):
    """The six calls of the API, by the last word of their paths."""

    ACQUIRE = "acquire"
    START = "start"
    QUERY = "query"
    UPDATE = "update"
    UPDATE_LAYOUT = "updateLayout"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API; the parts its path does not name are None."""

    operation: Operation
    app_id: str
    resource_id: str | None = None
    sid: str | None = None
    mode: str | None = None
    body: object = None


@dataclass(frozen=True, slots=True)
class Target:
    """The one recorder identity that may record at a time."""

    app_id: str
    channel: str
    uid: str


def route(method: str, path: str) -> Call | None:
    """Return the call a request makes, or None if the gateway has no such route."""
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
