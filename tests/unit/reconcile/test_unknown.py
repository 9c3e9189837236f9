"""A start whose outcome nobody told: searched for, probed, held, let go."""

import pytest

from agora_recording.agora.errors import Ambiguous, NotFound
from agora_recording.bucket import BucketError
from agora_recording.crd.project import UnreachablePolicy
from agora_recording.crd.recording import DesiredState
from agora_recording.crd.status import CloudRecordingStatus
from builders import project
from unit.reconcile.fake_agora import error, lost
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World


async def unknown() -> tuple[World, Process]:
    """Return a world in which a recording runs whose sid nobody told, and its process."""
    world = World()
    world.agora.already_names_sid = False
    world.agora.order("start", lost())
    process = world.process()
    await process.run_for(30)
    assert list(world.agora.running) == ["sid-of-resource-1"]
    assert world.reason() == "SidUnknown"
    return world, process


@in_fake_time
async def test_the_sid_is_found_in_the_bucket() -> None:
    """Once Agora says that it has started, the bucket is searched; a query confirms a sid."""
    world, process = await unknown()
    world.bucket.sids = ("somebody-elses", "sid-of-resource-1")
    await process.run_for(120)

    assert world.reason() == "Recording"
    assert world.status.sid == "sid-of-resource-1"
    assert world.agora.ever == ["sid-of-resource-1"]


@in_fake_time
async def test_after_a_sid_was_found_all_that_can_change_is_told_once() -> None:
    """Which start it was that ran is not known, nor what it said (protocol 6)."""
    world, process = await unknown()
    world.bucket.sids = ("sid-of-resource-1",)
    await process.run_for(300)

    assert world.agora.count("updateLayout") == 1
    assert [list(said) for said in world.agora.updates] == [["streamSubscribe"], ["storageConfig"]]


@in_fake_time
async def test_a_sid_that_is_found_is_stopped_if_the_object_goes() -> None:
    """Deleted while unknown: found, stopped, released."""
    world, process = await unknown()
    world.cluster.delete()
    world.bucket.sids = ("sid-of-resource-1",)
    await process.run_for(120)

    assert world.agora.running == {}
    assert world.cluster.object is None


@in_fake_time
async def test_a_bucket_that_cannot_be_searched_is_said() -> None:
    """The condition Recording says why, and what would help."""
    world, process = await unknown()
    world.bucket.trouble = BucketError("The keys may not list the bucket; allow it.")
    await process.run_for(120)

    message = next(c.message for c in world.status.conditions if c.type == "Recording")
    assert "The keys may not list the bucket; allow it." in message
    assert world.bucket.searched <= 12


@in_fake_time
async def test_probes_let_a_deleted_object_go_once_the_recording_has_ended() -> None:
    """Refused while it runs; the one that is not refused is stopped at once (protocol 16)."""
    world, process = await unknown()
    world.cluster.delete()
    await process.run_for(1200)

    assert world.cluster.object is not None
    assert world.reason() == "SidUnknown"
    assert list(world.agora.running) == ["sid-of-resource-1"]
    world.agora.running.clear()
    await process.run_for(1200)
    assert world.cluster.object is None
    assert world.agora.running == {}
    assert len(world.agora.ever) == 2


@in_fake_time
async def test_a_probe_whose_answer_is_lost_is_stopped_as_well() -> None:
    """It is an unknown attempt like any other."""
    world, process = await unknown()
    world.agora.already_names_sid = True
    world.cluster.delete()
    world.agora.running.clear()
    world.agora.order("start", lost())
    await process.run_for(1500)

    assert world.agora.running == {}
    assert world.cluster.object is None


@in_fake_time
async def test_a_probe_is_stopped_by_whoever_comes_next() -> None:
    """A process that dies after its probe began leaves nothing running."""
    world, process = await unknown()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    world.agora.running.clear()
    await process.run_for(400)
    world.agora.order("stop", *[error(Ambiguous, 500, 999)] * 3)
    while not world.agora.running:
        await process.run_for(1)
    await world.process().run_for(120)

    assert world.agora.running == {}
    assert world.status.phase == "Stopped"
    assert world.status.attempts == ()
    assert [p.reason for p in world.status.last_attempts] == ["Probe", "Superseded"]


@in_fake_time
async def test_wanted_again_after_a_probe_it_is_recorded_anew() -> None:
    """What a probe records is not the recording."""
    world, process = await unknown()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    world.agora.running.clear()
    await process.run_for(900)
    assert world.status.phase == "Stopped"
    world.cluster.edit_spec(desired_state=DesiredState.RECORDING)
    await process.run_for(60)

    assert world.reason() == "Recording"
    assert len(world.agora.running) == 1


@in_fake_time
async def test_a_wanted_recording_takes_the_place_of_a_dead_unknown_one() -> None:
    """The first look at it proves that the unknown one does not run (protocol 13, 17)."""
    world, process = await unknown()
    world.agora.running.clear()
    await process.run_for(900)

    assert world.reason() == "Recording"
    assert [a.resource_id for a in world.status.attempts] != ["resource-1"]
    assert len(world.status.attempts) == 1


