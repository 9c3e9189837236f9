from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora.errors import AgoraError, Ambiguous, NotFound, Refused, Said, Unavailable
from agora_recording.domain.reason import Reason
from agora_recording.translate import answers


@pytest.mark.parametrize(
    ("kind", "status", "code", "reason"),
    [
        (Refused, 401, None, Reason.CREDENTIALS_REFUSED),
        (Refused, 403, None, Reason.CREDENTIALS_REFUSED),
        (Unavailable, 429, None, Reason.RATE_LIMITED),
        (Unavailable, 400, 406, Reason.CONCURRENCY_LIMIT),
        (Refused, 400, None, Reason.SERVICE_DISABLED),
        (Refused, 400, 400, Reason.SERVICE_DISABLED),
        (Refused, 400, 405, Reason.SERVICE_DISABLED),
        (Refused, 400, 401, Reason.REQUEST_REFUSED),
        (Refused, 400, 2, Reason.REQUEST_REFUSED),
        (Unavailable, None, None, Reason.AGORA_UNAVAILABLE),
        (Ambiguous, 504, 62, Reason.AGORA_UNAVAILABLE),
        (NotFound, 404, 404, Reason.AGORA_UNAVAILABLE),
    ],
)
def test_each_error_is_said_in_words(
    kind: type[AgoraError], status: int | None, code: int | None, reason: Reason
) -> None:
    """The user reads what Agora said, and what can be done."""
    found = answers.problem(kind("start", Said(status, code, "as it says")))

    assert reason is found.reason
    assert "as it says" in found.message


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (1_700_000_000_500, datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC)),
        (0, None),
        (None, None),
    ],
)
def test_moments(milliseconds: int | None, expected: datetime | None) -> None:
    """Milliseconds since the epoch; 0 is Agora's word for none."""
    assert expected == answers.moment(milliseconds)


@given(st.integers())
def test_no_moment_breaks_a_cycle(milliseconds: int) -> None:
    """A number that is no time says nothing."""
    answers.moment(milliseconds)
