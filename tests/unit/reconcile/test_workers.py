"""The workers: what comes first, what is dropped with an object, what a broken cycle costs."""

import asyncio

import pytest

from agora_recording.domain.claim import Claim
from agora_recording.domain.observation import Recording
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.queue import WorkQueue
from agora_recording.reconcile.workers import BROKEN_SECONDS
from builders import APP, attempt, recording, running
from unit.reconcile.fake_agora import gateway_down
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


class Crew:
    """Workers over one world, which has not begun to work."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.broken = 0
        self.queue = WorkQueue()
        self.process = world.process(self.queue.add)
        self.memories = self.process.memories
        self.workers = self.process.workers(self.queue, broke=self._broke)

    @property
    def claim(self) -> Claim:
        """The target of the one object."""
        return Claim(APP, "standup", self.process.memory.recording.status.uid or 0)

    def _broke(self) -> None:
        self.broken += 1

    async def order(self) -> list[str]:
        """Return what is due, in order."""
        return [str(await self.queue.next()) for _ in range(len(self.queue))]


@pytest.mark.parametrize(
    ("seen", "before", "after"),
    [
        (recording(uid="it"), Urgency.STOP, Urgency.CONFIRM),
        (recording(attempt(), uid="it"), Urgency.CONFIRM, Urgency.RETRY),
        (recording(attempt(), uid="it", deleting=True), None, Urgency.START),
    ],
    ids=["a start", "a change of what was begun", "a deletion"],
)
@in_fake_time
async def test_a_changed_object_comes_by_what_it_may_need(
    seen: Recording, before: Urgency | None, after: Urgency
) -> None:
    """Among others that are more urgent, or less."""
    crew = Crew(World())
    crew.queue.add("after", after)
    if before is not None:
        crew.queue.add("before", before)
    crew.workers.see(seen)

    assert await crew.order() == [*(["before"] if before is not None else []), "it", "after"]


@in_fake_time
async def test_nothing_is_kept_of_an_object_that_is_gone() -> None:
    """No turn, no place in line, no claim: others take them at once."""
    crew = Crew(World())
    await crew.process.run_for(30)
    assert crew.process.claims.sighting(crew.claim) is not None
    crew.memories.see(recording(uid="other", resource_version="99"))
    crew.workers.vanish("other")
    crew.queue.add("object-1", Urgency.POLL)
    now = asyncio.get_running_loop().time()
    while crew.process.budgets.take("app", "object-1", Urgency.START, 2, tick=now):
        pass
    crew.process.memory.released = True
    crew.workers.vanish("object-1")

    assert len(crew.queue) == 0
    assert crew.process.budgets.in_line() == 0
    assert crew.process.claims.sighting(crew.claim) is None


@in_fake_time
async def test_a_broken_cycle_is_counted_and_rests() -> None:
    """For half a minute to a minute, so that all that broke together do not come together."""
    world = World()
    crew = Crew(world)
    world.cluster.trouble.append(RuntimeError("odd"))
    crew.workers.start(1)
    assert world.cluster.object is not None
    crew.queue.add("object-1", Urgency.START)
    await asyncio.sleep(BROKEN_SECONDS - 1)
    assert world.agora.count("start") == 0
    assert crew.broken == 1
    await asyncio.sleep(BROKEN_SECONDS + 2)

    assert world.agora.count("start") == 1
    assert crew.broken == 1
    assert await crew.workers.stop(1) == 0


@in_fake_time
async def test_who_stands_by_works_on_nothing_that_is_due() -> None:
    """Until it leads again, when it looks at everything."""
    crew = Crew(World())
    crew.workers.stand_by()
    crew.queue.add("object-1", Urgency.STOP)
    assert len(crew.queue) == 0
    crew.workers.lead()

    assert len(crew.queue) == 1


@in_fake_time
async def test_the_end_waits_for_cycles_that_it_broke_off() -> None:
    """They have given back what they held by the time that it is over."""
    world = World()
    crew = Crew(world)
    world.cluster.write_seconds = 1000.0
    crew.workers.start(1)
    crew.queue.add("object-1", Urgency.START)
    await asyncio.sleep(5)

    assert await crew.workers.stop(5) == 1
    assert all(task.done() for task in asyncio.all_tasks() - {asyncio.current_task()})


@in_fake_time
async def test_a_last_stop_is_tried_again_after_a_while() -> None:
    """Thrice within four seconds: a moment's trouble must not leave a recording to itself."""
    world = World(recording(running()))
    crew = Crew(world)
    crew.workers.start(1)
    crew.process.memory.vanish()
    world.agora.trouble["stop"].extend([gateway_down()] * 3)
    assert await crew.workers.stop(5) == 0

    assert [round(at - world.agora.at[0]) for at in world.agora.at] == [0, 1, 4]
