"""Every answer of Agora's tables has its kind; every other is ambiguous."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora import protocol, wire
from agora_recording.agora.errors import (
    AgoraError,
    Ambiguous,
    Conflict,
    NotFound,
    Refused,
    Said,
    Unavailable,
)
from agora_recording.agora.protocol import STOPPED, Operation, kind_of, read

ABOUT_A_RECORDING = ("query", "update", "updateLayout")
EFFECTS = (Operation.START, Operation.UPDATE, Operation.UPDATE_LAYOUT, Operation.STOP)
HARMLESS = (Operation.ACQUIRE, Operation.QUERY, Operation.KICK)

# agora-api.md 3.1: answers of the gateway, which come to any call
GATEWAY = [
    (400, {"message": "appid is invalid"}, Refused),
    (401, {"message": "Unauthorized"}, Refused),
    (401, {"message": "Invalid authentication credentials"}, Refused),
    (403, {"message": "service not enabled"}, Refused),
    (404, {"message": "no Route matched with those values"}, Unavailable),
    (429, {"message": "API rate limit exceeded"}, Unavailable),
]
# agora-api.md 3.2: by call; 3.3: older codes, of which no HTTP status is known, as 400
LISTED = [
    ("acquire", 400, 2, Refused),
    ("acquire", 400, 400, Refused),
    ("acquire", 400, 401, Refused),
    ("acquire", 400, 405, Refused),
    ("acquire", 400, 406, Unavailable),
    ("acquire", 500, 500, Unavailable),
    ("acquire", 500, 501, Unavailable),
    ("acquire", 500, 504, Unavailable),
    ("start", 201, 7, Conflict),
    ("start", 206, 65, Ambiguous),
    ("start", 400, 2, Refused),
    ("start", 400, 53, Conflict),
    ("start", 400, 432, Refused),
    ("start", 400, 433, Refused),
    ("start", 400, 1001, Refused),
    ("start", 400, 1003, Refused),
    ("start", 400, 1013, Refused),
    ("start", 500, 2, Ambiguous),
    ("start", 500, 15, Ambiguous),
    ("start", 500, 502, Ambiguous),
    ("start", 500, 62, Ambiguous),
    *((call, 206, 65, Ambiguous) for call in ABOUT_A_RECORDING),
    *((call, 400, 2, Refused) for call in ABOUT_A_RECORDING),
    *((call, 404, 404, NotFound) for call in ABOUT_A_RECORDING),
    ("query", 504, 62, Unavailable),
    ("update", 504, 62, Ambiguous),
    ("updateLayout", 504, 62, Ambiguous),
    ("updateLayout", 400, 1028, Refused),
    ("query", 500, 501, Unavailable),
    ("stop", 206, 65, Ambiguous),
    ("stop", 206, 50, Ambiguous),
    ("stop", 500, 50, Ambiguous),
    ("stop", 400, 2, Refused),
    ("stop", 400, 49, Conflict),
    ("stop", 404, 404, NotFound),
    ("stop", 504, 62, Ambiguous),
]
KNOWN = {(status, code) for _, status, code, _ in LISTED}
GATEWAY_STATUSES = {status for status, _, _ in GATEWAY}


def judged(operation: str, status: int, content: bytes) -> type[AgoraError]:
    """Return the kind of error that an answer is."""
    with pytest.raises(AgoraError) as caught:
        read(Operation(operation), status, content, {})
    return caught.type


@pytest.mark.parametrize(("operation", "status", "code", "kind"), LISTED)
def test_every_listed_answer_has_its_kind(
    operation: str, status: int, code: int, kind: type[AgoraError]
) -> None:
    """What Agora documents is sorted by what to do next."""
    assert kind is judged(operation, status, json.dumps({"code": code, "reason": "so"}).encode())


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize(("status", "body", "kind"), GATEWAY)
def test_answers_of_the_gateway_did_nothing(
    operation: Operation, status: int, body: object, kind: type[AgoraError]
) -> None:
    """They never reached the service; a wrong URL is no sign of absence."""
    assert kind is judged(operation, status, json.dumps(body).encode())


@given(st.sampled_from(EFFECTS), st.integers(201, 599), st.none() | st.integers(0, 2000))
def test_an_unlisted_answer_to_an_effect_is_ambiguous(
    operation: Operation, status: int, code: int | None
) -> None:
    """It may have happened, whatever the status suggests."""
    if (status, code) in KNOWN or (status in GATEWAY_STATUSES and code is None):
        return
    if (status, code) in {(400, 400), (400, 401), (400, 405), (400, 406)}:
        return

    assert Ambiguous is kind_of(operation, Said(status=status, code=code))


@given(st.sampled_from(HARMLESS), st.integers(201, 599), st.integers(2000, 3000))
def test_an_unlisted_answer_without_effect_is_asked_again(
    operation: Operation, status: int, code: int
) -> None:
    """Acquire and query can be repeated."""
    assert Unavailable is kind_of(operation, Said(status=status, code=code))


NONSENSE = {
    "empty": b"",
    "HTML": b"<html><body>502 Bad Gateway</body></html>",
    "a list": b"[]",
    "a text": b'"ok"',
    "null": b"null",
    "no UTF-8": b"\xff\xfe\xfa",
    "cut off": b'{"resourceId": "abc',
    "nested without end": b"[" * 100_000,
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("status", [200, 206, 500, 502])
@pytest.mark.parametrize("operation", Operation)
def test_nonsense_is_never_success(operation: Operation, status: int, content: bytes) -> None:
    """An effect whose answer cannot be read may have happened."""
    expected = Unavailable if operation in HARMLESS else Ambiguous

    assert expected is judged(operation, status, content)


def test_a_body_with_a_line_before_it_is_read() -> None:
    """Some of Agora's bodies begin with a newline."""
    assert read(Operation.START, 200, b'\n{"sid": "s"}', {}) == {"sid": "s"}


