"""When a key of the work queue comes, and that it comes once."""

import asyncio

import pytest

from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.queue import WorkQueue
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.test_queue import drained


@pytest.mark.parametrize("order", [(Urgency.POLL, Urgency.STOP), (Urgency.STOP, Urgency.POLL)])
@in_fake_time
async def test_what_comes_again_is_as_urgent_as_the_most_urgent(
    order: tuple[Urgency, Urgency],
) -> None:
    """Whichever was added first while it was worked on."""
    queue = WorkQueue()
    queue.add("a", Urgency.POLL)
    assert await queue.next() == "a"
    for urgency in order:
        queue.add("a", urgency)
    queue.add("start", Urgency.START)
    queue.done("a")

    assert await drained(queue) == ["a", "start"]


@in_fake_time
async def test_a_key_keeps_the_place_that_it_has() -> None:
    """To be added again, as urgent or less, neither moves nor doubles it."""
    queue = WorkQueue()
    queue.add("a", Urgency.START)
    queue.add("b", Urgency.START)
    queue.add("a", Urgency.START)
    queue.add("a", Urgency.POLL)

    assert len(queue) == 2
    assert await drained(queue) == ["a", "b"]


@in_fake_time
async def test_what_is_forgotten_while_it_is_worked_on_does_not_come_again() -> None:
    """Its object is gone."""
    queue = WorkQueue()
    queue.add("a", Urgency.POLL)
    assert await queue.next() == "a"
    queue.add("a", Urgency.POLL)
    queue.forget("a")
    queue.done("a")

    assert len(queue) == 0


@in_fake_time
async def test_the_latest_delay_counts() -> None:
    """Whether it is shorter or longer than the one before."""
    queue, loop = WorkQueue(), asyncio.get_running_loop()
    began = loop.time()
    queue.add_later("longer", Urgency.POLL, 10)
    queue.add_later("longer", Urgency.STOP, 30)
    queue.add_later("shorter", Urgency.POLL, 40)
    queue.add_later("shorter", Urgency.POLL, 20)
    came = []
    for _ in range(2):
        key = await queue.next()
        assert key is not None
        queue.done(key)
        came.append((key, round(loop.time() - began)))
    await asyncio.sleep(60)

    assert came == [("shorter", 20), ("longer", 30)]
    assert len(queue) == 0


@in_fake_time
async def test_a_key_that_came_in_its_time_can_be_planned_again() -> None:
    """One delay after another, for as long as its object exists."""
    queue, loop = WorkQueue(), asyncio.get_running_loop()
    began = loop.time()
    for _ in range(3):
        queue.add_later("a", Urgency.POLL, 10)
        assert await queue.next() == "a"
        queue.done("a")

    assert round(loop.time() - began) == 30


@in_fake_time
async def test_what_is_due_within_a_second_comes_one_after_another() -> None:
    """A delay ends with its own time, not with that of its neighbour."""
    queue, loop = WorkQueue(), asyncio.get_running_loop()
    began = loop.time()
    for number in range(5):
        queue.add_later(str(number), Urgency.POLL, 10 + 0.2 * number)
    for number in range(5):
        assert await queue.next() == str(number)
        assert loop.time() - began == pytest.approx(10 + 0.2 * number, abs=0.01)


@in_fake_time
async def test_nothing_comes_after_the_end() -> None:
    """Neither what was planned before it, nor what is planned then; who asks again is answered."""
    queue = WorkQueue()
    queue.add_later("a", Urgency.POLL, 1)
    queue.close()
    queue.add_later("b", Urgency.POLL, 1)
    await asyncio.sleep(5)

    assert len(queue) == 0
    assert [await queue.next() for _ in range(2)] == [None, None]
