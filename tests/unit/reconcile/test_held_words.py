"""What people read while it is unknown whether something runs, as time goes by."""

from collections.abc import Callable

import pytest

from agora_recording.agora.errors import Ambiguous
from agora_recording.bucket.place import BucketError, Obstacle
from agora_recording.crd.recording import DesiredState
from agora_recording.domain.reason import Reason
from unit.reconcile.fake_agora import error, lost
from unit.reconcile.fake_cluster import FakeCluster
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World


def message(world: World, kind: str = "Ready") -> str:
    """Return what Ready says, or another condition."""
    return str(next(c.message for c in world.status.conditions if c.type == kind))


def told(world: World) -> list[Reason]:
    """Return the reasons of the Events so far, and forget them."""
    reasons = [reason for reason, _ in world.announcer.told]
    world.announcer.told.clear()
    return reasons


async def unknown() -> tuple[World, Process]:
    """Return a world in which a recording runs whose sid nobody told, and its process."""
    world = World()
    world.agora.already_names_sid = False
    world.agora.order("start", lost())
    process = world.process()
    await process.run_for(30)
    assert world.reason() == "SidUnknown"
    told(world)
    return world, process


@in_fake_time
async def test_probes_change_nothing_of_what_is_said() -> None:
    """An hour of them costs no Event and no other message, or people would be woken by each."""
    world, process = await unknown()
    world.cluster.delete()
    await process.run_for(900)
    said, probes = message(world), world.agora.count("acquire")
    told(world)
    await process.run_for(3600)

    assert world.agora.count("acquire") > probes + 3
    assert (world.reason(), message(world), told(world)) == ("SidUnknown", said, [])
    assert "test starts tell its end" in said


@in_fake_time
async def test_a_start_that_is_refused_beside_an_unknown_one_says_so() -> None:
    """The channel is being recorded, and another start is tried until that has ended."""
    world, process = await unknown()
    await process.run_for(900)
    said = message(world)
    told(world)
    await process.run_for(1800)

    assert (world.reason(), message(world), told(world)) == ("SidUnknown", said, [])
    assert "Agora refuses a new one" in said


@in_fake_time
async def test_a_sid_that_was_none_of_ours_is_not_called_trouble() -> None:
    """The bucket could be searched; it is searched again."""
    world, process = await unknown()
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    world.bucket.sids = ("somebody-elses",)
    await process.run_for(120)

    assert "The bucket is searched for the sid every minute." in message(world, "Recording")


@in_fake_time
async def test_a_bucket_that_lets_nobody_in_is_said_until_it_does() -> None:
    """With the remedy; once it is mended, so is the message."""
    world, process = await unknown()
    world.bucket.trouble = BucketError(Obstacle.KEYS_REFUSED)
    await process.run_for(120)
    before = message(world, "Recording")
    world.bucket.trouble = None
    await process.run_for(120)

    assert f"The bucket cannot be searched: {Obstacle.KEYS_REFUSED}" in before
    assert "The bucket is searched for the sid every minute." in message(world, "Recording")


@in_fake_time
async def test_a_deletion_that_waits_says_how_to_let_go() -> None:
    """Of an object whose recording cannot be stopped, for want of an Agora that answers."""
    world = World()
    process = await world.recorded()
    world.agora.order("stop", *[error(Ambiguous, 500, 999)] * 20)
    world.cluster.delete()
    await process.run_for(60)

    assert "recording.agora.io/force-release=true" in message(world, "Recording")


@pytest.mark.parametrize(
    ("ended", "remedy"),
    [
        (lambda cluster: cluster.delete(), "annotate recording.agora.io/force-release=true"),
        (
            lambda cluster: cluster.edit_spec(desired_state=DesiredState.STOPPED),
            "To end it by hand",
        ),
    ],
    ids=["deleted", "stopped"],
)
@pytest.mark.parametrize("seconds", [10, 1200])
@in_fake_time
async def test_what_is_not_wanted_any_more_says_what_is_held_whatever_agora_answers(
    ended: Callable[[FakeCluster], None], remedy: str, seconds: int
) -> None:
    """What a refused start would take to succeed is nobody's wish any more."""
    world = World()
    world.agora.order("start", *[error(Ambiguous, 500, 2)] * 10_000)
    process = world.process()
    await process.run_for(30)
    ended(world.cluster)
    await process.run_for(seconds)

    assert world.reason() == "SidUnknown"
    assert "test starts tell its end" in message(world)
    assert remedy in message(world)
    assert "a parameter is wrong or missing (500/2)" in message(world, "Recording")
    assert "Correct the spec" not in message(world) + message(world, "Recording")


@in_fake_time
async def test_a_recording_that_is_given_up_says_how_the_last_attempt_failed() -> None:
    """Of several attempts that Agora took and never confirmed."""
    world = World()
    world.agora.status = 2
    world.cluster.edit_spec(max_restarts=1)
    await world.process().run_for(900)

    assert world.reason() == "RecordingFailed"
    assert "Agora did not confirm that it records." in message(world)
