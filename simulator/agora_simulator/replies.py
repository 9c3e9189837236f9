"""Every answer of the API: bodies, codes and HTTP statuses, in one place.

Two shapes exist: the gateway's `{"message"}` and the service's `{"code", "reason"}`.
"""

import json
from dataclasses import dataclass, field
from typing import Final

ACCEPTED_CODES: Final = frozenset({None, 435})
"""Codes that come with an effect: none at all, and a stop without recorded data."""

WEB_SCENE: Final = 1
"""The scene that is acquired for mode web."""

BODY_CHECK_FAILED: Final = "post method api body check failed!"
BAD_BODY: Final = 2
"""The code of a body that breaks a rule."""
NOT_JSON: Final = "the body is not JSON"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    body: dict[str, object]
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    """The body as it is written; None: it is written as JSON."""

    @property
    def content(self) -> bytes:
        """What is sent."""
        return (json.dumps(self.body) if self.text is None else self.text).encode()

    @property
    def code(self) -> int | None:
        """The service's error code; None for a success and for the gateway's answers."""
        code = self.body.get("code")
        return code if isinstance(code, int) else None

    @property
    def effective(self) -> bool:
        """Whether the call did what it asked for."""
        return self.status in {200, 206} and self.code in ACCEPTED_CODES


class RefusedError(Exception):
    """The call has no effect; the reply says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.body)
        self.reply = reply


def message(status: int, text: str, headers: dict[str, str] | None = None) -> Reply:
    """Answer as the gateway does."""
    return Reply(status, {"message": text}, headers or {})


def error(status: int, code: int, reason: str) -> Reply:
    """Answer as the recording service does when it refuses."""
    return Reply(status, {"code": code, "reason": reason})


UNAUTHORIZED: Final = message(401, "Unauthorized")
WRONG_CREDENTIALS: Final = message(401, "Invalid authentication credentials")
UNKNOWN_APP: Final = message(400, "appid is invalid")
NO_ROUTE: Final = message(404, "no Route matched with those values")

SERVICE_NOT_ENABLED: Final = error(400, 400, "invalid_appid")
APP_DISABLED: Final = error(400, 405, "no_active_status")
INVALID_CHANNEL: Final = error(400, 401, "invalid_channel_name")
OVERLOADED: Final = error(400, 406, "vendor_over_load")
CONFLICT: Final = error(400, 53, "task conflict")
EXITING: Final = error(400, 49, "invalid operation")
NO_WORKER: Final = error(404, 404, "failed to find worker")
INTERNAL_ERROR: Final = error(500, 500, "internal_error")


def bad_body(reason: str = BODY_CHECK_FAILED) -> Reply:
    """Answer a request whose body breaks a rule."""
    return error(400, BAD_BODY, reason)


def not_json() -> Reply:
    """Answer a body that is not JSON."""
    return error(400, 8, NOT_JSON)


def resource_unreadable(status: int) -> Reply:
    """Answer a start of what is no resourceId."""
    return error(status, 1001, "the resourceId cannot be parsed")


def resource_mismatch(status: int) -> Reply:
    """Answer a start of another's resource."""
    return error(status, 432, "cname, uid or App ID does not match the resourceId")


def resource_expired(status: int) -> Reply:
    """Answer a start that comes too late."""
    return error(status, 433, "the resourceId has expired")


def exiting(status: int) -> Reply:
    """Answer the query of a recording that is exiting, as older pages have it."""
    return error(status, 501, "the recording is exiting")


def wrong_scene(status: int, scene: int) -> Reply:
    """Answer a start in a mode that the resource is not for."""
    what = "webResource" if scene == WEB_SCENE else "the mode"
    return error(status, 432, f"{what} is not allowed for this scene!")


def rule_made(number: int) -> Reply:
    """Answer the making of a kicking rule."""
    return Reply(200, {"status": "success", "id": number})


def rate_limited(retry_after_seconds: float | None = None) -> Reply:
    """Answer a caller that is over its rate."""
    if retry_after_seconds is None:
        return message(429, "API rate limit exceeded")
    headers = {"Retry-After": f"{retry_after_seconds:g}"}
    return message(429, "API rate limit exceeded", headers)


def unfinished(status: int) -> Reply:
    """Answer a call whose outcome the front end did not wait for."""
    if status == 206:  # noqa: PLR2004 - the one status that has its own code
        return error(206, 65, "request not completed")
    return error(status, 62, "request timeout")


def upload_too_slow(status: int) -> Reply:
    """Answer a synchronous stop whose upload outlasted the limit."""
    return error(status, 50, "upload timeout")


def already_started(ids: dict[str, object]) -> Reply:
    """Answer the second start of one resource: an error in the clothes of a success."""
    return Reply(201, {"code": 7, "reason": "already started", **ids})


def no_recorded_data(ids: dict[str, object]) -> Reply:
    """Answer the stop of a recording nobody sent a stream to."""
    return Reply(206, {"code": 435, "reason": "no recorded data", **ids})


def success(ids: dict[str, object], server_response: dict[str, object] | None = None) -> Reply:
    """Answer a call that did what it asked for."""
    if server_response is None:
        return Reply(200, ids)
    return Reply(200, {**ids, "serverResponse": server_response})
