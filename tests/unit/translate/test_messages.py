"""What people read of every answer of Agora's that is no success."""

import pytest

from agora_recording.agora.codes import ANY, CODES, STATUSES
from agora_recording.agora.errors import (
    AgoraError,
    Ambiguous,
    Conflict,
    NotFound,
    Refused,
    Said,
    Unavailable,
)
from agora_recording.agora.protocol import Operation, kind_of, read, secrets
from agora_recording.domain.observation import Problem
from agora_recording.domain.pace import DELAYS
from agora_recording.domain.reason import Reason
from agora_recording.domain.standing import LAST_SEEN, UNCHANGED
from agora_recording.translate.answers import problem
from answers.answer import ANSWERS, Answer
from proofs.book import Proves
from proofs.row import answered
from unit.agora.secretive import ACCESS, betrayed, request_of

LENGTH = 200
"""Characters of a message that people read."""
MORE = {
    Operation.QUERY: f" {LAST_SEEN}",
    Operation.UPDATE: f" {UNCHANGED}",
    Operation.UPDATE_LAYOUT: f" {UNCHANGED}",
}
"""What is added of the recording that goes on."""
BY_OURSELVES = {"Success", "Conflict"}
"""Outcomes of which the words depend on the state of the object."""
FAILURES = [answer for answer in ANSWERS if answer.outcome not in BY_OURSELVES]

each = pytest.mark.parametrize("answer", FAILURES, ids=lambda answer: answer.id)


def told(answer: Answer) -> Problem:
    """Return what a person is told of an answer."""
    hidden = secrets(ACCESS, request_of(answer.operation))
    with pytest.raises(AgoraError) as caught:
        read(answer.operation, answer.http, answer.content, {}, hidden=hidden)
    return problem(caught.value)


@each
def test_a_message_can_be_read_at_a_glance(answer: Answer) -> None:
    """Few whole sentences on one line: what failed, with which numbers, and what follows."""
    found = told(answer)
    said = found.message
    numbers = [str(answer.http)] if answer.code is None else [f"{answer.http}/{answer.code}"]

    assert len(said) + len(MORE.get(answer.operation, "")) <= LENGTH
    assert said == " ".join(said.split())
    assert said.isprintable()
    assert said.startswith((f"Agora refuses {answer.operation}: ", f"Agora's {answer.operation} "))
    assert said.endswith(".")
    assert all(number in said for number in numbers)
    assert " again within " in said
    assert found.reason in DELAYS


@each
def test_a_message_betrays_no_secret(answer: Answer) -> None:
    """Whatever the answer repeats."""
    assert not betrayed(told(answer).message)


@each
def test_a_message_explains_the_code(answer: Answer, proves: Proves) -> None:
    """With the meaning and the remedy of the one table of them."""
    known = CODES.get((answer.operation, answer.code or 0)) or CODES.get((ANY, answer.code or 0))
    if known is None:
        return
    said = told(answer).message

    assert known.meaning in said
    assert known.remedy in said
    proves(answered(answer.operation, answer.http, answer.code))


def test_each_code_of_an_answer_is_explained() -> None:
    """But for those of releases to come."""
    unknown = {98765}
    missing = {
        answer.id
        for answer in ANSWERS
        if answer.code
        and (answer.operation, answer.code) not in CODES
        and (ANY, answer.code) not in CODES
    }

    assert missing == {answer.id for answer in ANSWERS if answer.code in unknown}


def test_each_explanation_is_that_of_an_answer() -> None:
    """None stands in the table that nothing is known to say."""
    given = {(answer.operation, answer.code) for answer in ANSWERS if answer.code}
    given_by_any = {(ANY, code) for _, code in given}
    statuses = {answer.http for answer in ANSWERS if "message" in answer.body}

    assert set(CODES) <= given | given_by_any
    assert set(STATUSES) <= statuses


@pytest.mark.parametrize("status", [206, 400, 401, 403, 404, 429, 500, 504])
@pytest.mark.parametrize("operation", Operation)
def test_a_message_stays_short_whatever_status_a_code_comes_with(
    operation: Operation, status: int
) -> None:
    """And however much Agora says beside it."""
    for code in (None, 98765, *{code for _, code in CODES}):
        said = Said(status, code, "Some words. " * 30)
        found = problem(kind_of(operation, said)(operation, said))

        assert len(found.message) + len(MORE.get(operation, "")) <= LENGTH, found.message


EXPLANATIONS = {**{f"{call}/{code}": row for (call, code), row in CODES.items()}, **STATUSES}


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_fits_into_a_message(name: str | int) -> None:
    """A meaning goes on after a colon; a remedy is a whole sentence; both are there twice."""
    found = EXPLANATIONS[name]

    assert not found.meaning.endswith(".")
    assert found.remedy.endswith(".")
    assert found.remedy_zh.endswith("。")
    assert not found.meaning_zh.endswith("。")
    assert all(text[0] >= "\u4e00" or text[0].isalpha() for text in found)
    assert any(char >= "\u4e00" for char in found.meaning_zh)