@given(st.binary(), st.integers(100, 599), st.dictionaries(st.just("retry-after"), st.text()))
def test_whatever_comes_is_a_body_or_an_error(
    content: bytes, status: int, headers: dict[str, str]
) -> None:
    """Nothing that Agora sends breaks a cycle."""
    with contextlib.suppress(AgoraError):
        assert isinstance(read(Operation.START, status, content, headers), dict)


@pytest.mark.parametrize("value", ["²", "\u0661", "1.5", "-1", "soon", "", "9" * 400])
def test_an_odd_retry_after_is_no_accident(value: str) -> None:
    """A header that cannot be read says nothing."""
    with pytest.raises(AgoraError) as caught:
        read(Operation.START, 429, b"{}", {"retry-after": value})

    wait = caught.value.said.retry_after
    assert wait is None or wait <= 3600


@pytest.mark.parametrize("status", [404, 500, 504])
def test_only_listed_answers_mean_stopped(status: int) -> None:
    """49 is an answer of 400, 435 one of 206; elsewhere these codes prove nothing (11)."""
    for code in STOPPED:
        kind = kind_of(Operation.STOP, Said(status=status, code=code))
        assert Ambiguous is kind


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MEMBERS = ("status", "sliceStartTime", "fileList", "uploadingStatus", "fileName", "isPlayable")
responses = st.dictionaries(st.sampled_from(MEMBERS), json_values)


@given(st.dictionaries(st.sampled_from(["serverResponse", "code"]), responses | json_values))
def test_any_server_response_can_be_read(body: dict[str, object]) -> None:
    """Wrong types are as good as nothing."""
    response = wire.server_response(body)

    assert response.status is None or isinstance(response.status, int)


@pytest.mark.parametrize(
    ("file_list", "expected"),
    [
        ("a.m3u8", (wire.File("a.m3u8"),)),
        ("", ()),
        ([], ()),
        (
            [{"fileName": "a", "trackType": "audio", "isPlayable": True, "sliceStartTime": 5}],
            (wire.File("a", "audio", is_playable=True, slice_start_time=5),),
        ),
        ([{"filename": "web.mp4"}], (wire.File("web.mp4"),)),
        ([{"other": 1}, "x", None], ()),
    ],
)
def test_file_lists_come_in_several_forms(
    file_list: object, expected: tuple[wire.File, ...]
) -> None:
    """Text, list, both spellings (agora-api.md 2.2)."""
    body = {"serverResponse": {"fileList": file_list}}

    assert expected == wire.server_response(body).files


@given(st.text(min_size=8), st.text(min_size=8))
def test_errors_show_no_secrets(secret: str, other: str) -> None:
    """The text of an error is operation, numbers and Agora's short reason."""
    access = protocol.Access("https://agora.test", other, secret)
    error = Refused("start", Said(400, 2, "bad parameter"))

    assert str(error) == "start: 400/2 bad parameter"
    assert repr(access) == "Access(endpoint='https://agora.test')"
