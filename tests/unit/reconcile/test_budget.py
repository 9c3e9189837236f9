from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agora_recording.reconcile.budget import Budget, Shares, Urgency


class Line:
    """A budget and whom it woke."""

    def __init__(self, rate: float = 10.0) -> None:
        self.woken: list[tuple[str, Urgency]] = []
        self.budget = Budget(rate, lambda key, urgency: self.woken.append((key, urgency)))

    def drain(self, seconds: float, tick: float = 0.0) -> list[float]:
        """Hand out as time passes; return when each was woken."""
        times: list[float] = []
        end = tick + seconds
        due: float | None = tick
        while due is not None and due <= end:
            before = len(self.woken)
            now = due
            due = self.budget.hand_out(tick=now)
            times += [now] * (len(self.woken) - before)
            if due is not None:
                due = max(due, now + 1e-6)
        return times


def test_what_can_be_paid_is_taken_at_once() -> None:
    """An idle App ID lets a whole start through."""
    assert Line().budget.take("a", Urgency.START, 2, tick=0)


def test_nobody_overtakes_the_line() -> None:
    """Whoever comes while others wait stands in line, whatever it costs."""
    line = Line()
    line.budget.take("a", Urgency.START, 2, tick=0)

    assert not line.budget.take("b", Urgency.START, 2, tick=0)
    assert not line.budget.take("c", Urgency.POLL, 1, tick=0.15)
    assert line.budget.in_line == 2


def test_a_granted_key_gets_its_call() -> None:
    """Acquire reserves the start that must follow it."""
    line = Line()
    line.budget.take("a", Urgency.START, 2, tick=0)
    line.budget.take("b", Urgency.START, 2, tick=0)
    (at,) = line.drain(1)

    assert line.woken == [("b", Urgency.START)]
    assert line.budget.take("b", Urgency.START, 2, tick=at)
    assert not line.budget.take("b", Urgency.START, 2, tick=at)


def test_who_asks_again_keeps_its_place() -> None:
    """Every look at an object that waits asks anew."""
    line = Line()
    line.budget.take("x", Urgency.START, 2, tick=0)
    line.budget.take("a", Urgency.START, 2, tick=0)
    line.budget.take("b", Urgency.START, 2, tick=0)
    line.budget.take("a", Urgency.START, 2, tick=0)
    line.drain(1)

    assert [key for key, _ in line.woken] == ["a", "b"]


def test_classes_get_their_shares() -> None:
    """Two stops for a start, as long as both wait."""
    shares, both = Shares(), {Urgency.STOP, Urgency.START}
    turns = [shares.pick(both)]
    for _ in range(23):
        shares.charge(turns[-1], both)
        turns.append(shares.pick(both))

    assert (turns.count(Urgency.STOP), turns.count(Urgency.START)) == (16, 8)


def test_a_class_that_did_not_wait_saves_nothing_up() -> None:
    """After a thousand stops there are not sixty polls in a row."""
    shares, both = Shares(), {Urgency.STOP, Urgency.POLL}
    for _ in range(1000):
        shares.charge(Urgency.STOP, {Urgency.STOP})
    turns = [shares.pick(both)]
    for _ in range(16):
        shares.charge(turns[-1], both)
        turns.append(shares.pick(both))

    assert turns.count(Urgency.POLL) == 1


def test_a_stop_goes_before_starts() -> None:
    """The more urgent class is next, though it came last."""
    line = Line()
    line.budget.take("first", Urgency.START, 2, tick=0)
    for n in range(5):
        line.budget.take(f"start{n}", Urgency.START, 2, tick=0)
    line.budget.take("stop", Urgency.STOP, 1, tick=0)
    line.drain(1)

    assert "stop" in [key for key, _ in line.woken[:2]]


def test_no_class_starves() -> None:
    """Polls go on under a backlog of everything else."""
    line = Line()
    for urgency in Urgency:
        for n in range(400):
            line.budget.take(f"{urgency.name}{n}", urgency, 1, tick=0)
    line.drain(33)
    among = [urgency for _, urgency in line.woken[:330]]

    assert set(Urgency) == set(among)
    assert among.count(Urgency.STOP) > among.count(Urgency.START) > among.count(Urgency.POLL) > 3


