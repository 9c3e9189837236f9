from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agora_simulator.calls import Call, Operation
from agora_simulator.ledger import overlaps
from agora_simulator.recordings import EndReason
from simulator.caller import NOW, Caller, body
from simulator.client import START

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["acquire", "start", "late", "stop", "join", "leave", "exit", "move", "kick", "wait"]
        ),
        st.sampled_from(["x", "y"]),
        st.integers(0, 400),
    ),
    max_size=60,
)


def rule(channel: str) -> dict[str, object]:
    """Return the body of a kicking rule that lasts for a minute."""
    return {"appid": "app", "cname": channel, "time": 1, "privileges": ["join_channel"]}


def play(caller: Caller, actions: list[tuple[str, str, int]]) -> float:
    """Let things happen and return the time of the end."""
    now = NOW
    resources: dict[str, list[str]] = {"x": [], "y": []}
    for action, channel, number in actions:
        resource = resources[channel][number % 3] if len(resources[channel]) > 2 else "none"
        start = Call(Operation.START, "app", resource, mode="mix", body=body(START, channel))
        match action:
            case "acquire":
                resources[channel].insert(0, caller.acquire(now, channel))
            case "start":
                caller.world.carry_out(start, now)
            case "late":
                caller.world.carry_out_late(start, now)
            case "join":
                caller.world.join(("app", channel), number % 2, now)
            case "leave":
                caller.world.leave(("app", channel), number % 2, now)
            case "wait":
                now += number / 4
            case _:
                meddle(caller, action, channel, now)
    return now


def meddle(caller: Caller, action: str, channel: str, now: float) -> None:
    """Stop, break, move or kick the recordings of a channel."""
    if action == "kick":
        caller.world.carry_out(Call(Operation.KICKING_RULE, "app", body=rule(channel)), now)
        return
    for recording in caller.world.recordings(now)[::-1]:
        if recording.target.channel != channel:
            continue
        if action == "exit":
            caller.world.exit(recording.sid, EndReason.ABNORMAL, now)
        if action == "move":
            caller.world.move(recording.sid, 30, now)
            continue
        ids = (recording.resource.id, recording.sid)
        stop = Call(Operation.STOP, "app", *ids, "mix", body({}, channel))
        caller.world.carry_out(stop, now)


@given(ACTIONS)
def test_never_two_run_for_one_target_and_seconds_add_up(
    actions: list[tuple[str, str, int]],
) -> None:
    """Whatever happens: no overlap, and what is billed is end minus start."""
    caller = Caller(exiting_seconds=5)
    end = play(caller, actions)
    recordings = caller.world.recordings(end)

    for channel in ("x", "y"):
        mine = [one for one in recordings if one.target.channel == channel]
        for before, after in pairwise(mine):
            assert before.gone_at is not None
            assert after.started_at >= before.gone_at
    for one in recordings:
        assert one.seconds(end) == (one.ended_at or end) - one.started_at >= 0
    assert overlaps(recordings) == 0


def test_overlaps_would_be_seen() -> None:
    """The count is no constant."""
    caller = Caller()
    caller.begin()
    (recording,) = caller.world.recordings(NOW)

    assert overlaps([recording, replace(recording, started_at=NOW + 1)]) == 1
