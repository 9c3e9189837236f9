"""What no source says of Agora can be set either way."""

from dataclasses import replace

import pytest

from agora_simulator.calls import Call, Operation
from agora_simulator.recordings import EndReason
from agora_simulator.replies import Reply
from simulator.caller import NOW, Caller, body
from simulator.client import START, Admin, Recorder, coded


def answer(reply: Reply) -> tuple[int, int | None]:
    """Return status and code."""
    return reply.status, reply.code


@pytest.mark.parametrize(
    ("reusable", "after", "expected"),
    [
        (False, 50, (201, 7)),
        (True, 50, (200, None)),
        (True, 5, (201, 7)),
        (True, 301, (400, 433)),
    ],
)
def test_a_resource_may_be_reusable(
    reusable: bool,  # noqa: FBT001 - a column
    after: float,
    expected: tuple[int, int | None],
) -> None:
    """In its life, once its recording has exited, and only if switched on."""
    caller = Caller(exiting_seconds=10, resource_reusable=reusable)
    query = caller.begin()
    caller.stop(query, NOW)

    assert answer(caller.start(query.resource_id or "", NOW + after)) == expected


def test_a_reused_resource_has_a_recording_of_its_own() -> None:
    """With another sid; the old one stays gone."""
    caller = Caller(exiting_seconds=0, resource_reusable=True)
    query = caller.begin()
    caller.stop(query, NOW)
    second = caller.start(query.resource_id or "", NOW + 1).body["sid"]

    assert second != query.sid
    assert answer(caller.world.carry_out(query, NOW + 1)) == (404, 404)
    assert caller.response(replace(query, sid=str(second)), NOW + 60)["status"] == 5


@pytest.mark.parametrize(
    ("settings", "expected"), [({}, (400, 53)), ({"moved_conflicts": False}, (200, None))]
)
def test_a_moving_recording_may_free_its_target(
    settings: dict[str, bool], expected: tuple[int, int | None]
) -> None:
    """By default it does not."""
    caller = Caller(**settings)
    query = caller.begin()
    caller.world.move(query.sid or "", 30, NOW + 10)

    assert answer(caller.start(caller.acquire(NOW + 11), NOW + 12)) == expected
    assert answer(caller.start(caller.acquire(NOW + 41), NOW + 42)) == (400, 53)


@pytest.mark.parametrize("verb", ["query", "update", "updateLayout", "stop"])
def test_a_moving_recording_is_not_found(verb: str) -> None:
    """Every call on it answers 404 until it has arrived; then it works again."""
    caller = Caller()
    query = caller.begin()
    requests = {"update": {"streamSubscribe": {}}, "updateLayout": {}, "stop": {}}
    call = replace(query, operation=Operation(verb), body=body(requests.get(verb)))
    caller.world.move(query.sid or "", 30, NOW + 10)

    assert answer(caller.world.carry_out(call, NOW + 10)) == (404, 404)
    assert answer(caller.world.carry_out(call, NOW + 39)) == (404, 404)
    assert answer(caller.world.carry_out(call, NOW + 40)) == (200, None)


def test_a_moving_recording_goes_on_recording() -> None:
    """It is billed, its resource stays used, and it ends when its time has come."""
    caller = Caller(token_seconds=20)
    query = caller.begin()
    caller.world.move(query.sid or "", 90, NOW + 10)
    repeat = caller.start(query.resource_id or "", NOW + 11)
    (recording,) = caller.world.recordings(NOW + 60)

    assert answer(repeat) == (201, 7)
    assert (recording.end_reason, recording.seconds(NOW + 60)) == (EndReason.TOKEN_EXPIRED, 20)


@pytest.mark.parametrize("undone", [False, True])
def test_a_move_may_undo_a_stop(undone: bool) -> None:  # noqa: FBT001 - a column
    """Agora had answered it; the recording goes on as if nobody had asked."""
    caller = Caller(stop_undone_by_move=undone)
    query = caller.begin()
    caller.stop(query, NOW + 10)
    moved = caller.world.move(query.sid or "", 30, NOW + 20)
    (recording,) = caller.world.recordings(NOW + 100)

    assert (moved is not None) is undone
    assert recording.seconds(NOW + 100) == (100 if undone else 10)
    assert answer(caller.world.carry_out(query, NOW + 30)) == (404, 404)
    assert caller.world.carry_out(query, NOW + 60).status == (200 if undone else 404)


