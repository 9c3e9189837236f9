"""A reply becomes facts: what Agora answered, in the domain's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from agora_recording.agora import wire
from agora_recording.agora.codes import SPEC, Code, code_of
from agora_recording.agora.errors import AgoraError, Ambiguous, Refused, Unavailable
from agora_recording.agora.protocol import WITHOUT_EFFECT, Operation
from agora_recording.crd.status import RecordedFile
from agora_recording.domain.observation import Answer, Problem
from agora_recording.domain.reason import Reason
from agora_recording.domain.wording import MOST

LENGTH: Final = 157
"""Characters of a message: no more than 200 are read, and how the object stands adds to them."""
SHORTEST: Final = 20
"""Characters of Agora's words below which they are not worth quoting."""
BRIEF: Final = 60
"""Characters of Agora's words where the cause alone is said."""
BY_CODE: Final[Mapping[int, Reason]] = {
    400: Reason.SERVICE_DISABLED,
    405: Reason.SERVICE_DISABLED,
    406: Reason.CONCURRENCY_LIMIT,
    433: Reason.AGORA_UNAVAILABLE,
    1001: Reason.AGORA_UNAVAILABLE,
    1003: Reason.AGORA_UNAVAILABLE,
}
"""Reasons of refusals; a resource that is of no use is replaced without a person."""
BY_STATUS: Final[Mapping[int, Reason]] = {
    400: Reason.SERVICE_DISABLED,
    401: Reason.CREDENTIALS_REFUSED,
    403: Reason.CREDENTIALS_REFUSED,
    429: Reason.RATE_LIMITED,
}
"""The same of Agora's gateway."""
NEXT: Final[Mapping[Reason, str]] = {
    Reason.REQUEST_REFUSED: "{remedy} It is tried again within ten minutes.",
    Reason.SERVICE_DISABLED: "{remedy} It is tried again within a minute.",
    Reason.CREDENTIALS_REFUSED: "{remedy} It is read again within a minute.",
    Reason.RATE_LIMITED: "It is tried again within half a minute. {remedy}",
    Reason.CONCURRENCY_LIMIT: "It is tried again within a minute. {remedy}",
    Reason.AGORA_UNAVAILABLE: "It is tried again within half a minute. {remedy}",
}
"""What happens and can be done next."""
REACH: Final = "If this lasts, see whether the operator can reach Agora."
"""What can be done about an answer that is missing, or not Agora's."""
EFFECTS: Final[Mapping[str, str]] = {
    Operation.ACQUIRE: "; nothing begins",
    Operation.START: "; nothing begins",
    Operation.STOP: "; the recording goes on",
}
"""What it means that a call did nothing, where the object does not say so."""
MAY_HAVE: Final[Mapping[str, str]] = {
    Operation.START: "; it may have begun, and repeating it is safe",
}
"""What it means that nobody knows what a call did."""
MAY_HAVE_WORKED: Final = "; it may have worked"
"""The same in few words."""
CHANGES: Final = frozenset({Operation.UPDATE, Operation.UPDATE_LAYOUT})
"""Calls whose failure leaves the recording as it is, which the object says."""
ADDED: Final = 21
"""Characters of how the object stands, as they are added to the words for a failed change."""
UPLOADING: Final = {"uploaded": "Uploaded", "backuped": "Backuped"}


MILLISECONDS: Final = 10**11
"""From here on a number since the epoch is of milliseconds (1973), below of seconds (until 5138).

The REST reference (query) says seconds for files, and all its examples are milliseconds.
"""
WEB_STATES: Final = {"init": 1, "inProgress": 5, "exit": 8}
"""What the recorder of a web page says of itself, as a query status."""


def answer(response: wire.ServerResponse) -> Answer | None:
    """Return what a query said; None if it said no status, which is no answer."""
    status = _status(response)
    if status is None:
        return None
    said = (each.on_hold for each in response.extensions)
    return Answer(
        status,
        moment(response.slice_start_time),
        files(response),
        on_hold=next((held for held in said if held is not None), None),
        outputs=tuple(word.capitalize() for each in response.extensions for word in each.outputs),
    )


def _status(response: wire.ServerResponse) -> int | None:
    """Return how far a recording has come, by its status and by the recorder of its web page.

    The status of a web recording may lag behind, even at 0, while the page is recorded (REST
    reference, query). Statuses rise in the life of a recording, so the higher one is the newer.
    """
    states = (WEB_STATES.get(service.state or "") for service in response.extensions)
    return max((s for s in (response.status, *states) if s is not None), default=None)


