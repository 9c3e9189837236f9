"""Storage credentials that change while a recording runs: Agora is told in time, and once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agora_recording.crd.recording import DesiredState
from agora_recording.domain.lapse import LONG_ENOUGH
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.means import UPKEEP_SECONDS
from builders import project, recording, reference, spec, storage
from unit.reconcile.fake_agora import Trouble, gateway_down, lost
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World, now

SOON = UPKEEP_SECONDS + 2 * 60.0
"""Seconds in which a change is passed on: the age of what was read, and two polls."""
OWN = spec(storage=storage())


def temporary(name: str, hours: float) -> dict[str, str]:
    """Return credentials that lapse in so many hours."""
    lapse = now() + timedelta(hours=hours)
    keys = {"accessKey": f"{name}-access", "secretKey": f"{name}-key", "stsToken": f"{name}-token"}
    return {**keys, "stsExpiration": f"{lapse:%Y-%m-%dT%H:%M:%SZ}"}


def told(world: World) -> list[str]:
    """Return the access keys that updates told, in order."""
    return [
        update["storageConfig"]["accessKey"]
        for update in world.agora.updates
        if "storageConfig" in update
    ]


@in_fake_time
async def test_renewed_credentials_are_passed_on_once() -> None:
    """However long it runs on; the Event says so, and the status holds none of them."""
    world = World()
    world.secrets.data["storage"] = temporary("first", 5)
    process = await world.recorded()
    await process.run_for(600)
    assert told(world) == []
    world.secrets.data["storage"] = temporary("second", 9)
    await process.run_for(SOON)
    assert told(world) == ["second-access"]
    await process.run_for(3600)

    assert told(world) == ["second-access"]
    assert world.reason() == "Recording"
    said = (Reason.UPDATED, "Agora was told the changed storage credentials.")
    assert said in world.announcer.told
    assert "second" not in str(world.status.to_wire())


@in_fake_time
async def test_permanent_keys_that_are_rotated_are_passed_on_too() -> None:
    """Else the upload ends when the old ones are withdrawn."""
    world = World()
    process = await world.recorded()
    world.secrets.data["storage"] = {"accessKey": "rotated", "secretKey": "key"}
    await process.run_for(SOON)

    assert told(world) == ["rotated"]


@in_fake_time
async def test_another_secret_is_another_wish() -> None:
    """The reference can change while it records; what it names is passed on."""
    world = World(recording(spec=OWN))
    world.secrets.data["other"] = {"accessKey": "other", "secretKey": "key"}
    process = await world.recorded()
    world.cluster.edit_spec(storage=storage(credentials_secret_ref=reference("other")))
    await process.run_for(5)

    assert told(world) == ["other"]
    assert world.reason() == "Recording"


@in_fake_time
async def test_a_secret_that_is_not_there_is_said_while_it_records() -> None:
    """It goes on with what Agora has, and follows once the Secret is there."""
    world = World(recording(spec=OWN))
    process = await world.recorded()
    world.cluster.edit_spec(storage=storage(credentials_secret_ref=reference("other")))
    await process.run_for(5)
    assert world.reason() == "SecretNotFound"
    assert len(world.agora.running) == 1
    world.secrets.data["other"] = {"accessKey": "other", "secretKey": "key"}
    await process.run_for(90)

    assert told(world) == ["other"]
    assert world.reason() == "Recording"


@in_fake_time
async def test_credentials_of_a_projects_new_bucket_are_not_sent_to_the_old_one() -> None:
    """The project's storage may change at any time; what runs goes on into its own bucket."""
    world = World()
    process = await world.recorded()
    world.secrets.data["new"] = {"accessKey": "new", "secretKey": "key"}
    elsewhere = storage(bucket="new", credentials_secret_ref=reference("new"))
    world.projects.configure(project(storage=elsewhere))
    await process.run_for(SOON)

    assert told(world) == []
    assert world.reason() == "Recording"


@in_fake_time
async def test_a_recording_is_never_ended_for_credentials_that_lapse() -> None:
    """People hear of it an hour before, and the moment they are renewed it is well again."""
    world = World()
    world.secrets.data["storage"] = temporary("first", 5)
    process = await world.recorded()
    await process.run_for(3.5 * 3600)
    assert world.reason() == "Recording"
    await process.run_for(3600)
    assert world.reason() == "CredentialsExpiring"
    await process.run_for(3600)
    assert world.reason() == "CredentialsExpiring"
    assert world.agora.count("stop") == 0
    world.secrets.data["storage"] = temporary("second", 5)
    await process.run_for(SOON)

    assert told(world) == ["second-access"]
    assert world.reason() == "Recording"


@in_fake_time
async def test_credentials_that_lapse_too_soon_start_nothing() -> None:
    """Nothing is acquired for them; better ones are found within a minute."""
    world = World()
    hours = LONG_ENOUGH.total_seconds() / 3600
    world.secrets.data["storage"] = temporary("short", hours - 0.01)
    process = world.process()
    await process.run_for(30)
    assert world.agora.calls == []
    assert world.reason() == "CredentialsExpiring"
    world.secrets.data["storage"] = temporary("long", 12)
    await process.run_for(60)

    assert world.reason() == "Recording"
    (_, request) = world.agora.sent[0]
    assert request["storageConfig"]["stsToken"] == "long-token"


@pytest.mark.parametrize("trouble", [gateway_down(), lost("update")], ids=["refused", "lost"])
@in_fake_time
async def test_a_renewal_that_failed_is_repeated(trouble: Trouble) -> None:
    """What Agora may not have been told does not count as told, also for the next process."""
    world = World()
    world.secrets.data["storage"] = temporary("first", 5)
    process = await world.recorded()
    world.secrets.data["storage"] = temporary("second", 9)
    world.agora.order("update", trouble)
    while not told(world):
        await process.run()
    await world.process().run_for(30)

    assert told(world) == ["second-access"] * 2
    assert world.reason() == "Recording"


@in_fake_time
async def test_another_process_does_not_tell_again_what_agora_was_told() -> None:
    """The status says which credentials those were."""
    world = World()
    world.secrets.data["storage"] = temporary("first", 5)
    await world.recorded()
    await world.process().run_for(SOON)

    assert told(world) == []


@in_fake_time
async def test_what_is_being_stopped_needs_no_credentials() -> None:
    """A stop is not held up by a Secret."""
    world = World()
    process = await world.recorded()
    del world.secrets.data["storage"]
    world.cluster.edit_spec(desired_state=DesiredState.STOPPED)
    await process.run_for(30)

    assert world.reason() == "Stopped"
