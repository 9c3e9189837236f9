import pytest

from agora_simulator.calls import Call, Operation
from agora_simulator.recordings import EndReason
from agora_simulator.settings import Settings
from simulator.caller import NOW, Caller, body
from simulator.client import START


@pytest.mark.parametrize(
    ("after", "status"), [(0, 0), (5, 2), (9.9, 3), (10, 4), (29, 4), (30, 5), (9999, 5)]
)
def test_the_status_rises_with_time(after: float, status: int) -> None:
    """It goes from 0 to 4 when ready and to 5 with the first slice."""
    caller = Caller(ready_after=10, in_progress_after=30)
    query = caller.begin()

    assert caller.response(query, NOW + after)["status"] == status


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, (200, None)), (1, (400, 49)), (9.9, (400, 49)), (10, (404, 404)), (99, (404, 404))],
)
def test_a_stop_meets_the_phases_of_an_exit(after: float, expected: tuple[int, int]) -> None:
    """Once accepted, then 49 while exiting, then 404."""
    caller = Caller(exiting_seconds=10)
    query = caller.begin()
    if after:
        caller.stop(query, NOW)
    reply = caller.stop(query, NOW + after)

    assert (reply.status, reply.code) == expected


@pytest.mark.parametrize(("after", "expected"), [(1, 53), (9.9, 53), (10, None)])
def test_an_exiting_recording_keeps_its_target(after: float, expected: int | None) -> None:
    """A new start on the target conflicts until the old one is gone."""
    caller = Caller(exiting_seconds=10)
    caller.stop(caller.begin(), NOW)
    resource = caller.acquire(NOW)

    assert caller.start(resource, NOW + after).code == expected


def test_the_target_can_be_free_while_exiting() -> None:
    """The assumption that 53 covers exiting can be switched off."""
    caller = Caller(exiting_seconds=10, exiting_conflicts=False)
    caller.stop(caller.begin(), NOW)

    assert caller.start(caller.acquire()).status == 200


@pytest.mark.parametrize("moment", ["stopped", "gone", "running", "old"])
def test_a_resource_is_single_use_for_ever(moment: str) -> None:
    """Its second start answers 201 whatever became of the first."""
    caller = Caller(exiting_seconds=10)
    query = caller.begin()
    if moment in {"stopped", "gone"}:
        caller.stop(query, NOW)
    later = NOW + {"gone": 20, "old": 9999}.get(moment, 1)
    reply = caller.start(query.resource_id or "", later)

    assert (reply.status, reply.code, reply.body["sid"]) == (201, 7, query.sid)


@pytest.mark.parametrize(("late", "code"), [(300, None), (300.1, 433)])
def test_a_resource_lives_five_minutes(late: float, code: int | None) -> None:
    """Then only a new one helps."""
    caller = Caller()

    assert caller.start(caller.acquire(), NOW + late).code == code


@pytest.mark.parametrize(("late", "code"), [(360, None), (360.1, 433)])
def test_a_late_start_has_a_minute_of_grace(late: float, code: int | None) -> None:
    """Expiry is judged when the effect happens."""
    caller = Caller()
    call = Call(Operation.START, "app", caller.acquire(), mode="mix", body=body(START))

    assert caller.world.carry_out_late(call, NOW + late).code == code


def test_an_empty_channel_ends_the_recording() -> None:
    """The end is where idle time ran out, however late anybody looks."""
    caller = Caller(channels_have_users=False)
    caller.begin()
    (recording,) = caller.world.recordings(NOW + 9999)

    assert (recording.end_reason, recording.seconds(NOW + 9999)) == (EndReason.IDLE, 30)


def test_users_keep_it_going_until_they_leave() -> None:
    """Idle time counts from the last leave."""
    caller = Caller()
    channel = ("app", "room")
    caller.world.join(channel, 1, NOW)
    caller.begin()
    caller.world.leave(channel, 1, NOW + 100)
    caller.world.join(channel, 2, NOW + 129)
    caller.world.leave(channel, 2, NOW + 200)
    (recording,) = caller.world.recordings(NOW + 9999)

    assert recording.ended_at == NOW + 230


def test_a_change_of_the_common_rule_is_not_retroactive() -> None:
    """Idle time counts from the change."""
    caller = Caller()
    caller.begin()
    caller.world.configure(Settings(channels_have_users=False), NOW + 100)
    (recording,) = caller.world.recordings(NOW + 9999)

    assert recording.ended_at == NOW + 130


def test_a_token_ends_the_recording_when_so_set() -> None:
    """Agora says that the recorder leaves when its token expires."""
    caller = Caller(token_seconds=50)
    caller.begin()
    (recording,) = caller.world.recordings(NOW + 60)

    assert (recording.end_reason, recording.ended_at) == (EndReason.TOKEN_EXPIRED, NOW + 50)


def test_a_lapsed_handle_does_not_end_the_recording() -> None:
    """After resourceExpiredHour nobody can reach it, but it goes on."""
    caller = Caller()
    resource = caller.acquire(resourceExpiredHour=1)
    sid = str(caller.start(resource).body["sid"])
    query = Call(Operation.QUERY, "app", resource, sid, "mix")
    codes = [caller.world.carry_out(query, NOW + age).code for age in (3599, 3600)]
    (recording,) = caller.world.recordings(NOW + 7200)

    assert (codes, recording.ended_at, recording.seconds(NOW + 7200)) == ([None, 404], None, 7200)
