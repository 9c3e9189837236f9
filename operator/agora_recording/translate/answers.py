"""A reply becomes facts: what Agora answered, in the domain's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from agora_recording.agora import wire
from agora_recording.agora.errors import AgoraError, Refused, Unavailable
from agora_recording.agora.protocol import Operation
from agora_recording.crd.status import RecordedFile
from agora_recording.domain.observation import Answer, Problem
from agora_recording.domain.reason import Reason

UPLOADING: Final = {"uploaded": "Uploaded", "backuped": "Backuped"}


WEB_STATES: Final = {"init": 1, "inProgress": 5, "exit": 8}
"""What the recorder of a web page says of itself, as a query status."""


def answer(response: wire.ServerResponse) -> Answer | None:
    """Return what a query said; None if it said no status, which is no answer."""
    status = _status(response)
    if status is None:
        return None
    return Answer(status, moment(response.slice_start_time), files(response))


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


def moment(milliseconds: int | None) -> datetime | None:
    """Return a time of Agora's, in milliseconds since the epoch; 0 or nonsense means none."""
    if not milliseconds:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def problem(error: AgoraError) -> Problem:
    """Return what a failed call means for the object, and what a person can do."""
    said = error.said
    quoted = f"Agora answered {error.operation} with {said}."
    if said.status in {401, 403}:
        return Problem(Reason.CREDENTIALS_REFUSED, f"{quoted} {Reason.CREDENTIALS_REFUSED.remedy}")
    if said.status == 429:  # noqa: PLR2004
        text = f"{quoted} These are too many calls. {Reason.RATE_LIMITED.remedy}"
        return Problem(Reason.RATE_LIMITED, text, said.retry_after or 0.0)
    if said.code == 406:  # noqa: PLR2004
        return Problem(Reason.CONCURRENCY_LIMIT, f"{quoted} {Reason.CONCURRENCY_LIMIT.remedy}")
    disabled = isinstance(error, Refused) and (said.code in {None, 400, 405})
    if disabled:
        return Problem(Reason.SERVICE_DISABLED, f"{quoted} {Reason.SERVICE_DISABLED.remedy}")
    if isinstance(error, Refused):
        return Problem(Reason.REQUEST_REFUSED, f"{quoted} {Reason.REQUEST_REFUSED.remedy}")
    return Problem(
        Reason.AGORA_UNAVAILABLE,
        f"Agora did not answer {error.operation} as it should ({said}); {_effect(error)}. "
        f"{Reason.AGORA_UNAVAILABLE.remedy}",
    )


def _effect(error: AgoraError) -> str:
    """Say what a call that failed may have done."""
    harmless = error.operation in {Operation.ACQUIRE, Operation.QUERY}
    if harmless or isinstance(error, Unavailable):
        return "nothing happened"
    if error.operation == Operation.START:
        return "it may have begun to record, and the same start again makes no second recording"
    return "it may have had its effect"
