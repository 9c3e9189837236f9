"""The token of an attempt: what is pinned of it, and that a repeated start has the same."""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import timedelta

import pytest

from agora_recording.agora import token
from agora_recording.crd.recording import TokenReference
from agora_recording.domain.claim import Claim
from agora_recording.domain.reason import Reason
from agora_recording.translate.secrets import Purpose, SecretValues
from agora_recording.translate.tokens import LIFE, pinned, token_of, token_problem
from builders import APP, NOW, ago, attempt, recording, spec

CERTIFICATE = "5cfd2fd1755d40ecb72977518be15d3b"
MAKING: SecretValues = {Purpose.CERTIFICATE: {"appCertificate": CERTIFICATE}}
CLAIM = Claim(APP, "standup", 7)
GIVEN = recording(spec=spec(token_secret_ref=TokenReference(name="t")))


def made(*, app: str = APP, channel: str = "standup", uid: int = 7, seconds: int = 3600) -> str:
    """Return a token that somebody made now."""
    return token.build(
        app,
        CERTIFICATE,
        channel=channel,
        uid=uid,
        issued_at=int(NOW.timestamp()),
        seconds=seconds,
        salt=1,
    )


def taking(text: str) -> SecretValues:
    """Return the Secret that holds a token."""
    return {Purpose.TOKEN: {"token": text}}


def without_the_privilege_to_join(text: str) -> str:
    """Return a token that allows something else: to publish audio."""
    content = zlib.decompress(base64.b64decode(text.removeprefix("007")))
    content = content.replace(struct.pack("<HHI", 1, 1, 3600), struct.pack("<HHI", 1, 2, 3600))
    return "007" + base64.b64encode(zlib.compress(content)).decode()


OF_NOBODY = without_the_privilege_to_join(made())


def test_an_attempt_pins_its_token() -> None:
    """Issue time, salt and end; Agora itself must have ended it when it was idle for so long."""
    members = pinned(spec(max_idle_seconds=600), MAKING, NOW, 0.5)

    assert members == {
        "token_issued_at": NOW,
        "token_salt": 50_000_000,
        "token_expires_at": NOW + timedelta(hours=24),
        "must_end_by": NOW + timedelta(hours=24, minutes=20),
    }


@pytest.mark.parametrize(("chance", "salt"), [(0.0, 1), (1.0, 99_999_999)])
def test_a_salt_is_one_that_agoras_builders_make(chance: float, salt: int) -> None:
    """From 1 to 99,999,999."""
    assert pinned(spec(), MAKING, NOW, chance)["token_salt"] == salt


def test_without_a_certificate_there_is_no_token() -> None:
    """The App ID allows joining without; nothing tells when Agora ends such a recording."""
    assert pinned(spec(), {}, NOW, 0.5) == {}
    assert token_of(attempt(), {}) is None


def test_a_repeated_start_has_the_same_token() -> None:
    """Whenever it is sent, by whatever process, whatever the spec says by then."""
    first = attempt(**pinned(spec(), MAKING, NOW, 0.3))
    again = type(first).model_validate(first.to_wire())

    assert token_of(first, MAKING) == token_of(again, MAKING)
    read = token.read(token_of(first, MAKING) or "")
    assert read == token.Token(APP, "standup", "7", NOW + LIFE)


def test_attempts_have_tokens_of_their_own() -> None:
    """Each by its salt."""
    texts = {token_of(attempt(**pinned(spec(), MAKING, NOW, n / 9)), MAKING) for n in range(9)}
    assert len(texts) == 9


def test_an_attempt_that_was_made_without_a_certificate_stays_without_a_token() -> None:
    """A start that is repeated is the same, though the project has a certificate by now."""
    assert token_of(attempt(), MAKING) is None


def test_a_start_is_repeated_with_the_certificate_that_there_is_now() -> None:
    """The old one may let nobody in any more; when the recording must have ended stays the same."""
    first = attempt(**pinned(spec(), MAKING, NOW, 0.3))
    rotated: SecretValues = {Purpose.CERTIFICATE: {"appCertificate": "e" * 32}}
    before, after = (token_of(first, secrets) or "" for secrets in (MAKING, rotated))

    assert before != after
    assert token.read(before) == token.read(after)


def test_a_start_is_repeated_with_the_given_token_that_there_is_now() -> None:
    """Of the other nothing is stored."""
    first = attempt(**pinned(spec(), taking(made()), NOW, 0.3))

    assert token_of(first, taking(made(seconds=7200))) == made(seconds=7200)
    assert first.must_end_by is None


def test_a_start_is_repeated_without_its_certificate() -> None:
    """Its answer is what counts: that the start took effect, or has before."""
    assert token_of(attempt(**pinned(spec(), MAKING, NOW, 0.3)), {}) is None


def test_a_given_token_is_sent_as_it_is() -> None:
    """When it ends is read from it; a repeated start may find another, so it bounds nothing."""
    text = made(seconds=7200)
    members = pinned(spec(), taking(text), NOW, 0.5)

    assert members == {"token_expires_at": ago(-7200)}
    assert token_of(attempt(**members), taking(text)) == text


def test_a_given_token_that_cannot_be_read_is_sent_as_it_is() -> None:
    """There may be newer kinds."""
    assert pinned(spec(), taking("006abc"), NOW, 0.5) == {}
    assert token_of(attempt(), taking("006abc")) == "006abc"
    assert token_problem(GIVEN, taking("006abc"), CLAIM, NOW) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (made(app="f" * 32), "is for another App ID"),
        (made(channel="another"), "is not for spec.channel and uid 7"),
        (made(uid=8), "is not for spec.channel and uid 7"),
        (made(seconds=600), "has expired, or is about to"),
        (OF_NOBODY, "lets nobody join"),
    ],
    ids=lambda each: each if " " in each else "",
)
def test_a_given_token_is_judged_before_it_is_used(text: str, why: str) -> None:
    """Agora would take the start, and the recorder would never join."""
    problem = token_problem(GIVEN, taking(text), CLAIM, NOW)

    assert problem is not None
    assert problem.reason is Reason.SECRET_INVALID
    assert problem.message.startswith(f"Key token of Secret t {why}. ")
    assert text not in problem.message


@pytest.mark.parametrize("text", [made(), made(seconds=601)])
def test_a_good_token_is_no_problem(text: str) -> None:
    """It lasts for ten minutes at least, so that what it begins is worth it."""
    assert token_problem(GIVEN, taking(text), CLAIM, NOW) is None
    assert token_problem(recording(), {}, CLAIM, NOW) is None