def test_a_pause_holds_everybody() -> None:
    """Agora said that there are too many calls."""
    line = Line()
    line.budget.pause(5, tick=0)

    assert not line.budget.take("a", Urgency.STOP, 1, tick=0)
    assert line.budget.hand_out(tick=0) == 5
    assert line.drain(4.9) == []
    line.drain(1, tick=5)
    assert line.woken == [("a", Urgency.STOP)]


def test_what_is_given_back_can_be_taken_by_others() -> None:
    """An object that vanished leaves its grant and its place."""
    line = Line()
    line.budget.take("x", Urgency.START, 2, tick=0)
    line.budget.take("a", Urgency.START, 2, tick=0)
    line.drain(1)
    line.budget.give_back("a")

    assert line.budget.take("b", Urgency.START, 2, tick=1)


def test_exactly_what_was_granted_is_given_back() -> None:
    """Neither more, nor anything for who was granted nothing."""
    line = Line(100)
    line.budget.take("x", Urgency.START, 10, tick=0)
    line.budget.take("a", Urgency.START, 2, tick=0)
    (at,) = line.drain(1)
    line.budget.give_back("a")
    line.budget.give_back("nobody")

    assert line.budget.take("b", Urgency.START, 2, tick=at)
    assert not line.budget.take("c", Urgency.START, 1, tick=at)


def test_what_is_given_back_was_not_spent_in_this_second() -> None:
    """Another may call in its place, and no more than one."""
    line = Line(2)
    line.budget.take("x", Urgency.START, 2, tick=0)
    line.budget.take("a", Urgency.START, 1, tick=0)
    line.budget.take("b", Urgency.START, 1, tick=0)
    line.drain(1)
    assert len(line.woken) == 2
    line.budget.give_back("a")

    assert line.budget.take("c", Urgency.START, 1, tick=1)
    assert not line.budget.take("d", Urgency.START, 1, tick=1.5)


def test_the_next_turn_is_a_second_after_the_first_of_as_many_calls() -> None:
    """Not after the last of them."""
    line = Line(2)
    line.budget.take("x", Urgency.START, 1, tick=0)
    line.budget.take("y", Urgency.START, 1, tick=0.4)
    line.budget.take("a", Urgency.START, 1, tick=0.4)

    assert line.budget.hand_out(tick=0.4) == pytest.approx(1.0)


def test_a_place_in_line_that_was_left_is_skipped() -> None:
    """Nobody is woken for an object that does not wait any more."""
    line = Line()
    line.budget.take("x", Urgency.START, 2, tick=0)
    line.budget.take("a", Urgency.START, 2, tick=0)
    line.budget.take("b", Urgency.POLL, 1, tick=0)
    line.budget.give_back("a")
    line.drain(1)

    assert line.woken == [("b", Urgency.POLL)]


CALLS = st.tuples(
    st.floats(0, 0.5), st.sampled_from(Urgency), st.sampled_from([1, 2]), st.integers(0, 30)
)


@pytest.mark.parametrize("rate", [1.0, 10.0, 50.0])
@settings(max_examples=settings().max_examples * 3 // 5, deadline=None)
@given(st.lists(CALLS, max_size=80))
def test_the_rate_is_never_exceeded(
    rate: float, calls: list[tuple[float, Urgency, int, int]]
) -> None:
    """In any window: what the rate allows in it, and what was saved up before."""
    line = Line(rate)
    spent: list[tuple[float, int]] = []
    prices: dict[str, int] = {}
    now = 0.0
    for gap, urgency, cost, number in calls:
        now += gap
        key = f"{urgency.name}{cost}-{number}"
        prices[key] = cost
        before = len(line.woken)
        line.budget.hand_out(tick=now)
        spent += [(now, prices[woken]) for woken, _ in line.woken[before:]]
        granted = line.budget._granted.get(key, 0) >= cost  # noqa: SLF001
        if line.budget.take(key, urgency, cost, tick=now) and not granted:
            spent.append((now, cost))
    burst = max(2.0, rate / 10)

    for i, (start, _) in enumerate(spent):
        total = 0
        for at, cost in spent[i:]:
            total += cost
            assert total <= burst + rate * (at - start) + 1e-6


def test_agoras_limit_holds_in_each_second() -> None:
    """Agora counts by the second: never more than the rate in any one (agora-api.md 4)."""
    line = Line(10)
    for n in range(100):
        line.budget.take(str(n), Urgency.POLL, 1, tick=0)
    times = [0.0, 0.0, *line.drain(5)]

    assert all(b - a >= 1 - 1e-3 for a, b in pairwise(times[::10]))
