"""Every answer of Agora's, as it stands in tests/answers, is read for what it is."""

import contextlib
import json
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agora_recording.agora import wire
from agora_recording.agora.errors import AgoraError, Ambiguous, Refused, Said, Unavailable
from agora_recording.agora.hiding import QUOTED
from agora_recording.agora.protocol import (
    GATEWAY,
    KINDS,
    STOPPED,
    WITHOUT_EFFECT,
    Access,
    Operation,
    Request,
    kind_of,
    read,
    secrets,
)
from answers.answer import ANSWERS, Answer
from proofs.book import Proves
from proofs.row import answered
from unit.agora.secretive import ACCESS, betrayed, request_of

each = pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.id)


def outcome(answer: Answer) -> tuple[str, Any]:
    """Return what the client makes of an answer: a body, or an error."""
    hidden = secrets(ACCESS, request_of(answer.operation))
    try:
        body = read(answer.operation, answer.http, answer.content, {}, hidden=hidden)
    except AgoraError as error:
        return type(error).__name__, error
    return "Success", body


@each
def test_an_answer_is_sorted_by_what_to_do_next(answer: Answer, proves: Proves) -> None:
    """Success, or the one kind of error that says it."""
    assert answer.outcome == outcome(answer)[0]
    proves(answered(answer.operation, answer.http, answer.code), f"{answer.http} {answer.outcome}")


@each
def test_all_that_counts_is_read_from_an_answer(answer: Answer) -> None:
    """Its status, files, upload and services if it is a success; else the sid that it names."""
    word, found = outcome(answer)
    if word != "Success":
        assert (answer.http, answer.code, answer.row.get("sid")) == (
            found.said.status,
            found.said.code,
            found.said.sid,
        )
        return

    assert expected(answer) == asdict(wire.server_response(found))


def expected(answer: Answer) -> dict[str, Any]:
    """Return what is to be read from an answer, as its row says."""
    row = answer.row
    read_from = wire.ServerResponse(
        status=row.get("status"),
        slice_start_time=row.get("slice_start_time"),
        files=files(row),
        uploading_status=row.get("uploading_status"),
        extensions=tuple(
            wire.Extension(
                name=service.get("name"),
                state=service.get("state"),
                on_hold=service.get("on_hold"),
                files=files(service),
                outputs=tuple(service.get("outputs", ())),
                urls=tuple(service.get("urls", ())),
                uploading_status=service.get("uploading_status"),
            )
            for service in row.get("extensions", ())
        ),
    )
    return asdict(read_from)


def files(row: Any) -> tuple[wire.File, ...]:  # noqa: ANN401 - TOML
    """Return the files of a row."""
    return tuple(wire.File(**file) for file in row.get("files", ()))


@each
def test_an_answer_betrays_no_secret(answer: Answer) -> None:
    """Whatever of the request it repeats: errors are short, on one line, and without it."""
    word, found = outcome(answer)
    if word == "Success":
        assert not betrayed(repr(wire.server_response(found)))
        return

    assert not betrayed(str(found) + repr(found.said))
    assert len(found.said.reason) <= QUOTED
    assert found.said.reason.isprintable()
    assert found.said.reason


def test_no_two_answers_have_the_same_name() -> None:
    """Each stands in the files once."""
    assert Counter(answer.id for answer in ANSWERS).most_common(1)[0][1] == 1
    assert (
        Counter((answer.operation, answer.http, answer.content) for answer in ANSWERS).most_common(
            1
        )[0][1]
        == 1
    )


def test_every_answer_has_a_source() -> None:
    """A page, a ticket, an issue, or that it is an assumption."""
    assert [answer.id for answer in ANSWERS if not answer.row["source"]] == []


def test_each_kind_that_is_listed_is_that_of_an_answer() -> None:
    """And the other way round: what is sorted by its code is listed."""
    fallback = {True: "Unavailable", False: "Ambiguous"}
    sorted_by_code = {
        (answer.http, answer.code)
        for answer in ANSWERS
        if answer.code
        and answer.outcome not in {"Success", fallback[answer.operation in WITHOUT_EFFECT]}
    }
    by_code_all_the_same = {(400, 406)}  # never ambiguous, also in answer to a start

    assert set(KINDS) == sorted_by_code | by_code_all_the_same
    assert {kind.__name__ for kind in KINDS.values()} <= {answer.outcome for answer in ANSWERS}


def test_each_answer_of_the_gateway_that_is_listed_is_there() -> None:
    """And the other way round."""
    ambiguous = {"Ambiguous", "Unavailable"}
    messages = [a for a in ANSWERS if a.code is None and "message" in a.body]
    listed = [a for a in messages if a.outcome == GATEWAY.get(a.http, Ambiguous).__name__]

    assert set(GATEWAY) == {a.http for a in listed if a.http in GATEWAY}
    assert {a.http for a in messages if a.outcome not in ambiguous} <= set(GATEWAY)