def test_a_move_brings_back_only_what_was_stopped() -> None:
    """Not what ended by itself, nor what has been replaced meanwhile."""
    caller = Caller(stop_undone_by_move=True, exiting_seconds=0)
    broken = caller.begin(NOW)
    caller.world.exit(broken.sid or "", EndReason.ABNORMAL, NOW + 1)
    stopped = caller.begin(NOW + 2)
    caller.stop(stopped, NOW + 3)
    caller.begin(NOW + 4)

    assert caller.world.move(broken.sid or "", 30, NOW + 5) is None
    assert caller.world.move(stopped.sid or "", 30, NOW + 5) is None
    assert caller.world.move("unknown", 30, NOW + 5) is None


def test_a_refused_start_may_have_an_effect_later(recorder: Recorder, admin: Admin) -> None:
    """When its target has become free by then."""
    admin.set(refused_start_after=200)
    recorder.begin()
    running, first = recorder.sid, recorder.resource
    refused = recorder.begin()
    recorder.resource, late = first, recorder.resource
    recorder.stop()
    admin.advance(200)
    recordings = admin.ledger(recorder.channel)["recordings"]

    assert coded(refused)[:2] == (400, 53)
    assert [one["resourceId"] for one in recordings] == [first, late]
    assert recordings[0]["sid"] == running
    assert recordings[1]["endedAt"] is None


def test_a_refused_start_has_no_effect_by_default(recorder: Recorder, admin: Admin) -> None:
    """53 is a definite no."""
    recorder.begin()
    first = recorder.resource
    recorder.begin()
    recorder.resource = first
    recorder.stop()
    admin.advance(280)

    assert len(admin.ledger(recorder.channel)["recordings"]) == 1


@pytest.mark.parametrize(
    ("setting", "resource", "change", "code"),
    [
        ("resource_error_status", "nonsense", {}, 1001),
        ("resource_error_status", None, {"cname": "another"}, 432),
        ("scene_mismatch_status", "scene 1", {}, 432),
    ],
)
def test_odd_codes_may_have_another_status(
    setting: str, resource: str | None, change: dict[str, str], code: int
) -> None:
    """No source says with which they come."""
    for settings, status in ({}, 400), ({setting: 500}, 500):
        caller = Caller(**settings)
        scene = {"scene": 1} if resource == "scene 1" else {}
        acquired = caller.acquire(NOW, **scene)
        name = "nonsense" if resource == "nonsense" else acquired
        call = Call(Operation.START, "app", name, mode="mix", body={**body(START), **change})

        assert answer(caller.world.carry_out(call, NOW)) == (status, code)


@pytest.mark.parametrize("verb", ["query", "update", "updateLayout", "stop"])
@pytest.mark.parametrize("wrong", ["resource_id", "sid", "app_id", "mode"])
def test_ids_that_do_not_belong_together_find_nothing(verb: str, wrong: str) -> None:
    """A sid of one recording with the resource of another, above all."""
    caller = Caller()
    query, other = caller.begin(), caller.begin(channel="other")
    requests = {"update": {"streamSubscribe": {}}, "updateLayout": {}, "stop": {}}
    call = replace(query, operation=Operation(verb), body=body(requests.get(verb)))
    values = {
        "resource_id": other.resource_id,
        "sid": other.sid,
        "app_id": "another",
        "mode": "individual",
    }

    assert answer(caller.world.carry_out(replace(call, **{wrong: values[wrong]}), NOW)) == (
        404,
        404,
    )
    assert answer(caller.world.carry_out(call, NOW)) == (200, None)


@pytest.mark.parametrize(("status", "code"), [(400, 53), (400, 433), (201, 7)])
@pytest.mark.parametrize("ended", [False, True])
def test_a_repeated_start_may_be_answered_in_any_way(
    recorder: Recorder,
    admin: Admin,
    status: int,
    code: int,
    ended: bool,  # noqa: FBT001 - a column
) -> None:
    """By a fault, with the recording alive or ended; nothing else happens."""
    recorder.begin()
    if ended:
        recorder.stop()
    admin.fault(
        "answer", operation="start", channel=recorder.channel, status=status, body={"code": code}
    )
    repeated = recorder.start()
    (recording,) = admin.ledger(recorder.channel)["recordings"]

    assert coded(repeated)[:2] == (status, code)
    assert (recording["endedAt"] is not None) is ended
