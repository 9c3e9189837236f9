"""Recordings that move from one server of Agora's to another."""

import asyncio

import httpx
import pytest

from simulator.client import START, Admin, Program, Recorder, arrival, coded


def test_a_move_can_be_ordered(recorder: Recorder, admin: Admin) -> None:
    """The recording lives and is not found for a while."""
    recorder.begin()
    moved = admin.http.post(f"/admin/recordings/{recorder.sid}/move", json={"seconds": 60})
    lost = [coded(recorder.query())[:2], coded(recorder.stop())[:2]]
    admin.advance(60)

    assert (moved.status_code, moved.json()["sid"]) == (200, recorder.sid)
    assert lost == [(404, 404), (404, 404)]
    assert recorder.query().status_code == 200
    assert recorder.stop().status_code == 200


@pytest.mark.parametrize("order", [{}, {"seconds": -1}, {"seconds": "long"}])
def test_a_broken_order_moves_nothing(
    recorder: Recorder, admin: Admin, order: dict[str, object]
) -> None:
    """It is an error of the caller."""
    recorder.begin()
    answer = admin.http.post(f"/admin/recordings/{recorder.sid}/move", json=order)

    assert answer.status_code == 400
    assert recorder.query().status_code == 200


def test_only_what_runs_can_be_moved(recorder: Recorder, admin: Admin) -> None:
    """An ended recording or an unknown sid is not found."""
    recorder.begin()
    recorder.stop()
    answers = [
        admin.http.post(f"/admin/recordings/{sid}/move", json={"seconds": 1})
        for sid in (recorder.sid, "unknown")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("operation", ["query", "stop"])
def test_a_call_can_meet_a_move(recorder: Recorder, admin: Admin, operation: str) -> None:
    """The move begins with the call that the fault hits, and has no other effect."""
    recorder.begin()
    admin.fault("move", operation=operation, channel=recorder.channel, seconds=60, times=1)
    met = recorder.stop() if operation == "stop" else recorder.query()
    during = recorder.query()
    admin.advance(60)

    assert [coded(met)[:2], coded(during)[:2]] == [(404, 404), (404, 404)]
    assert recorder.query().status_code == 200
    assert admin.ledger(recorder.channel)["recordings"][0]["endedAt"] is None


def test_a_move_means_nothing_to_a_start(recorder: Recorder, admin: Admin) -> None:
    """There is nothing to move yet."""
    admin.fault("move", channel=recorder.channel, seconds=60)

    assert recorder.begin().status_code == 200


def test_a_stop_can_be_undone(recorder: Recorder, admin: Admin) -> None:
    """Agora answers 200, loses its server, and goes on recording on another."""
    admin.set(stop_undone_by_move=True)
    recorder.begin()
    admin.fault("move", operation="stop", channel=recorder.channel, seconds=60, times=1)
    stopped = recorder.stop()
    during = recorder.query()
    admin.advance(60)
    after = recorder.query()
    again = recorder.stop()

    assert [stopped.status_code, during.status_code, after.status_code] == [200, 404, 200]
    assert again.status_code == 200
    assert admin.ledger(recorder.channel)["recordings"][0]["seconds"] >= 60


async def test_an_answer_comes_late(program: Program, recorder: Recorder, admin: Admin) -> None:
    """The effect does not wait for it."""
    recorder.acquire()
    admin.fault("late_answer", operation="start", channel=recorder.channel, seconds=3600, times=1)
    path = f"{recorder.base}/resourceid/{recorder.resource}/mode/mix/start"
    async with httpx.AsyncClient(base_url=program.urls["api"], auth=("a", "b")) as client:
        pending = asyncio.create_task(client.post(path, json=recorder.body(START)))
        await arrival(program, recorder, "start")
        before = admin.ledger(recorder.channel)
        admin.advance(3600)
        answer = await pending

    assert (before["calls"][-1]["status"], before["calls"][-1]["handled"]) == (None, True)
    assert (answer.status_code, answer.json()["sid"]) == (200, before["recordings"][0]["sid"])
