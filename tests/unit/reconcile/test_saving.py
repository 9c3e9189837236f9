"""What the writes of a cycle run into, and what they must not overwrite."""

from dataclasses import replace
from itertools import count

import pytest

from agora_recording.domain.observation import FINALIZER
from agora_recording.reconcile.ports import ConflictError, ForbiddenError
from builders import attempt, recording
from unit.reconcile.fake_cluster import unreachable
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_a_conflict_at_the_intent_starts_nothing() -> None:
    """Whoever did not store the intent sends no start for it; it looks again (protocol 3)."""
    world = World(recording(finalizers=(FINALIZER,)))
    world.cluster.before_write = world.cluster.edit_spec
    process = world.process()
    await process.run()

    assert world.agora.count("acquire") == 1
    assert world.agora.count("start") == 0
    world.cluster.before_write = lambda: None
    await process.run_for(30)
    assert len(world.agora.running) == 1
    assert world.status.resource_id == "resource-2"


@in_fake_time
async def test_somebody_who_annotates_all_the_time_holds_up_nothing() -> None:
    """Only the resourceVersion differs from what was decided by: the write is repeated at once."""
    world = World()
    writes = count(1)
    world.cluster.before_write = lambda: world.cluster.edit() if next(writes) % 3 else None
    process = world.process()
    await process.run()

    assert world.agora.count("acquire") == 1
    assert world.status.sid == "sid-of-resource-1"
    world.cluster.delete()
    await process.run_for(30)
    assert world.cluster.object is None
    assert not world.agora.running


@in_fake_time
async def test_somebody_who_outruns_every_write_starts_nothing_unseen() -> None:
    """It ends: others have their turn, and what was acquired is not started."""
    world = World(recording(finalizers=(FINALIZER,)))
    world.cluster.before_write = world.cluster.edit
    await world.process().run_for(1)

    assert world.agora.count("start") == 0
    world.cluster.before_write = lambda: None
    assert world.agora.count("acquire") < 4


@in_fake_time
async def test_an_unreachable_api_server_at_the_intent_starts_nothing() -> None:
    """An outage before the start costs nothing but time."""
    world = World()
    world.cluster.trouble.extend([unreachable()] * 3)
    process = world.process()
    await process.run()

    assert world.agora.count("start") == 0
    await process.run_for(60)
    assert len(world.agora.ever) == 1


@in_fake_time
async def test_an_intent_that_could_not_be_stored_is_not_started_by_an_early_look() -> None:
    """Refused by an admission webhook, and woken at once by the watch: still nothing (3)."""
    world = World(recording(finalizers=(FINALIZER,)))
    world.cluster.trouble.append(ForbiddenError("a webhook"))
    world.cluster.trouble.append(ForbiddenError("a webhook"))
    process = world.process()
    await process.run()
    await process.run()

    assert world.agora.count("start") == 0


@pytest.mark.parametrize(
    "trouble",
    [[ConflictError("x")] * 3, [unreachable()] * 8, [unreachable(), ConflictError("x")] * 4],
    ids=["conflicts", "an outage", "both in turn"],
)
@in_fake_time
async def test_the_sid_is_stored_whatever_it_takes(trouble: list[Exception]) -> None:
    """Write D is repeated until it is done; nothing else happens before (protocol 7)."""
    world = World()
    world.agora.after_call = lambda operation: (
        world.cluster.trouble.extend(trouble) if operation == "start" else None
    )
    process = world.process()
    await process.run()

    assert world.status.sid == "sid-of-resource-1"
    assert [name for name, _ in world.agora.calls][:2] == ["acquire", "start"]
    assert len(world.agora.ever) == 1


@in_fake_time
async def test_the_sid_goes_into_its_entry_although_the_status_was_wiped() -> None:
    """An entry that is missing is appended again (protocol 7, 18)."""
    world = World()
    world.agora.after_call = lambda operation: (
        world.cluster.edit_status(attempts=(), resource_id=None) if operation == "start" else None
    )
    await world.process().run()

    assert [(a.resource_id, a.sid) for a in world.status.attempts] == [
        ("resource-1", "sid-of-resource-1")
    ]


@in_fake_time
async def test_a_recording_whose_object_was_replaced_is_stopped() -> None:
    """The sid belongs to an object that is gone; its namesake has nothing to do with it (8)."""
    world = World()
    world.agora.after_call = lambda operation: (
        world.cluster.recreate() if operation == "start" else None
    )
    await world.process().run_for(30)

    assert world.agora.count("stop") == 1
    assert not world.agora.running
    assert world.status.attempts == ()


