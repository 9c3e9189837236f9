"""Rules that throw recorders out of their channels."""

from typing import Any

import httpx
import pytest

from agora_simulator.calls import Target
from agora_simulator.kicking import kicking_rule
from simulator.client import APP, Admin, Program, Recorder, coded

TARGET = Target("app", "room", "7")
RULE = {"appid": "app", "cname": "room", "uid": 7, "privileges": ["join_channel"]}


def kick(recorder: Recorder, **members: Any) -> httpx.Response:
    """Ask for a rule against the recorder."""
    rule = {"appid": APP, "cname": recorder.channel, "uid": int(recorder.uid), "time": 0}
    whole = {**rule, "privileges": ["join_channel"], **members}
    return recorder.http.post("/dev/v1/kicking-rule", json=whole)


def test_a_kicked_recorder_ends(recorder: Recorder, admin: Admin) -> None:
    """And is told from others by its reason; both stand in the ledger."""
    recorder.begin()
    answer = kick(recorder)
    ledger = admin.ledger(recorder.channel)
    call = ledger["calls"][-1]

    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    assert isinstance(answer.json()["id"], int)
    assert ledger["recordings"][0]["endReason"] == "Kicked"
    assert coded(recorder.stop())[:2] == (400, 49)
    assert (call["operation"], call["appId"], call["uid"]) == ("kickingRule", APP, "7")
    assert (call["status"], call["handled"]) == (200, True)
    assert call["clientRequest"]["privileges"] == ["join_channel"]


def test_a_rule_hits_nobody_else(recorder: Recorder, individual: Recorder, admin: Admin) -> None:
    """Other channels, users and App IDs go on."""
    recorder.begin()
    kick(recorder, cname=individual.channel)
    kick(recorder, uid=8)
    kick(recorder, appid="another")
    kick(recorder, privileges=["publish_audio"])

    assert admin.ledger(recorder.channel)["recordings"][0]["endedAt"] is None


def test_a_rule_that_lasts_keeps_recorders_out(recorder: Recorder, admin: Admin) -> None:
    """A start is answered, joins, and is thrown out; until the rule has lapsed."""
    kick(recorder, time=None, time_in_seconds=60)
    banned = recorder.begin()
    ended = admin.ledger(recorder.channel)["recordings"][0]
    admin.advance(200)
    recorder.begin()

    assert (banned.status_code, ended["endReason"], ended["seconds"]) == (200, "Kicked", 0)
    assert admin.ledger(recorder.channel)["recordings"][1]["endedAt"] is None


def test_a_rule_needs_credentials(program: Program, recorder: Recorder, admin: Admin) -> None:
    """The same as any call, and a known App ID."""
    recorder.begin()
    without = httpx.post(f"{program.urls['api']}/dev/v1/kicking-rule", json={"appid": APP})
    admin.set(apps={"another": {}})
    unknown = kick(recorder)
    admin.set(apps={})

    assert (without.status_code, unknown.status_code) == (401, 400)
    assert admin.ledger(recorder.channel)["recordings"][0]["endedAt"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"privileges": []},
        {"privileges": ["fly"]},
        {"privileges": None},
        {"cname": 5},
        {"time": -1},
        {"uid": {}},
    ],
)
def test_a_broken_rule_is_refused(
    recorder: Recorder, admin: Admin, change: dict[str, object]
) -> None:
    """As the gateway refuses, with a message."""
    recorder.begin()
    answer = kick(recorder, **change)

    assert answer.status_code == 400
    assert next(iter(change)) in answer.json()["message"]
    assert admin.ledger(recorder.channel)["recordings"][0]["endedAt"] is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b'"x"'])
def test_a_rule_that_is_none_is_refused(recorder: Recorder, body: bytes) -> None:
    """Whatever came instead."""
    answer = recorder.http.post("/dev/v1/kicking-rule", content=body)

    assert answer.status_code == 400


def test_a_fault_can_hit_a_rule(recorder: Recorder, admin: Admin) -> None:
    """Like any call."""
    recorder.begin()
    admin.fault("server_error", operation="kickingRule", channel=recorder.channel, times=1)

    assert kick(recorder).status_code == 500
    assert admin.ledger(recorder.channel)["recordings"][0]["endedAt"] is None


@pytest.mark.parametrize(
    ("change", "covers"),
    [
        ({}, True),
        ({"uid": "7"}, True),
        ({"uid": ""}, True),
        ({"uid": 0}, True),
        ({"cname": ""}, True),
        ({"cname": "", "uid": ""}, False),
        ({"uid": 77}, False),
        ({"cname": "roo"}, False),
        ({"appid": "app2"}, False),
        ({"ip": "10.0.0.1"}, False),
        ({"privileges": ["publish_video"]}, False),
        ({"privileges": ["publish_video", "join_channel"]}, True),
    ],
)
def test_a_rule_covers_what_it_names(change: dict[str, object], covers: bool) -> None:  # noqa: FBT001 - a column
    """What it leaves empty is everybody, but not all of it."""
    assert kicking_rule({**RULE, **change}).covers(TARGET) is covers


@pytest.mark.parametrize(
    ("change", "seconds"),
    [
        ({}, 3600),
        ({"time": 0}, 0),
        ({"time": 2}, 120),
        ({"time_in_seconds": 0}, 0),
        ({"time_in_seconds": 3}, 10),
        ({"time_in_seconds": 30, "time": 5}, 30),
        ({"time": 9999}, 86_430),
    ],
)
def test_a_rule_lasts(change: dict[str, object], seconds: float) -> None:
    """Seconds go before minutes, zero lets in again at once, and there are limits."""
    assert kicking_rule({**RULE, **change}).seconds == seconds
