"""Channel tokens: a recorder joins with the right one, and leaves when it expires."""

import base64
import hashlib
import hmac
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import pytest

from agora_simulator.calls import Target
from agora_simulator.recordings import EndReason
from agora_simulator.token import BrokenTokenError, parsed
from simulator.caller import NOW, Caller, changed
from simulator.client import Admin, Recorder

APP_ID = "970CA35de60c44645bbae8a215061b33"
CERTIFICATE = "5CFd2fd1755d40ecb72977518be15d3b"
PUBLISHED = (
    "007eJxTYBBbsMMnKq7p9Hf/HcIX5kce9b518kCiQgSr5Zrp4X1Tu6UUGCzNDZwdjU1TUs0Mkk1MzExMk5ISUy0SjQxNDcwM"
    "k4yN3b8IMEQwMTAwMoAwBIL4CgzmKeZGxmamqUmWFsYmFqbGluapxqnGaZYpJmYGSSkpiVwMRhYWRsYmhkbmxgDCaiTj"
)
"""Of Agora's own tests: channel and uid as below, issued at 1111111, for 600 seconds, salt 1."""
CHANNEL, UID = "7d72365eb983485397e3e3f9d460bdda", "2882341273"
HOUR = 3600


def text(value: str | bytes) -> bytes:
    """Return a text with its length before it."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<H", len(data)) + data


def token(**members: Any) -> str:
    """Return a token made as Agora's pages describe; any part can be wrong."""
    given = {
        "app_id": "app",
        "issued_at": int(NOW),
        "expire": HOUR,
        "salt": 1,
        "service": 1,
        "privileges": {1: HOUR},
        "channel": "room",
        "uid": "7",
        "certificate": CERTIFICATE,
        **members,
    }
    privileges: Mapping[int, int] = given["privileges"]
    pairs = b"".join(struct.pack("<HI", *pair) for pair in sorted(privileges.items()))
    signed = (
        text(given["app_id"])
        + struct.pack("<III", given["issued_at"], given["expire"], given["salt"])
        + struct.pack("<HH", 1, given["service"])
        + struct.pack("<H", len(privileges))
        + pairs
        + text(given["channel"])
        + text(given["uid"])
    )
    key = given["certificate"].encode()
    for number in (given["issued_at"], given["salt"]):
        key = hmac.digest(struct.pack("<I", number), key, "sha256")
    signature = hmac.digest(key, signed, hashlib.sha256)
    return "007" + base64.b64encode(zlib.compress(text(signature) + signed)).decode()


def caller(**settings: Any) -> Caller:
    """Return calls for an App ID with a certificate."""
    return Caller(apps={"app": {"certificate": CERTIFICATE}}, **settings)


def test_a_published_token_is_understood() -> None:
    """And its signature is that of its certificate and of no other."""
    read = parsed(PUBLISHED)

    assert (read.app_id, read.channel, read.uid) == (APP_ID, CHANNEL, UID)
    assert (read.issued_at, read.expire_seconds, read.join_seconds) == (1111111, 600, 600)
    assert read.signed_with(CERTIFICATE)
    assert not read.signed_with(CERTIFICATE.lower())
    assert read.lets_in(Target(APP_ID, CHANNEL, UID), 1111111 + 599)
    assert not read.lets_in(Target(APP_ID, CHANNEL, UID), 1111111 + 600)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "007",
        "006" + token()[3:],
        token()[:-8],
        token() + "!",
        "007" + base64.b64encode(b"no token").decode(),
        "007" + base64.b64encode(zlib.compress(b"")).decode(),
        "007" + base64.b64encode(zlib.compress(bytes(10_000_000))).decode(),
        token(service=2),
        token(channel=b"\xff"),
    ],
)
def test_what_is_no_token_is_told_as_such(broken: str) -> None:
    """Cut off, blown up, or for another service; the message does not repeat it."""
    with pytest.raises(BrokenTokenError) as raised:
        parsed(broken)

    assert not broken or broken not in str(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "",
        "the-token",
        token(certificate=CERTIFICATE.lower()),
        token(app_id="another"),
        token(channel="another"),
        token(uid="8"),
        token(privileges={2: HOUR}),
        token(issued_at=int(NOW) - HOUR),
        token(privileges={1: HOUR}, expire=0),
    ],
)
def test_without_a_right_token_a_recorder_never_joins(wrong: str | None) -> None:
    """Its start is answered all the same, and then no call finds it."""
    calls = caller()
    resource = calls.acquire()
    started = calls.start(resource, request=changed("token", wrong))
    (recording,) = calls.world.recordings(NOW + 60)

    assert (started.status, recording.end_reason) == (200, EndReason.TOKEN_REFUSED)
    assert (recording.seconds(NOW + 60), recording.heard_since) == (0, None)
    query = calls.query_of(started)
    assert calls.world.carry_out(query, NOW).code == 404
    assert calls.start(resource, request=changed("token", token())).code == 7
    assert calls.start(calls.acquire(), request=changed("token", token())).status == 200


@pytest.mark.parametrize(
    ("members", "life"),
    [
        ({}, HOUR),
        ({"uid": ""}, HOUR),
        ({"expire": 60}, 60),
        ({"privileges": {1: 60, 2: 1}}, 60),
        ({"privileges": {1: 0}}, HOUR),
        ({"issued_at": int(NOW) - 60}, HOUR - 60),
        ({"expire": 200_000, "privileges": {1: 200_000}}, 24 * HOUR),
    ],
)
def test_a_recorder_leaves_when_its_token_expires(members: dict[str, Any], life: int) -> None:
    """After the shortest of its times, and after a day at most."""
    calls = caller()
    calls.begin(request=changed("token", token(**members)))
    running = calls.world.recordings(NOW + life - 1)[0].ended_at
    (recording,) = calls.world.recordings(NOW + life)

    assert running is None
    assert (recording.end_reason, recording.ended_at) == (EndReason.TOKEN_EXPIRED, NOW + life)


@pytest.mark.parametrize("given", ["the-token", None])
def test_without_a_certificate_no_token_is_looked_at(given: str | None) -> None:
    """Any will do, and none."""
    calls = Caller(apps={"app": {}})
    calls.begin(request=changed("token", given))

    assert calls.world.recordings(NOW + 48 * HOUR)[0].ended_at is None


def test_a_token_counts_when_the_start_has_its_effect() -> None:
    """A start that comes late may come too late for its token."""
    calls = caller()
    resource = calls.acquire()
    calls.start(resource, NOW + 30, changed("token", token(expire=30)))

    assert calls.world.recordings(NOW + 30)[0].end_reason is EndReason.TOKEN_REFUSED


def test_the_certificate_and_the_token_are_never_shown(recorder: Recorder, admin: Admin) -> None:
    """Neither in the settings nor in the ledger."""
    given = token(app_id="app1", channel=recorder.channel)
    shown = admin.set(apps={"app1": {"certificate": CERTIFICATE}}).text
    recorder.begin(changed("token", given)).raise_for_status()
    ledger = admin.http.get("/admin/ledger", params={"channel": recorder.channel}).text

    assert CERTIFICATE not in shown + admin.http.get("/admin/settings").text
    assert given not in ledger
    assert '"endReason": "TokenRefused"' in ledger
