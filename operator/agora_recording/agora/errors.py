"""What can go wrong at Agora, sorted by what the caller should do about it.

* AgoraError
  * Refused       asking again with the same request cannot help       (400/2, 401, 403)
  * NotFound      no such recording now; it may be moving              (404/404)
  * Conflict      this channel and uid are, or were just, recorded     (400/53, 201/7, 400/49)
  * Unavailable   nothing happened; ask again later                    (429, 400/406, no connection)
  * Ambiguous     it may have happened; look before asking otherwise   (206/65, 5xx, time-out,
                                                                        anything that is not listed)

The text of an error holds the operation, Agora's code and its short reason; never a body, a
header or a credential.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """What Agora said: HTTP status, its own code if any, and its short reason."""

    status: int | None = None
    code: int | None = None
    reason: str = ""
    sid: str | None = None
    """A sid that the error names: a candidate, not a fact."""
    retry_after: float | None = None
    """Seconds that Agora asks to wait."""
    foreign: bool = False
    """Whether the answer is none of Agora's: then its status is somebody else's."""

    @property
    def numbers(self) -> str:
        """The status and the code, as far as there are any."""
        return "/".join(str(n) for n in (self.status, self.code) if n is not None)

    def __str__(self) -> str:
        """Say it in one short line."""
        return f"{self.numbers} {self.reason}".strip()


class AgoraError(Exception):
    """A call that did not give what was asked for."""

    def __init__(self, operation: str, said: Said) -> None:
        super().__init__(f"{operation}: {said}")
        self.operation = operation
        self.said = said


class Refused(AgoraError):  # noqa: N818 - errors are named for the next step
    """The same request cannot succeed; nothing happened."""


class NotFound(AgoraError):  # noqa: N818
    """Agora knows no such recording now. One answer of this kind proves nothing."""


class Conflict(AgoraError):  # noqa: N818
    """Agora's exclusion speaks: the target or the resource is, or was, already in use."""


class Unavailable(AgoraError):  # noqa: N818
    """Nothing happened; the same request may succeed later."""


class Ambiguous(AgoraError):  # noqa: N818
    """It may have happened. Look before asking for anything else."""
