"""What the store answers: objects, and Status objects of the API server's kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Object = dict[str, Any]
"""A JSON object."""

NOT_FOUND: Final = 404
CONFLICT: Final = 409
INVALID: Final = 422
BAD_REQUEST: Final = 400


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a JSON body."""

    status: int
    body: Object


class RefusedError(Exception):
    """The request was refused; nothing was changed."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.answer = Answer(
            status,
            {
                "kind": "Status",
                "apiVersion": "v1",
                "status": "Failure",
                "message": message,
                "reason": reason,
                "code": status,
            },
        )


def not_found(what: str) -> RefusedError:
    """Return the answer for what does not exist."""
    return RefusedError(NOT_FOUND, "NotFound", f"{what} not found")


def conflict(what: str, why: str) -> RefusedError:
    """Return the answer to a write that was decided from another version."""
    return RefusedError(CONFLICT, "Conflict", f"Operation cannot be fulfilled on {what}: {why}")


def exists(what: str) -> RefusedError:
    """Return the answer to the creation of what is there."""
    return RefusedError(CONFLICT, "AlreadyExists", f"{what} already exists")


def invalid(what: str, why: str) -> RefusedError:
    """Return the answer to an object that breaks a rule."""
    return RefusedError(INVALID, "Invalid", f"{what} is invalid: {why}")


def strict(unknown: list[str]) -> RefusedError:
    """Return the answer to fields that the schema does not know."""
    named = ", ".join(f'unknown field "{path}"' for path in unknown)
    return RefusedError(BAD_REQUEST, "BadRequest", f"strict decoding error: {named}")
