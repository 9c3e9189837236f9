"""Recordings whose channel asks for a token."""

from __future__ import annotations

from datetime import timedelta

from agora_recording.agora import token
from agora_recording.crd.project import CertificateReference
from agora_recording.crd.recording import TokenReference
from agora_recording.crd.subscription import Selection, Subscription
from builders import APP, NOW, project, recording, spec
from unit.reconcile.fake_agora import lost
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import World

CERTIFICATE = "5cfd2fd1755d40ecb72977518be15d3b"
DAY = 24 * 3600


def a_world_with_a_certificate() -> World:
    """Return a world whose project makes tokens."""
    world = World()
    reference = CertificateReference(name="certificate")
    world.projects.configure(project(app_certificate_secret_ref=reference))
    world.secrets.data["certificate"] = {"appCertificate": CERTIFICATE}
    return world


@in_fake_time
async def test_a_start_carries_a_token_for_its_recorder() -> None:
    """For this channel and uid, from now on for a day."""
    world = a_world_with_a_certificate()
    await world.recorded()
    task, request = world.agora.sent[0]

    read = token.read(request["token"])
    assert read == token.Token(APP, task.channel, str(task.uid), NOW + timedelta(days=1))


@in_fake_time
async def test_a_repeated_start_is_the_same_whatever_happened_since() -> None:
    """Keys were rotated, the subscription was edited, another process goes on (protocol 6)."""
    world = a_world_with_a_certificate()
    world.agora.already_names_sid = False
    world.agora.order("start", lost())
    await world.process().run_for(1)
    world.secrets.data["storage"] = {"accessKey": "rotated", "secretKey": "rotated"}
    world.secrets.data["agora"] = {"customerId": "rotated", "customerSecret": "rotated"}
    world.cluster.edit_spec(subscription=Subscription(audio=Selection(include=(5,))))
    await world.process().run_for(20)

    (first, request), *repeated = world.agora.sent
    assert repeated
    assert {(task, told["token"]) for task, told in repeated} == {(first, request["token"])}


@in_fake_time
async def test_a_recording_is_begun_anew_before_its_token_ends() -> None:
    """One stop, one start, no overlap: Agora cannot be given another token (protocol 19)."""
    world = a_world_with_a_certificate()
    process = await world.recorded()
    await process.run_for(DAY)

    assert world.reason() == "Recording"
    assert len(world.agora.ever) == 2
    assert len(world.agora.running) == 1
    assert (world.agora.count("stop"), world.status.restarts) == (1, 0)
    assert world.agora.sent[0][1]["token"] != world.agora.sent[1][1]["token"]


@in_fake_time
async def test_a_given_token_that_is_of_no_use_is_seen_before_anything_is_acquired() -> None:
    """Agora would let the recorder in nowhere, and be paid."""
    world = World(recording(spec=spec(token_secret_ref=TokenReference(name="t", key="mine"))))
    life = {"issued_at": int(NOW.timestamp()), "seconds": DAY, "salt": 1}
    theirs = token.build(APP, CERTIFICATE, channel="another", uid=7, **life)
    world.secrets.data["t"] = {"mine": theirs}
    await world.process().run()

    assert world.agora.calls == []
    assert world.reason() == "SecretInvalid"
    assert "is not for spec.channel and uid" in world.message()


@in_fake_time
async def test_a_given_token_is_sent() -> None:
    """Where the project has no certificate, or another is wanted."""
    world = World(recording(spec=spec(token_secret_ref=TokenReference(name="t", key="mine"))))
    world.secrets.data["t"] = {"mine": "006-of-mine"}
    await world.recorded()

    assert world.agora.sent[0][1]["token"] == "006-of-mine"


@in_fake_time
async def test_a_bad_certificate_is_told_before_anything_is_asked_of_agora() -> None:
    """The recorder could not join, and Agora would take the start all the same."""
    world = a_world_with_a_certificate()
    world.secrets.data["certificate"] = {"appCertificate": CERTIFICATE[1:]}
    await world.process().run_for(10)

    assert world.reason() == "SecretInvalid"
    assert world.agora.calls == []


@in_fake_time
async def test_a_missing_certificate_holds_up_no_stop() -> None:
    """It is needed to begin, and not to end."""
    world = a_world_with_a_certificate()
    process = await world.recorded()
    del world.secrets.data["certificate"]
    world.cluster.delete()
    await process.run_for(10)

    assert world.agora.running == {}
    assert world.cluster.object is None