@pytest.mark.parametrize("wanted", [True, False], ids=["wanted", "deleted meanwhile"])
@in_fake_time
async def test_a_long_outage_of_starts_never_fills_the_list(*, wanted: bool) -> None:
    """After two unanswered attempts Agora is asked with what cannot begin any more (protocol 5)."""
    world = World()
    world.agora.order("start", *[error(Ambiguous, 500, 999)] * 100_000)
    process = world.process()
    await process.run_for(4 * 3600)

    assert len(world.status.attempts) == 2
    assert world.agora.count("start") < 1500
    if not wanted:
        world.cluster.delete()
    world.agora.trouble["start"].clear()
    await process.run_for(900)
    assert len(world.agora.running) == wanted
    assert world.cluster.object is None or world.reason() == "Recording"


@in_fake_time
async def test_a_wiped_status_of_a_deleted_object_is_probed_before_it_goes() -> None:
    """Nobody remembers what runs: it is waited for, and never released silently (protocol 18)."""
    world = World()
    await world.recorded()
    world.cluster.edit(status=CloudRecordingStatus())
    world.cluster.delete()
    process = world.process()
    await process.run_for(1200)

    assert world.cluster.object is not None
    assert world.reason() == "SidUnknown"
    world.agora.running.clear()
    await process.run_for(1200)
    assert world.cluster.object is None
    assert world.agora.running == {}


@in_fake_time
async def test_a_wiped_status_of_a_wanted_recording_makes_no_second() -> None:
    """Agora's exclusion speaks, and the object remembers that something of its own may run."""
    world = World()
    await world.recorded()
    world.cluster.edit(status=CloudRecordingStatus())
    process = world.process()
    await process.run_for(1200)

    assert world.reason() == "SidUnknown"
    assert len(world.agora.ever) == 1
    world.agora.running.clear()
    await process.run_for(900)
    assert world.reason() == "Recording"
    assert len(world.status.attempts) == 1


@in_fake_time
async def test_a_finished_object_is_not_taken_for_a_wiped_one() -> None:
    """The record says that nothing is open: it goes at once, whoever looks."""
    world = World()
    process = await world.recorded()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    world.cluster.edit(finalizers=(*world.cluster.object.finalizers, "other"))
    await process.run_for(10)
    assert world.status.settled is True
    world.cluster.edit(finalizers=("recording.agora.io/stop",))
    world.cluster.delete()
    await world.process().run_for(2)

    assert world.cluster.object is None


@in_fake_time
async def test_force_release_lets_go_of_what_is_unknown() -> None:
    """A person's way out, with an Event that names what may run."""
    world, process = await unknown()
    world.cluster.delete()
    await process.run_for(10)
    assert world.cluster.object is not None
    world.cluster.edit(forced=True)
    await process.run_for(1)

    assert world.cluster.object is None
    reason, note = world.announcer.told[-1]
    assert reason == "ForceReleased"
    assert "resource-1" in note


@in_fake_time
async def test_force_release_stops_what_can_be_stopped() -> None:
    """A recording whose sid is known is not left running for impatience."""
    world = World()
    process = await world.recorded()
    world.cluster.edit(forced=True)
    world.cluster.delete()
    await process.run_for(2)

    assert world.agora.running == {}
    assert world.cluster.object is None


@in_fake_time
async def test_an_edited_sid_is_put_right_by_whoever_knows_it() -> None:
    """The process has it from Agora; a person's slip does not lose the recording."""
    world = World()
    process = await world.recorded()
    (attempt,) = world.status.attempts
    world.cluster.edit_status(attempts=(attempt.model_copy(update={"sid": "wrong"}),))
    await process.run_for(130)

    assert [a.sid for a in world.status.attempts] == ["sid-of-resource-1"]
    assert world.reason() == "Recording"


@in_fake_time
async def test_a_candidate_that_agora_named_is_asked_about_for_two_minutes() -> None:
    """It may be moving to another server: one 404 refutes nothing."""
    world = World()
    world.agora.order("start", lost())
    world.agora.order("query", *[error(NotFound, 404, 404)] * 3)
    await world.process().run_for(60)

    assert world.status.sid == "sid-of-resource-1"
    assert world.agora.ever == ["sid-of-resource-1"]


@in_fake_time
async def test_a_recorder_that_cannot_be_stopped_is_removed_if_the_project_allows_it() -> None:
    """The channel management ends it, and a probe shows that it has ended."""
    world, process = await unknown()
    world.projects.configure(project(unreachable_policy=UnreachablePolicy.KICK))
    world.cluster.delete()
    await process.run_for(600)

    assert world.cluster.object is None
    assert world.agora.running == {}
    assert 1 <= world.agora.count("kicking-rule") <= 4


@in_fake_time
async def test_nobody_is_removed_unless_the_project_allows_it() -> None:
    """By default a hold is only a hold."""
    world, process = await unknown()
    world.cluster.delete()
    await process.run_for(600)

    assert world.agora.count("kicking-rule") == 0