def test_each_answer_that_means_stopped_is_there() -> None:
    """And no other error counts as a success."""
    stopped = {
        (answer.http, answer.code)
        for answer in ANSWERS
        if answer.outcome == "Success" and answer.code
    }

    assert set(STOPPED) == stopped


EFFECTS = sorted(set(Operation) - WITHOUT_EFFECT)
KNOWN = {(answer.http, answer.code) for answer in ANSWERS}


@given(st.sampled_from(EFFECTS), st.integers(201, 599), st.none() | st.integers(1, 2000))
def test_an_unlisted_answer_to_an_effect_is_ambiguous(
    operation: Operation, status: int, code: int | None
) -> None:
    """It may have happened, whatever the status suggests."""
    if (status, code) not in KNOWN:
        assert Ambiguous is kind_of(operation, Said(status=status, code=code))


@given(st.sampled_from(sorted(WITHOUT_EFFECT)), st.integers(201, 599), st.integers(2000, 3000))
def test_an_unlisted_answer_without_effect_is_asked_again(
    operation: Operation, status: int, code: int
) -> None:
    """Acquire and query can be repeated."""
    assert Unavailable is kind_of(operation, Said(status=status, code=code))


@given(
    st.sampled_from(list(Operation)),
    st.binary(),
    st.integers(100, 599),
    st.dictionaries(st.just("retry-after"), st.text()),
)
def test_whatever_comes_is_a_body_or_an_error(
    operation: Operation, content: bytes, status: int, headers: dict[str, str]
) -> None:
    """Nothing that Agora sends breaks a cycle."""
    with contextlib.suppress(AgoraError):
        assert isinstance(read(operation, status, content, headers), dict)


@pytest.mark.parametrize("content", [b"{}", b"", b'{"message": "too many"}'])
@pytest.mark.parametrize("value", ["²", "\u0661", "1.5", "-1", "soon", "", "9" * 400])
def test_an_odd_retry_after_is_no_accident(value: str, content: bytes) -> None:
    """A header that cannot be read says nothing."""
    with pytest.raises(AgoraError) as caught:
        read(Operation.START, 429, content, {"retry-after": value})

    wait = caught.value.said.retry_after
    assert wait is None or wait <= 3600


@pytest.mark.parametrize("content", [b"<html>", b'{"message": "too many"}'])
def test_whoever_asks_to_wait_is_heard(content: bytes) -> None:
    """Also a proxy that does not speak Agora's language."""
    with pytest.raises(AgoraError) as caught:
        read(Operation.ACQUIRE, 429, content, {"retry-after": "7"})

    assert caught.value.said.retry_after == 7.0


@pytest.mark.parametrize("status", [404, 500, 504])
def test_only_listed_answers_mean_stopped(status: int) -> None:
    """49 is an answer of 400, 435 one of 206; elsewhere these codes prove nothing (11)."""
    for _, code in STOPPED:
        kind = kind_of(Operation.STOP, Said(status=status, code=code))
        assert Ambiguous is kind


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MEMBERS = ("status", "sliceStartTime", "fileList", "uploadingStatus", "extensionServiceState")
PAYLOAD = ("payload", "serviceName", "state", "onhold", "outputs", "fileName", "isPlayable")
services = st.lists(st.dictionaries(st.sampled_from(PAYLOAD), json_values))
responses = st.dictionaries(st.sampled_from(MEMBERS), json_values | services)


@given(st.dictionaries(st.sampled_from(["serverResponse", "code"]), responses | json_values))
def test_any_server_response_can_be_read(body: dict[str, object]) -> None:
    """Wrong types are as good as nothing."""
    response = wire.server_response(body)

    assert response.status is None or isinstance(response.status, int)


def test_errors_show_no_secrets() -> None:
    """The text of an error is operation, numbers and Agora's short reason."""
    error = Refused("start", Said(400, 2, "bad parameter"))

    assert str(error) == "start: 400/2 bad parameter"
    assert repr(ACCESS) == "Access(endpoint='https://agora.test')"


@given(st.text(min_size=4), st.text(), st.text())
def test_no_secret_is_quoted_whatever_is_around_it(secret: str, before: str, after: str) -> None:
    """Also one that is short, or has spaces or odd characters in it."""
    request = Request(Operation.START, "POST", "/", {"deep": [{"stsToken": secret}]})
    hidden = secrets(Access("https://agora.test", "id", "customer-secret"), request)
    body = {"code": 2, "reason": f"{before}{secret}{after}"}
    with pytest.raises(AgoraError) as caught:
        read(Operation.START, 400, json.dumps(body).encode(), {}, hidden=hidden)
    said = " ".join(secret.split())

    assert not said.isprintable() or len(said) < 4 or said not in caught.value.said.reason
