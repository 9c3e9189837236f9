import asyncio

import httpx
import pytest

from simulator.client import APP, Admin, Program, Recorder, arrival

CLOSED = (httpx.RemoteProtocolError, httpx.ReadError)


@pytest.mark.parametrize("name", ["refuse", "drop_before"])
def test_a_call_is_lost_without_effect(recorder: Recorder, admin: Admin, name: str) -> None:
    """The connection closes and nothing has started."""
    recorder.acquire()
    admin.fault(name, operation="start", channel=recorder.channel, times=1)
    with pytest.raises(CLOSED):
        recorder.start()

    assert admin.ledger(recorder.channel)["recordings"] == []
    assert recorder.start().status_code == 200


def test_an_answer_is_lost_after_the_effect(recorder: Recorder, admin: Admin) -> None:
    """The repeated start tells that the first one had worked."""
    recorder.acquire()
    admin.fault("lose_answer", operation="start", channel=recorder.channel, times=1)
    with pytest.raises(CLOSED):
        recorder.start()
    call = admin.ledger(recorder.channel)["calls"][-1]

    assert (call["status"], call["handled"], len(call["sid"])) == (None, True, 32)
    assert recorder.start().status_code == 201


@pytest.mark.parametrize(("status", "code"), [(206, 65), (504, 62), (500, 62)])
def test_a_lost_answer_may_be_an_error(
    recorder: Recorder, admin: Admin, status: int, code: int
) -> None:
    """With a status the caller hears that the outcome is unknown."""
    admin.fault("lose_answer", channel=recorder.channel, times=1, status=status)
    answer = recorder.http.post(f"{recorder.base}/acquire", json=recorder.body({}))

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_effect_comes_late(recorder: Recorder, admin: Admin) -> None:
    """The answer is an error, and the recording starts a minute later."""
    recorder.acquire()
    admin.fault(
        "late_effect", operation="start", channel=recorder.channel, seconds=60, status=504, times=1
    )
    answer = recorder.start()
    before = admin.ledger(recorder.channel)
    admin.advance(60)
    after = admin.ledger(recorder.channel)

    assert (answer.status_code, answer.json()["code"]) == (504, 62)
    assert (before["recordings"], before["calls"][-1]["handled"]) == ([], False)
    assert len(after["recordings"]) == 1
    assert after["calls"][-1]["handled"]
    assert after["calls"][-1]["sid"] == after["recordings"][0]["sid"]


def test_a_late_start_obeys_exclusion_when_it_happens(recorder: Recorder, admin: Admin) -> None:
    """Another recording of the target was faster."""
    recorder.acquire()
    admin.fault("late_effect", operation="start", channel=recorder.channel, seconds=60, times=1)
    with pytest.raises(CLOSED):
        recorder.start()
    recorder.begin()
    admin.advance(60)
    ledger = admin.ledger(recorder.channel)

    assert [one["sid"] for one in ledger["recordings"]] == [recorder.sid]
    assert ledger["overlaps"] == 0


def test_a_start_can_be_too_late(recorder: Recorder, admin: Admin) -> None:
    """The life of the resource plus a minute is the limit."""
    recorder.acquire()
    admin.fault("late_effect", operation="start", channel=recorder.channel, seconds=361, times=1)
    with pytest.raises(CLOSED):
        recorder.start()
    admin.advance(400)

    assert admin.ledger(recorder.channel)["recordings"] == []


def test_a_late_stop_ends_when_it_happens(recorder: Recorder, admin: Admin) -> None:
    """Not when it was asked for, nor when somebody looks."""
    recorder.begin()
    admin.fault("late_effect", operation="stop", channel=recorder.channel, seconds=50, times=1)
    with pytest.raises(CLOSED):
        recorder.stop()
    admin.advance(500)
    (recording,) = admin.ledger(recorder.channel)["recordings"]

    assert 50 <= recording["seconds"] < 60


@pytest.mark.parametrize(
    ("name", "members", "status", "body"),
    [
        ("server_error", {}, 500, {"code": 500, "reason": "internal_error"}),
        ("not_found", {}, 404, {"code": 404, "reason": "failed to find worker"}),
        ("rate_limited", {}, 429, {"message": "API rate limit exceeded"}),
        ("answer", {"status": 418, "body": {"any": ["thing"]}}, 418, {"any": ["thing"]}),
    ],
)
def test_a_canned_answer_has_no_effect(
    recorder: Recorder,
    admin: Admin,
    name: str,
    members: dict[str, object],
    status: int,
    body: object,
) -> None:
    """The recording goes on as if nobody had asked."""
    recorder.begin()
    admin.fault(name, operation="stop", channel=recorder.channel, times=1, **members)
    answer = recorder.stop()
    (recording,) = admin.ledger(recorder.channel)["recordings"]

    assert (answer.status_code, answer.json()) == (status, body)
    assert recording["endedAt"] is None
    assert not admin.ledger(recorder.channel)["calls"][-1]["handled"]


