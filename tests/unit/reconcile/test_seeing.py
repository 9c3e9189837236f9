"""What a cycle sees besides its object, and in which order it writes."""

from agora_recording.crd.recording import DesiredState
from agora_recording.domain.observation import Trail
from agora_recording.reconcile.claims import claim_of
from agora_recording.reconcile.cycle import Rest
from agora_recording.reconcile.ports import ConflictError
from builders import TARGET, observation, running
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World


@in_fake_time
async def test_a_bucket_without_keys_is_seen_before_anything_is_acquired() -> None:
    """Agora would record, and lose the files."""
    world = World()
    del world.secrets.data["storage"]
    await world.process().run()

    assert world.agora.calls == []
    assert world.reason() == "SecretNotFound"


@in_fake_time
async def test_an_older_object_with_the_target_is_seen_before_anything_is_acquired() -> None:
    """And by the others, that this one wants it too."""
    world = World()
    process = world.process()
    assert world.cluster.object is not None
    claim = claim_of(world.cluster.object, TARGET)
    for uid, created in (("older", "2026-03-01T10:00:00Z"), ("younger", "2026-03-01T12:00:00Z")):
        named = {"uid": uid, "name": uid, "created": created}
        process.claims.see(observation(claim=claim, of=named))
    await process.run()

    assert world.agora.calls == []
    assert world.reason() == "DuplicateTarget"
    process.claims.forget("older")
    rival = process.claims.rival("younger")
    assert rival is not None
    assert rival.name == "standup"


@in_fake_time
async def test_an_object_that_is_gone_after_a_conflict_is_seen_to_be() -> None:
    """At once: what it left running must be stopped."""
    world = World()
    process = await world.recorded()
    process.memory.pauses.clear()
    world.cluster.trouble.append(ConflictError("replaced"))
    world.cluster.before_write = world.cluster.vanish
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    assert world.cluster.object is not None
    process.memory.see(world.cluster.object)

    assert await process.cycle.run(process.memory) == Rest(0.0)
    assert process.memory.recording.gone


@in_fake_time
async def test_the_status_tells_that_nothing_runs_before_the_finalizer_goes() -> None:
    """Whoever finds one without the other must not take it for wiped."""
    world = World()
    process = await world.recorded()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(5)

    assert world.cluster.writes[-1] == "finalizer off"
    assert world.status.settled
    assert world.reason() == "Stopped"


@in_fake_time
async def test_the_last_words_of_an_object_that_is_gone_stop_its_recording() -> None:
    """To store its sid is tried first, since nobody had told that the object is gone."""
    world = World()
    process = world.process()
    process.memory.learn(Trail(running(), sends=1))
    world.cluster.vanish()
    await process.cycle.last_words.speak(process.memory)

    assert process.memory.recording.gone
    assert {operation for operation, _ in world.agora.calls} == {"stop"}
