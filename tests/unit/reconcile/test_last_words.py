"""Whole lives in which something is known to one process only, or known wrongly."""

import asyncio
from dataclasses import replace

from agora_recording.agora import wire
from agora_recording.agora.errors import NotFound, Refused, Unavailable
from agora_recording.crd.recording import DesiredState
from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.reconcile.memory import Memories
from agora_recording.reconcile.ports import ForbiddenError
from agora_recording.reconcile.queue import WorkQueue
from agora_recording.reconcile.workers import Workers
from unit.reconcile.fake_agora import error, exclusion, gateway_down, lost
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World


def workers(process: Process, world: World) -> Workers:
    """Return workers that have seen the world's object."""
    made = process.workers(WorkQueue(), Memories())
    made.start(1)
    assert world.cluster.object is not None
    made.see(world.cluster.object)
    return made


@in_fake_time
async def test_a_sid_that_may_not_be_stored_is_stopped_at_the_end() -> None:
    """D is refused, not conflicting: it is retried, and the recording ends with the process."""
    world = World()
    forbidden = [ForbiddenError("not any more")] * 10_000
    world.agora.after_call = lambda operation: (
        world.cluster.trouble.extend(forbidden) if operation == "start" else None
    )
    made = workers(world.process(), world)
    await asyncio.sleep(10)
    await made.stop(30)

    assert not world.agora.running


@in_fake_time
async def test_a_vanished_object_is_stopped_before_the_end() -> None:
    """Its stop failed and was due later; SIGTERM comes first (protocol 8)."""
    world = World()
    made = workers(world.process(), world)
    await asyncio.sleep(30)
    world.agora.order("stop", gateway_down(), gateway_down())
    world.cluster.vanish()
    made.vanish("object-1")
    await asyncio.sleep(1)
    await made.stop(30)

    assert not world.agora.running


@in_fake_time
async def test_a_stored_recording_outlives_the_process() -> None:
    """Whoever comes next finds it in the status; it is not stopped."""
    world = World()
    made = workers(world.process(), world)
    await asyncio.sleep(30)
    await made.stop(30)

    assert len(world.agora.running) == 1


@in_fake_time
async def test_a_wiped_record_is_written_back_before_the_end() -> None:
    """The API server takes it: there is no need to stop a recording that is wanted (8, 18)."""
    world = World()
    made = workers(world.process(), world)
    await asyncio.sleep(30)
    world.cluster.edit(status=CloudRecordingStatus())
    assert world.cluster.object is not None
    made.see(world.cluster.object)
    await made.stop(30)

    assert len(world.agora.running) == 1
    assert [a.sid for a in world.status.attempts] == list(world.agora.running)


@in_fake_time
async def test_a_candidate_that_agora_does_not_know_is_dropped() -> None:
    """The recording ended before the repeat told its sid: another is begun in time."""
    world = World()
    process = world.process()
    world.agora.order("start", lost())
    world.agora.after_call = lambda operation: (
        world.agora.running.clear()
        if operation == "start" and world.agora.count("acquire") == 1
        else None
    )
    await process.run_for(3600)

    assert world.reason() == "Recording"
    assert world.agora.count("acquire") == 2


@in_fake_time
async def test_a_standing_trouble_is_told_once() -> None:
    """An hour of retries neither flaps the conditions nor fills the Events."""
    world = World()
    process = world.process()
    world.agora.order("start", *[exclusion()] * 1000)
    await process.run_for(600)
    assert world.reason() == "TargetInUse"
    world.announcer.told.clear()
    await process.run_for(3600)

    assert world.reason() == "TargetInUse"
    assert world.announcer.told == []


@in_fake_time
async def test_an_intent_that_cannot_be_stored_is_acquired_ever_less_often() -> None:
    """Writes fail for ten minutes: each resource costs two calls of the account's budget."""
    world = World()
    world.cluster.trouble.extend([unreachable()] * 10_000)
    await world.process().run_for(600)

    assert world.agora.count("acquire") < 40
    assert world.agora.count("start") == 0


@in_fake_time
async def test_failures_of_attempts_that_are_over_are_forgotten() -> None:
    """A day at the account's limit leaves no trace in memory."""
    world = World()
    process = world.process()
    world.agora.order("start", *[error(Unavailable, 400, 406)] * 100_000)
    await process.run_for(24 * 3600)

    assert len(process.memory.pauses) < 10


@in_fake_time
async def test_404_proves_nothing_once_the_handle_has_lapsed() -> None:
    """After 720 hours Agora answers 404 for a recording that goes on (protocol 11)."""
    world = World()
    await world.recorded()
    await asyncio.sleep(721 * 3600)
    world.agora.order("query", *[error(NotFound, 404, 404)] * 1000)
    world.agora.order("stop", *[error(NotFound, 404, 404)] * 1000)
    await world.process().run_for(1200)

    assert [attempt.number for attempt in world.status.attempts] == [1]
    assert world.agora.count("acquire") == 1


@in_fake_time
async def test_files_that_the_stop_lists_are_in_the_status() -> None:
    """The last word on the files is the stop's."""
    world = World()
    world.agora.files_at_stop = (wire.File("a.m3u8"), wire.File("a_0.mp4"))
    process = await world.recorded()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(60)

    assert [file.name for file in world.status.files] == ["a.m3u8", "a_0.mp4"]


@in_fake_time
async def test_a_stop_that_fails_does_not_hold_up_another() -> None:
    """Two recordings are known; the first cannot be stopped just now (protocol 14)."""
    world = World()
    process = await world.recorded()
    first = world.status.attempts[0]
    second = first.model_copy(update={"resource_id": "second", "sid": "sid-2", "number": 2})
    world.agora.running["sid-2"] = replace(
        world.agora.running[first.sid], resource_id=second.resource_id
    )
    world.cluster.edit_status(attempts=(first, second))
    world.agora.order("stop", error(Refused, 400, 2))
    world.cluster.delete()
    await process.run_for(10)

    assert list(world.agora.running) == [first.sid]