def files(response: wire.ServerResponse) -> tuple[RecordedFile, ...]:
    """Return the files that a reply lists, index files first."""
    listed = [*response.files, *(file for e in response.extensions for file in e.files)]
    found = [
        RecordedFile(
            name=file.name,
            track=file.track_type,
            playable=file.is_playable,
            slice_start_time=moment(file.slice_start_time),
        )
        for file in listed
    ]
    return tuple(sorted(found, key=lambda file: not file.name.endswith(".m3u8")))


def uploading_status(response: wire.ServerResponse) -> str | None:
    """Return what a stop said of the upload, as a word of the status."""
    said = (response.uploading_status, *(each.uploading_status for each in response.extensions))
    return next((UPLOADING.get(word, "Unknown") for word in said if word), None)


def moment(since_epoch: int | None) -> datetime | None:
    """Return a time of Agora's, in milliseconds or seconds; 0 or nonsense means none."""
    if not since_epoch:
        return None
    seconds = since_epoch if abs(since_epoch) < MILLISECONDS else since_epoch / 1000
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def problem(error: AgoraError) -> Problem:
    """Return what a failed call means for the object, and what a person can do."""
    reason = _reason(error)
    wait = error.said.retry_after or 0.0
    return Problem(reason, _message(error, reason), wait, _brief(error, reason))


def _reason(error: AgoraError) -> Reason:
    """Return the word for how an object stands whose call failed."""
    said, refused = error.said, isinstance(error, Refused)
    otherwise = Reason.REQUEST_REFUSED if refused else Reason.AGORA_UNAVAILABLE
    if said.foreign or not isinstance(error, Refused | Unavailable):
        return otherwise
    if said.code is None:
        return BY_STATUS.get(said.status or 0, otherwise)
    return BY_CODE.get(said.code, otherwise)


def _message(error: AgoraError, reason: Reason) -> str:
    """Say the cause, the consequence, and what happens and can be done next.

    Agora's own words are quoted as far as there is room for them.
    """
    said, known = error.said, _known(error)
    begin, numbers = _begin(error, reason), _numbers(error)
    unknown = REACH if reason is Reason.AGORA_UNAVAILABLE else SPEC[0]
    remedy = known.remedy if known else unknown
    follows = f". {NEXT[reason].format(remedy=remedy)}"
    core = f"{begin}: {known.meaning if known else ''}{numbers}"
    end = f"{_effect(error, reason, MOST - len(core + follows))}{follows}"
    if known is None:
        ours = said.foreign or said.status is None
        room = LENGTH - len(f"{begin}: {numbers}{end}")
        cause = said.reason if ours else _cut(said.reason, max(room, SHORTEST))
        return f"{begin}: {cause}{numbers}{end}"
    room = LENGTH - len(f"{begin}: {known.meaning} {numbers}{end}")
    quoted = f"{numbers[:-1]} {_cut(said.reason, room)})" if room >= SHORTEST else numbers
    return f"{begin}: {known.meaning}{quoted}{end}"


def _brief(error: AgoraError, reason: Reason) -> str:
    """Say the cause alone, for where something else is done about it."""
    known = _known(error)
    cause = known.meaning if known else _cut(error.said.reason, BRIEF)
    return f"{_begin(error, reason)}: {cause}{_numbers(error)}."


def _known(error: AgoraError) -> Code | None:
    said = error.said
    return None if said.foreign else code_of(error.operation, said.status, said.code)


def _begin(error: AgoraError, reason: Reason) -> str:
    failed = reason is Reason.AGORA_UNAVAILABLE
    return f"Agora's {error.operation} failed" if failed else f"Agora refuses {error.operation}"


def _numbers(error: AgoraError) -> str:
    return f" ({error.said.numbers})" if error.said.numbers else ""


def _effect(error: AgoraError, reason: Reason, room: int) -> str:
    """Say what a call that failed did, or may have done, at length if there is room."""
    if isinstance(error, Ambiguous) and error.operation not in WITHOUT_EFFECT:
        if error.operation in CHANGES:
            return MAY_HAVE_WORKED if len(MAY_HAVE_WORKED) <= room - ADDED else ""
        at_length = MAY_HAVE.get(error.operation, MAY_HAVE_WORKED)
        return at_length if len(at_length) <= room else MAY_HAVE_WORKED
    known_by_the_object = reason is Reason.CREDENTIALS_REFUSED
    return "" if known_by_the_object else EFFECTS.get(error.operation, "")


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"
