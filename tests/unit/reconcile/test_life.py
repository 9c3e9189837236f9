from agora_recording.crd.mode import Individual, Snapshots
from agora_recording.crd.recording import DesiredState
from builders import recording, spec
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_a_normal_life_is_five_writes() -> None:
    """Intent, finalizer, sid, confirmation; after the deletion only the finalizer."""
    world = World()
    process = await world.recorded()
    world.cluster.delete()
    await process.run_for(10)

    assert world.cluster.writes == ["intent", "finalizer on", "sid", "confirmed", "finalizer off"]
    assert [name for name, _ in world.agora.calls] == ["acquire", "start", "query", "stop"]
    assert not world.agora.running
    assert world.cluster.object is None


@in_fake_time
async def test_an_unchanged_look_costs_no_write() -> None:
    """While it records, polls change nothing at the API server."""
    world = World()
    process = await world.recorded()
    writes = len(world.cluster.writes)
    await process.run_for(3600)

    assert world.agora.count("query") > 50
    assert writes == len(world.cluster.writes)


@in_fake_time
async def test_stopped_ends_it_and_recording_begins_another() -> None:
    """The object stays and can be used again."""
    world = World()
    process = await world.recorded()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(30)

    assert not world.agora.running
    assert (world.status.phase, world.status.end_reason) == ("Stopped", "User")
    world.cluster.edit_spec(desired_state=DesiredState.RECORDING)
    await process.run_for(60)

    assert (world.status.phase, world.status.end_reason) == ("Recording", None)
    assert list(world.agora.running) == ["sid-of-resource-2"]


@in_fake_time
async def test_a_recording_that_ended_by_itself_is_not_begun_again() -> None:
    """An empty channel ends it for good, and the user sees why."""
    world = World()
    process = await world.recorded()
    world.agora.status = 7
    await process.run_for(600)

    assert world.agora.count("acquire") == 1
    assert (world.status.phase, world.status.end_reason) == ("Completed", "Idle")
    assert world.cluster.object.finalizers == () if world.cluster.object else False


@in_fake_time
async def test_screenshots_alone_complete_without_a_list_of_files() -> None:
    """Agora lists none of them, and its mode is pinned by the attempt."""
    snapshots = Individual(snapshots=Snapshots(only=True))
    world = World(recording(spec=spec(mix=None, individual=snapshots)))
    process = await world.recorded()
    (task,) = world.agora.running.values()

    assert (task.mode, world.status.mode) == ("individual", "Individual")
    world.agora.status = 7
    await process.run_for(60)
    assert (world.status.phase, world.status.end_reason) == ("Completed", "Idle")
    assert world.status.files == ()