@in_fake_time
async def test_a_conflict_with_another_incarnation_ends_the_work() -> None:
    """An object that was replaced before the intent is stored is noticed, not an accident."""
    world = World()
    world.agora.after_call = lambda operation: (
        world.cluster.recreate() if operation == "acquire" else None
    )
    process = world.process()
    await process.run()

    assert process.memory.recording.gone
    assert world.agora.count("start") == 0


@in_fake_time
async def test_a_recording_whose_object_vanished_is_stopped() -> None:
    """Somebody took the finalizer off by force: the recording must not go on unseen (8)."""
    world = World()
    process = await world.recorded()
    world.cluster.vanish()
    process.memory.recording = replace(process.memory.recording, gone=True, deleting=True)
    await process.run_for(30)

    assert not world.agora.running


@in_fake_time
async def test_a_write_is_of_the_look_that_it_was_decided_from() -> None:
    """Another process writes between look and write: then ours conflicts (protocol 3, 4)."""
    world = World()
    process = await world.recorded()
    foreign = attempt("foreign", number=9, owner="another process")

    def meanwhile() -> None:
        if world.agora.status == 4 and len(world.status.attempts) == 1:
            world.cluster.edit_status(attempts=(*world.status.attempts, foreign))
            assert world.cluster.object is not None
            process.memory.see(world.cluster.object)  # as the watch does at any await

    world.agora.status = 4
    world.secrets.before_read = meanwhile
    await process.run_for(300)

    assert "foreign" in {a.resource_id for a in world.status.attempts}


@in_fake_time
async def test_the_finalizer_stays_if_an_attempt_appears_between_look_and_release() -> None:
    """The release tests the resourceVersion that the decision was made from (protocol 14)."""
    world = World()
    process = await world.recorded()
    foreign = attempt("foreign", number=9, owner="another process")

    def meanwhile() -> None:
        if world.agora.count("stop") == 1 and len(world.status.attempts) == 1:
            world.cluster.edit_status(attempts=(*world.status.attempts, foreign))
            assert world.cluster.object is not None
            process.memory.see(world.cluster.object)

    world.cluster.delete()
    world.cluster.before_write = meanwhile
    await process.run()

    assert world.cluster.object is not None
    assert FINALIZER in world.cluster.object.finalizers


@in_fake_time
async def test_the_finalizers_of_others_survive() -> None:
    """A finalizer that somebody adds between look and write is kept."""
    world = World()
    process = world.process()

    def meanwhile() -> None:
        found = world.cluster.object
        if world.cluster.writes == ["intent"] and found is not None and not found.finalizers:
            world.cluster.edit(finalizers=("example.com/mine",))
            assert world.cluster.object is not None
            process.memory.see(world.cluster.object)

    world.cluster.before_write = meanwhile
    await process.run_for(30)

    assert world.cluster.object is not None
    assert {"example.com/mine", FINALIZER} == set(world.cluster.object.finalizers)


@in_fake_time
async def test_a_slow_api_server_does_not_prevent_a_recording() -> None:
    """A resource lives for five minutes; writes of two seconds must not lose it for ever."""
    world = World(recording(finalizers=(FINALIZER,)))
    world.cluster.write_seconds = 2.5
    await world.process().run_for(120)

    assert len(world.agora.running) == 1
    assert world.agora.count("acquire") < 4


@in_fake_time
async def test_a_wiped_status_is_written_back() -> None:
    """A live process remembers what runs (protocol 18)."""
    world = World()
    process = await world.recorded()
    world.cluster.edit_status(attempts=(), resource_id=None, sid=None, conditions=())
    await process.run_for(120)

    assert [a.sid for a in world.status.attempts] == ["sid-of-resource-1"]
    assert len(world.agora.ever) == 1


@in_fake_time
async def test_a_wiped_status_is_written_back_by_a_process_that_only_read_it() -> None:
    """Also what was never asked about yet is remembered (protocol 18)."""
    world = World()
    await world.recorded()
    process = world.process()
    world.cluster.edit_status(attempts=(), resource_id=None, sid=None, conditions=())
    await process.run_for(120)

    assert [a.sid for a in world.status.attempts] == ["sid-of-resource-1"]
    assert world.agora.count("acquire") == 1
