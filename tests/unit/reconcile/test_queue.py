import asyncio

import pytest

from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.queue import WorkQueue
from unit.reconcile.fake_time import in_fake_time


async def drained(queue: WorkQueue) -> list[str]:
    """Return all keys that are due now, in their order."""
    keys = []
    while len(queue):
        key = await queue.next()
        assert key is not None
        keys.append(key)
        queue.done(key)
    return keys


@in_fake_time
async def test_a_key_stands_in_line_once() -> None:
    """However often it is added."""
    queue = WorkQueue()
    for urgency in (Urgency.POLL, Urgency.POLL, Urgency.STOP, Urgency.UPDATE):
        queue.add("a", urgency)

    assert len(queue) == 1
    assert await drained(queue) == ["a"]


@in_fake_time
async def test_the_more_urgent_is_next() -> None:
    """Also a key that became more urgent while it stood in line."""
    queue = WorkQueue()
    queue.add("poll", Urgency.POLL)
    queue.add("start", Urgency.START)
    queue.add("stop", Urgency.POLL)
    queue.add("stop", Urgency.STOP)

    assert await drained(queue) == ["stop", "start", "poll"]


@in_fake_time
async def test_a_key_is_never_worked_on_twice_at_once() -> None:
    """What is added while it is worked on comes right after."""
    queue = WorkQueue()
    queue.add("a", Urgency.POLL)
    assert await queue.next() == "a"
    queue.add("a", Urgency.POLL)
    queue.add("a", Urgency.STOP)

    assert len(queue) == 0
    queue.done("a")
    assert await drained(queue) == ["a"]


@in_fake_time
async def test_a_delay_is_kept() -> None:
    """Not before, and not much after."""
    queue, loop = WorkQueue(), asyncio.get_running_loop()
    queue.add_later("b", Urgency.POLL, 20)
    queue.add_later("a", Urgency.POLL, 10)
    began = loop.time()
    assert await queue.next() == "a"
    assert pytest.approx(loop.time() - began, abs=0.01) == 10
    assert await queue.next() == "b"
    assert pytest.approx(loop.time() - began, abs=0.01) == 20


@in_fake_time
async def test_a_key_that_comes_early_does_not_come_again() -> None:
    """Being added now takes the place of being due later."""
    queue = WorkQueue()
    queue.add_later("a", Urgency.POLL, 10)
    queue.add("a", Urgency.START)
    assert await drained(queue) == ["a"]
    await asyncio.sleep(20)

    assert len(queue) == 0


@in_fake_time
async def test_a_forgotten_key_does_not_come() -> None:
    """Neither now nor later nor again."""
    queue = WorkQueue()
    queue.add("a", Urgency.POLL)
    queue.add_later("b", Urgency.POLL, 1)
    queue.forget("a")
    queue.forget("b")
    await asyncio.sleep(5)

    assert len(queue) == 0


@in_fake_time
async def test_closing_sends_everybody_home() -> None:
    """All who wait get None, and so do all who come."""
    queue = WorkQueue()
    waiting = [asyncio.create_task(queue.next()) for _ in range(3)]
    await asyncio.sleep(0)
    queue.add_later("a", Urgency.POLL, 1)
    queue.close()

    assert await asyncio.gather(*waiting) == [None] * 3
    queue.add("b", Urgency.STOP)
    assert await queue.next() is None


@in_fake_time
async def test_polls_do_not_starve() -> None:
    """Under a stream of stops a poll has its turn as well."""
    queue = WorkQueue()
    queue.add("poll", Urgency.POLL)
    turns = 0
    for n in range(100):
        queue.add(f"stop{n}", Urgency.STOP)
        key = await queue.next()
        assert key is not None
        queue.done(key)
        turns += 1
        if key == "poll":
            break

    assert turns < 40


@in_fake_time
async def test_a_paused_queue_keeps_what_is_due() -> None:
    """What was due, what becomes due and what is added comes after the pause, urgent first."""
    queue = WorkQueue()
    queue.add("due", Urgency.POLL)
    queue.add_later("later", Urgency.RETRY, 1)
    queue.add_later("much later", Urgency.STOP, 100)
    queue.pause(lambda _key: False)
    queue.add("added", Urgency.POLL)
    queue.add("added", Urgency.START)
    await asyncio.sleep(5)
    assert len(queue) == 0
    queue.resume()

    assert await drained(queue) == ["added", "later", "due"]
    assert await queue.next() == "much later"


@in_fake_time
async def test_a_paused_queue_hands_out_what_is_admitted() -> None:
    """And comes back to what is added while it is worked on only if that is admitted then."""
    queue = WorkQueue()
    admitted = {"a", "b"}
    queue.add("a", Urgency.POLL)
    queue.pause(admitted.__contains__)
    queue.add("b", Urgency.STOP)
    assert await queue.next() == "b"
    assert queue.is_working("b")
    queue.add("b", Urgency.STOP)
    admitted.remove("b")
    queue.done("b")

    assert await drained(queue) == ["a"]
    queue.resume()
    assert await drained(queue) == ["b"]


@in_fake_time
async def test_a_key_that_is_forgotten_during_a_pause_does_not_come() -> None:
    """Its object is gone."""
    queue = WorkQueue()
    queue.pause(lambda _key: False)
    queue.add("a", Urgency.STOP)
    queue.forget("a")
    queue.resume()

    assert len(queue) == 0