def test_a_rate_limit_may_say_how_long(recorder: Recorder, admin: Admin) -> None:
    """Agora documents no such header; proxies send it."""
    admin.fault("rate_limited", channel=recorder.channel, seconds=7)

    assert recorder.acquire().headers["retry-after"] == "7"


async def test_a_delay_passes_with_the_clock(
    program: Program, recorder: Recorder, admin: Admin
) -> None:
    """The call is handled when the time has passed, which can be skipped."""
    admin.fault("delay", channel=recorder.channel, seconds=3600, times=1)
    path = f"/v1/apps/{APP}/cloud_recording/acquire"
    async with httpx.AsyncClient(base_url=program.urls["api"], auth=("a", "b")) as client:
        pending = asyncio.create_task(client.post(path, json=recorder.body({})))
        await arrival(program, recorder, "acquire")
        before = admin.ledger(recorder.channel)["calls"][0]["status"]
        admin.advance(3600)
        answer = await pending

    assert (before, answer.status_code) == (None, 200)


async def test_a_synchronous_stop_waits_for_its_upload(
    program: Program, recorder: Recorder, admin: Admin
) -> None:
    """Meanwhile a second stop is refused."""
    admin.set(stop_seconds=15)
    recorder.begin()
    async with httpx.AsyncClient(base_url=program.urls["api"], auth=("a", "b")) as client:
        pending = asyncio.create_task(client.post(recorder.path("stop"), json=recorder.body({})))
        await arrival(program, recorder, "stop")
        second = recorder.stop()
        admin.advance(15)
        answer = await pending

    assert (second.json()["code"], answer.status_code) == (49, 200)


def test_faults_fit_and_run_out(recorder: Recorder, admin: Admin) -> None:
    """They hit the calls they are meant for, as often as ordered."""
    admin.fault("server_error", operation="stop", channel=recorder.channel)
    admin.fault("server_error", operation="acquire", channel="elsewhere")
    admin.fault("server_error", operation="acquire", channel=recorder.channel, times=2)
    answers = [recorder.acquire().status_code for _ in range(3)]

    assert answers == [500, 500, 200]
    assert [one["id"] for one in admin.http.get("/admin/faults").json()["faults"]] != []


def test_luck_decides_when_told_to(recorder: Recorder, admin: Admin) -> None:
    """Some calls are hit and some are not."""
    admin.fault("server_error", channel=recorder.channel, probability=0.5)
    statuses = {recorder.acquire().status_code for _ in range(60)}

    assert statuses == {200, 500}


def test_faults_can_be_listed_and_removed(admin: Admin) -> None:
    """One by one, or all."""
    first = admin.fault("server_error", channel="x", times=3).json()
    second = admin.fault("delay", channel="x", seconds=1).json()
    listed = admin.http.get("/admin/faults").json()
    removed = admin.http.delete(f"/admin/faults/{first['id']}").status_code
    again = admin.http.delete(f"/admin/faults/{first['id']}").status_code
    left = admin.http.get("/admin/faults").json()
    admin.http.delete("/admin/faults")

    assert listed == {"faults": [first, second]}
    assert (removed, again, left) == (204, 404, {"faults": [second]})
    assert admin.http.get("/admin/faults").json() == {"faults": []}
    assert first == {
        "id": first["id"],
        "name": "server_error",
        "operation": None,
        "channel": "x",
        "times": 3,
        "probability": 1.0,
        "seconds": None,
        "status": None,
        "body": None,
        "text": None,
        "happened": 0,
    }


@pytest.mark.parametrize(
    "order",
    [
        {"name": "odd"},
        {"name": "delay"},
        {"name": "late_effect"},
        {"name": "answer", "status": 200},
        {"name": "answer", "status": 200, "body": {}, "text": "{}"},
        {"name": "refuse", "times": 0},
        {"name": "refuse", "probability": 2},
        {"name": "refuse", "operation": "odd"},
        {"name": "refuse", "unknown": 1},
    ],
)
def test_a_broken_order_is_refused(admin: Admin, order: dict[str, object]) -> None:
    """The admin port checks what it is told."""
    answer = admin.http.post("/admin/faults", json=order)

    assert (answer.status_code, list(answer.json())) == (400, ["message"])
