"""The workers: one process as it is composed, in fake time."""

import asyncio

from agora_recording.reconcile.memory import Memories
from agora_recording.reconcile.queue import WorkQueue
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_a_recording_that_appears_is_recorded_and_vanishes() -> None:
    """From the watch's first word to its last."""
    world = World()
    memories = Memories()
    made = world.process().workers(WorkQueue(), memories)
    made.start(4)
    assert world.cluster.object is not None
    made.see(world.cluster.object)
    await asyncio.sleep(30)
    assert world.reason() == "Recording"
    world.cluster.vanish()
    made.vanish("object-1")
    await asyncio.sleep(30)

    assert not world.agora.running
    assert memories.get("object-1") is None
    assert await made.stop(1) == 0


@in_fake_time
async def test_a_sid_that_cannot_be_stored_before_the_end_is_stopped() -> None:
    """Nobody would know it any more: the recording ends with the process (protocol 8)."""
    world = World()
    made = world.process().workers(WorkQueue(), Memories())
    world.agora.after_call = lambda operation: (
        world.cluster.trouble.extend([unreachable()] * 10_000) if operation == "start" else None
    )
    made.start(1)
    assert world.cluster.object is not None
    made.see(world.cluster.object)
    await asyncio.sleep(10)
    await made.stop(40)

    assert not world.agora.running


@in_fake_time
async def test_a_cycle_that_breaks_off_ends_no_worker() -> None:
    """The object is looked at again; others go on."""
    world = World()
    made = world.process().workers(WorkQueue(), Memories())
    world.cluster.trouble.append(RuntimeError("odd"))
    made.start(1)
    assert world.cluster.object is not None
    made.see(world.cluster.object)
    await asyncio.sleep(120)

    assert len(world.agora.running) == 1
    await made.stop(1)
