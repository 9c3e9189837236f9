"""What each action costs, how urgent it is, and how App IDs are told apart."""

import asyncio

import pytest

from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Ending
from agora_recording.domain.observation import Observation
from agora_recording.domain.topic import Topic
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.budgets import Budgets, cost, urgency
from builders import observation
from unit.domain.situations import LIVE, LOST, NEW, STARTED, failing, fresh, sent
from unit.reconcile.fake_time import in_fake_time

UNSENT = observation(NEW, trails=[fresh(NEW)])
UNKNOWN = observation(LOST, trails=[sent(LOST)])
QUERY, CONFIRM = act.Query(LIVE, "sid"), act.Query(STARTED, "sid")


def after_failure(seen: Observation, action: Action) -> Observation:
    """Return the look after ``action`` failed."""
    return observation(
        *seen.recording.status.attempts, trails=seen.trails.values(), pauses=failing(action)
    )


@pytest.mark.parametrize(
    ("seen", "action", "expected"),
    [
        (observation(), act.Acquire(), 2),
        (observation(), act.Acquire(probe=True), 2),
        (UNSENT, act.Start(NEW), 0),
        (after_failure(UNSENT, act.Start(NEW)), act.Start(NEW), 1),
        (UNKNOWN, act.Start(LOST), 1),
        (after_failure(UNKNOWN, act.Start(LOST)), act.Start(LOST), 1),
        (observation(LIVE), QUERY, 1),
        (observation(LIVE), act.Stop(LIVE), 1),
        (observation(LOST), act.Kick(LOST), 1),
        (observation(LIVE), act.Tell(LIVE, Topic.LAYOUT), 1),
        (observation(LIVE), act.Tell(LIVE, Topic.SUBSCRIPTION), 1),
        (observation(LOST), act.FindSid(LOST), 0),
        (observation(), act.AddFinalizer(), 0),
        (observation(), act.Amend(NEW), 0),
        (observation(), act.Close(LIVE, Ending.STOPPED), 0),
        (observation(), act.Release(), 0),
        (observation(), act.Wait(), 0),
    ],
)
def test_each_call_has_its_price(seen: Observation, action: Action, expected: int) -> None:
    """An acquire pays for the start that must follow it within two seconds."""
    assert expected == cost(seen, action)


@pytest.mark.parametrize(
    ("action", "first", "again"),
    [
        (act.Stop(LIVE), Urgency.STOP, Urgency.STOP),
        (act.Acquire(), Urgency.START, Urgency.RETRY),
        (act.Start(NEW), Urgency.START, Urgency.RETRY),
        (act.Acquire(probe=True), Urgency.RETRY, Urgency.RETRY),
        (act.Kick(LOST), Urgency.RETRY, Urgency.RETRY),
        (CONFIRM, Urgency.CONFIRM, Urgency.RETRY),
        (QUERY, Urgency.POLL, Urgency.RETRY),
        (act.Tell(LIVE, Topic.LAYOUT), Urgency.UPDATE, Urgency.RETRY),
        (act.Tell(LIVE, Topic.SUBSCRIPTION), Urgency.UPDATE, Urgency.RETRY),
        (act.FindSid(LOST), Urgency.UPDATE, Urgency.RETRY),
    ],
)
def test_each_action_has_its_class(action: Action, first: Urgency, again: Urgency) -> None:
    """What failed stands behind what did not, but for a stop, which costs money meanwhile."""
    assert first is urgency(observation(), action)
    assert again is urgency(observation(pauses=failing(action)), action)


class Bell:
    """The budgets of App IDs, and whom they woke and when."""

    def __init__(self) -> None:
        self.woken: list[tuple[str, float]] = []
        self.began = self.tick
        self.budgets = Budgets(lambda key, _urgency: self.woken.append((key, self.age)))

    @property
    def tick(self) -> float:
        """The loop's time."""
        return asyncio.get_running_loop().time()

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return round(self.tick - self.began, 2)

    def take(self, key: str, app: str = "one", price: int = 1) -> bool:
        """Ask for a call."""
        return self.budgets.take(app, key, Urgency.START, price, tick=self.tick)


@in_fake_time
async def test_each_app_id_has_its_own_line() -> None:
    """Agora counts the calls of each."""
    bell = Bell()

    assert bell.take("a", price=2)
    assert not bell.take("b")
    assert bell.take("c", app="other", price=2)
    assert bell.budgets.in_line() == 1


@in_fake_time
async def test_the_project_says_how_many_calls_there_are() -> None:
    """One a second: whoever stands in line comes a second later."""
    bell = Bell()
    bell.budgets.set_rate("one", 1)
    bell.take("a", price=2)
    bell.take("b")
    bell.take("c")
    assert bell.budgets.expected_seconds("one") == pytest.approx(4)
    await asyncio.sleep(5)

    assert bell.woken == [("b", 1.0), ("c", 2.0)]
    assert bell.budgets.expected_seconds("one") == 0


@in_fake_time
async def test_an_app_id_is_not_called_for_as_long_as_agora_asked() -> None:
    """And only that one."""
    bell = Bell()
    bell.budgets.pause("one", 5, tick=bell.tick)

    assert not bell.take("a")
    assert bell.take("b", app="other")
    await asyncio.sleep(9)
    assert bell.woken == [("a", 5.0)]


@in_fake_time
async def test_what_is_forgotten_holds_up_nobody() -> None:
    """Its place and its grant go to others."""
    bell = Bell()
    bell.take("a", price=2)
    bell.take("b")
    bell.budgets.forget("b")
    await asyncio.sleep(1)

    assert bell.woken == []
    assert bell.budgets.in_line() == 0