TOLD = [
    (
        Refused("start", Said(400, 2, "Acquire: invalid resourceExpiredHour value!")),
        (
            "Agora refuses start: a parameter is wrong or missing (400/2 Acquire: invalid "
            "resou…); nothing begins. Correct the spec. It is tried again within ten minutes."
        ),
    ),
    (
        Refused("acquire", Said(401, None, "Unauthorized")),
        (
            "Agora refuses acquire: the customer id or secret is wrong (401). Correct the "
            "Secret that credentialsSecretRef names. It is read again within a minute."
        ),
    ),
    (
        Unavailable("query", Said(429, None, "API rate limit exceeded")),
        (
            "Agora refuses query: there are too many calls (429). It is tried again within "
            "half a minute. If this lasts, lower limits.requestsPerSecond, or ask Agora for "
            "more."
        ),
    ),
    (
        Ambiguous("start", Said(reason="no answer in time")),
        (
            "Agora's start failed: no answer in time; it may have begun, and repeating it "
            "is safe. It is tried again within half a minute. If this lasts, see whether the "
            "operator can reach Agora."
        ),
    ),
    (
        Unavailable("acquire", Said(502, None, "the answer is no JSON", foreign=True)),
        (
            "Agora's acquire failed: the answer is no JSON (502); nothing begins. It is tried"
            " again within half a minute. If this lasts, see whether the operator can reach "
            "Agora."
        ),
    ),
    (
        Ambiguous("stop", Said(504, 62, "request timeout")),
        (
            "Agora's stop failed: the recording service did not answer in time (504/62); it may "
            "have worked. It is tried again within half a minute. If this lasts, ask Agora's "
            "support."
        ),
    ),
    (
        Refused("start", Said(400, 433, "expired")),
        (
            "Agora's start failed: the resourceId has expired (400/433); nothing begins. It "
            "is tried again within half a minute. Another resource is acquired by itself."
        ),
    ),
    *[
        (
            NotFound(operation, Said(404, 404, "not found")),
            (
                f"Agora's {operation} failed: the recording is not found, as while it is moved "
                "(404/404). It is tried again within half a minute. It counts as running until "
                "queries miss it too."
            ),
        )
        for operation in ("update", "updateLayout")
    ],
    (
        Ambiguous("update", Said(418, 98765, "something new")),
        (
            "Agora's update failed: something new (418/98765); it may have worked. It is "
            "tried again within half a minute. If this lasts, see whether the operator can "
            "reach Agora."
        ),
    ),
]


@pytest.mark.parametrize(("error", "text"), TOLD)
def test_the_words_are_these(error: AgoraError, text: str) -> None:
    """Cause, consequence and next step, as a person reads them."""
    assert text == problem(error).message


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refused("start", Said(400, 2)), Reason.REQUEST_REFUSED),
        (Refused("acquire", Said(400, 401)), Reason.REQUEST_REFUSED),
        (Refused("start", Said(400, 1001)), Reason.AGORA_UNAVAILABLE),
        (Refused("acquire", Said(400, 400)), Reason.SERVICE_DISABLED),
        (Refused("acquire", Said(400, 405)), Reason.SERVICE_DISABLED),
        (Refused("query", Said(400)), Reason.SERVICE_DISABLED),
        (Refused("query", Said(401)), Reason.CREDENTIALS_REFUSED),
        (Refused("query", Said(403)), Reason.CREDENTIALS_REFUSED),
        (Unavailable("query", Said(403, foreign=True)), Reason.AGORA_UNAVAILABLE),
        (Unavailable("query", Said(429)), Reason.RATE_LIMITED),
        (Unavailable("query", Said(404)), Reason.AGORA_UNAVAILABLE),
        (Unavailable("acquire", Said(400, 406)), Reason.CONCURRENCY_LIMIT),
        (Ambiguous("start", Said(500, 406)), Reason.AGORA_UNAVAILABLE),
        (Ambiguous("start", Said(500, 2)), Reason.AGORA_UNAVAILABLE),
        (NotFound("query", Said(404, 404)), Reason.AGORA_UNAVAILABLE),
        (Conflict("start", Said(400, 53)), Reason.AGORA_UNAVAILABLE),
    ],
)
def test_the_word_is_the_one_that_says_whose_turn_it_is(error: AgoraError, reason: Reason) -> None:
    """A person is called only for what a person can mend."""
    assert reason is problem(error).reason


@pytest.mark.parametrize("operation", Operation)
def test_what_agora_asks_to_wait_is_waited(operation: Operation) -> None:
    """Whatever the error."""
    assert problem(Unavailable(operation, Said(503, retry_after=7.0, foreign=True))).wait == 7.0
