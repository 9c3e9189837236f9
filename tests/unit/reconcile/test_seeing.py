"""What a cycle sees besides its object, and in which order it writes."""

from agora_recording.crd.recording import DesiredState
from agora_recording.domain.observation import Trail
from agora_recording.reconcile.claims import claim_of
from agora_recording.reconcile.cycle import Rest
from agora_recording.reconcile.ports import ConflictError
from builders import TARGET, attempt, observation, recording, running, spec
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World

JUST_NOW = "2026-03-01T12:00:00Z"


@in_fake_time
async def test_a_bucket_without_keys_is_seen_before_anything_is_acquired() -> None:
    """Agora would record, and lose the files."""
    world = World()
    del world.secrets.data["storage"]
    await world.process().run()

    assert world.agora.calls == []
    assert world.reason() == "SecretNotFound"


@in_fake_time
async def test_a_spec_that_agora_would_refuse_is_seen_before_anything_is_acquired() -> None:
    """It is told, and followed at once when a person has mended it."""
    world = World(recording(spec=spec(private_parameters="{no JSON}")))
    process = world.process()
    await process.run()

    assert world.agora.calls == []
    assert world.reason() == "RequestRefused"
    world.cluster.edit_spec(private_parameters="{}")
    await process.run_for(30)
    assert world.reason() == "Recording"


@in_fake_time
async def test_neighbours_are_those_of_the_names_in_the_spec() -> None:
    """Its own name is none, and those that have begun are kept away from at once."""
    named = [{"name": name} for name in ("standup", "first", "second")]
    world = World(recording(spec=spec(placement={"awayFrom": named}), created=JUST_NOW))
    process = world.process()
    process.claims.see(observation(attempt("theirs"), of={"uid": "first", "name": "first"}))
    await process.run()

    assert world.agora.calls == []
    assert "CloudRecording second of placement.awayFrom" in world.message()
    process.claims.see(observation(attempt("too"), of={"uid": "second", "name": "second"}))
    await process.run_for(30)
    assert world.agora.requests[0] == {
        "scene": 0,
        "resourceExpiredHour": 720,
        "excludeResourceIds": ["theirs", "too"],
    }


@in_fake_time
async def test_a_neighbour_that_never_begins_holds_nobody_up() -> None:
    """Half a minute after its creation an object begins all the same."""
    wanted = spec(placement={"awayFrom": [{"name": "nobody"}]})
    world = World(recording(spec=wanted, created=JUST_NOW))
    process = world.process()
    await process.run_for(29)
    assert world.agora.calls == []
    await process.run_for(10)
    assert world.agora.count("start") == 1


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
