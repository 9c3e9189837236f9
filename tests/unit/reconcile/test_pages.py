"""A page from its start on: held, streamed, and ended in time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agora_recording.agora.errors import Refused
from agora_recording.agora.wire import Extension
from agora_recording.crd.model import SecretKeyReference
from agora_recording.crd.web import Web
from agora_recording.domain.lifetime import HANDLE_LIFE
from agora_recording.domain.reason import Reason
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.means import UPKEEP_SECONDS
from builders import page_spec, recording
from unit.reconcile.fake_agora import error
from unit.reconcile.fake_time import in_fake_time
from unit.reconcile.world import Process, World

SOON = UPKEEP_SECONDS + 2 * 60.0
"""Seconds in which a changed Secret is passed on."""
URL = "https://example.com/stage"
ONE, OTHER = "rtmp://example.com/live/one", "rtmps://example.com/live/other"
HELD, RESUMED = ({"webRecordingConfig": {"onhold": held}} for held in (True, False))
STREAM = {"rtmp_url_secret_ref": SecretKeyReference(name="stream", key="url")}


def pushed(*urls: str) -> dict[str, Any]:
    """Return the update that tells where the page is streamed to."""
    return {"rtmpPublishConfig": {"outputs": [{"rtmpUrl": url} for url in urls]}}


def a_world(**page: Any) -> World:
    """Return a world with a page."""
    return World(recording(spec=page_spec(**page)))


async def change(world: World, process: Process, **page: Any) -> None:
    """Change the page, and wait until Agora was told."""
    world.cluster.edit_spec(web=Web(url=URL, **page))
    await process.run_for(5)


def recorded(world: World) -> tuple[str, str]:
    """Return status and reason of the condition Recording."""
    one = next(c for c in world.status.conditions if c.type == "Recording")
    return one.status, one.reason


def message(world: World) -> str:
    """Return the message of Ready."""
    return str(next(c.message for c in world.status.conditions if c.type == "Ready"))


def page_of(world: World, *, held: bool, **stream: Any) -> None:
    """Have Agora show a page that is ready, whatever it is told."""
    recorder = Extension("web_recorder_service", state="inProgress", on_hold=held)
    pushed_to = (Extension("rtmp_publish_service", **stream),) if stream else ()
    world.agora.extensions = (recorder, *pushed_to)


def health(world: World) -> tuple[str, str]:
    """Return the reasons of Ready and of Recording."""
    return world.reason(), recorded(world)[1]


@in_fake_time
async def test_a_page_is_held_and_resumed_while_it_is_recorded() -> None:
    """Nothing is written meanwhile, and whoever waits for Recording does not go on."""
    world = a_world()
    process = await world.recorded()
    assert (world.status.mode, world.status.phase) == ("Web", "Recording")
    await change(world, process, on_hold=True)
    assert (world.reason(), world.status.phase) == ("OnHold", "OnHold")
    assert recorded(world) == ("False", "OnHold")
    await process.run_for(600)
    assert world.agora.updates == [HELD]
    await change(world, process)

    assert world.agora.updates == [HELD, RESUMED]
    assert (world.reason(), world.status.phase) == ("Recording", "Recording")
    assert recorded(world) == ("True", "Recording")
    assert world.agora.count("start") == 1
    notes = [note for reason, note in world.announcer.told if reason is Reason.UPDATED]
    assert notes == ["Agora was told to hold the page.", "Agora was told to go on with the page."]


@in_fake_time
async def test_a_page_that_begins_on_hold_need_not_be_told() -> None:
    """Its start said so; it is confirmed once it is open, although nothing begins to be written."""
    world = a_world(on_hold=True)
    world.agora.status = 0
    page_of(world, held=True)
    process = world.process()
    await process.run_for(300)

    assert world.reason() == "OnHold"
    assert (await process.run()).urgency is Urgency.POLL
    assert world.agora.updates == []
    assert world.agora.count("stop") == 0
    assert world.status.query.on_hold is True


@in_fake_time
async def test_what_agora_says_of_a_hold_is_asked_at_once() -> None:
    """The status does not contradict itself until the next poll."""
    world = a_world()
    process = await world.recorded()
    await process.run_for(61)
    world.agora.extensions = (Extension("web_recorder_service", on_hold=True),)
    queries = world.agora.count("query")
    await change(world, process, on_hold=True)
    await process.run_for(1)

    assert world.agora.count("query") == queries + 1
    assert world.status.query.on_hold is True


@in_fake_time
async def test_a_stream_comes_changes_and_goes() -> None:
    """Each is told once, and none of the urls gets into the status."""
    world = a_world()
    process = await world.recorded()
    await change(world, process, rtmp_url=ONE)
    await change(world, process, rtmp_url=OTHER)
    await change(world, process)
    await process.run_for(600)

    assert world.agora.updates == [pushed(ONE), pushed(OTHER), pushed()]
    assert "example.com" not in str(world.status.to_wire())


@in_fake_time
async def test_a_stream_of_a_secret_follows_its_secret() -> None:
    """Its content is passed on once, and neither it nor a hash of it is in the status."""
    world = a_world(**STREAM)
    world.secrets.data["stream"] = {"url": ONE}
    process = await world.recorded()
    await process.run_for(600)
    assert world.agora.updates == []
    world.secrets.data["stream"] = {"url": OTHER}
    await process.run_for(SOON)
    await process.run_for(3600)

    assert world.agora.updates == [pushed(OTHER)]
    assert "example.com" not in str(world.status.to_wire())


@in_fake_time
async def test_a_secret_of_a_stream_that_is_gone_is_said() -> None:
    """The page is recorded and streamed on; back again, it is told if it has changed."""
    world = a_world()
    process = await world.recorded()
    await change(world, process, **STREAM)
    assert world.reason() == "SecretNotFound"
    assert message(world).endswith("Recording goes on.")
    assert world.agora.updates == []
    world.secrets.data["stream"] = {"url": ONE}
    await process.run_for(SOON)

    assert world.agora.updates == [pushed(ONE)]
    assert world.reason() == "Recording"


@pytest.mark.parametrize("url", ["example.com/live/one", "https://example.com/live/one"])
@in_fake_time
async def test_a_secret_that_holds_no_url_begins_nothing(url: str) -> None:
    """Nothing is sent to Agora, and the message does not quote it."""
    world = a_world(**STREAM)
    world.secrets.data["stream"] = {"url": url}
    await world.process().run_for(60)

    assert world.agora.calls == []
    assert world.reason() == "SecretInvalid"
    assert "must begin with rtmps:// or rtmp://" in message(world)
    assert "example.com" not in message(world)


@in_fake_time
async def test_a_page_whose_secret_is_missing_waits_for_it() -> None:
    """And begins as soon as it is there, with the url that it holds."""
    world = a_world(url=None, url_secret_ref=SecretKeyReference(name="page", key="address"))
    process = world.process()
    await process.run_for(60)
    assert (world.agora.calls, world.reason()) == ([], "SecretNotFound")
    world.secrets.data["page"] = {"address": "https://example.com/?token=hidden"}
    await process.run_for(60)
    ((_, request),) = world.agora.sent
    (service,) = request["extensionServiceConfig"]["extensionServices"]

    assert service["serviceParam"]["url"] == "https://example.com/?token=hidden"
    assert world.reason() == "Recording"
    assert "hidden" not in str(world.status.to_wire())


@in_fake_time
async def test_a_stream_that_agora_cannot_send_is_said() -> None:
    """Also after a restart, by what the status remembers; the recording is well."""
    world = a_world(rtmp_url=ONE)
    service = Extension("rtmp_publish_service", outputs=("disconnected",), urls=(ONE,))
    world.agora.extensions = (service,)
    await world.recorded()
    assert "its RTMP stream is disconnected" in message(world)
    assert recorded(world) == ("True", "Recording")
    writes = len(world.cluster.writes)
    await world.process().run_for(1)

    assert len(world.cluster.writes) == writes
    assert world.status.query.outputs == ("Disconnected",)


@in_fake_time
async def test_a_url_that_agora_shows_otherwise_is_told_a_few_times() -> None:
    """A late change may have undone it; or Agora shows no stream keys, and will not for long."""
    world = a_world(rtmp_url=ONE)
    masked = Extension("rtmp_publish_service", outputs=("publishing",), urls=("rtmp://***",))
    world.agora.extensions = (masked,)
    process = await world.recorded()
    await process.run_for(3600)
    assert world.agora.updates == [pushed(ONE)] * 3
    world.agora.extensions = (Extension("rtmp_publish_service", urls=(ONE,)),)
    await process.run_for(120)
    world.agora.extensions = (masked,)
    await process.run_for(120)

    assert world.agora.updates[3:] == [pushed(ONE)] * 3


@in_fake_time
async def test_a_page_that_agora_does_not_resume_is_told_again_for_ever() -> None:
    """Each time later, and nobody is told that files are written, until Agora says so."""
    world = a_world(on_hold=True)
    page_of(world, held=True)
    process = world.process()
    await process.run_for(60)
    assert health(world) == ("OnHold", "OnHold")
    await change(world, process)
    for _ in range(60):
        await process.run_for(60)
        assert (health(world), world.status.phase) == (("Updating", "OnHold"), "OnHold")
        assert recorded(world)[0] == "False"
    assert "still says that it is on hold: nothing is written" in message(world)
    told = len(world.agora.updates)
    assert 15 < told < 25
    await process.run_for(600)
    assert len(world.agora.updates) == told + 2
    page_of(world, held=False)
    await process.run_for(70)
    assert health(world) == ("Recording", "Recording")
    assert recorded(world)[0] == "True"
    page_of(world, held=True)
    await process.run_for(85)

    assert len(world.agora.updates) > told + 3  # soon again
    updated = [said for said in world.announcer.told if said[0] is Reason.UPDATED]
    assert len(updated) == 1  # an Event is of a change
    assert set(map(str, world.agora.updates)) == {str(RESUMED)}


@in_fake_time
async def test_a_page_that_agora_does_not_hold_is_recorded_and_not_ready() -> None:
    """Also for a process that begins then."""
    world = a_world()
    page_of(world, held=False)
    process = await world.recorded()
    await change(world, process, on_hold=True)
    await process.run_for(3600)
    assert (world.status.phase, recorded(world)) == ("Recording", ("True", "Recording"))
    assert "still says that it goes on: files are written" in message(world)
    told = len(world.agora.updates)
    process = world.process()
    await process.run_for(60)

    assert health(world) == ("Updating", "Recording")
    assert len(world.agora.updates) > told
    page_of(world, held=True)
    await process.run_for(300)
    assert health(world) == ("OnHold", "OnHold")


@in_fake_time
async def test_a_stream_that_agora_does_not_end_is_said() -> None:
    """The page is recorded, and Agora is told again until it shows no stream."""
    world = a_world(rtmp_url=ONE)
    page_of(world, held=False, outputs=("publishing",), urls=(ONE,))
    process = await world.recorded()
    await change(world, process)
    await process.run_for(3600)
    assert health(world) == ("Updating", "Recording")
    assert "still shows an RTMP output" in message(world)
    assert len(world.agora.updates) > 15
    page_of(world, held=False, outputs=("disconnected",), urls=(ONE,))
    await process.run_for(70)

    assert health(world) == ("Recording", "Recording")
    assert message(world) == "Agora confirms that standup is recorded."


@in_fake_time
async def test_a_hold_that_takes_a_moment_is_told_once() -> None:
    """Until Agora was asked it is being told, and nothing is said of a fault."""
    world = a_world()
    page_of(world, held=False)
    process = await world.recorded()
    world.cluster.edit_spec(web=Web(url=URL, on_hold=True))
    await process.run_for(1)
    assert message(world) == Reason.UPDATING.text
    page_of(world, held=True)
    await process.run_for(600)

    assert health(world) == ("OnHold", "OnHold")
    assert world.agora.updates == [HELD]


@in_fake_time
async def test_a_page_whose_resume_is_refused_is_said_to_stay_on_hold() -> None:
    """The refusal is the cause; nothing is recorded that could go on."""
    world = a_world(on_hold=True)
    page_of(world, held=True)
    process = world.process()
    await process.run_for(60)
    world.agora.order("update", *[error(Refused, 400, 2)] * 9)
    await change(world, process)

    assert health(world) == ("RequestRefused", "OnHold")
    assert message(world).endswith("It stays on hold.")


@in_fake_time
async def test_a_page_on_hold_that_never_loads_is_begun_anew() -> None:
    """Nobody is told of a page that is open, and it is not paid for until its hours are over."""
    world = a_world(on_hold=True)
    world.agora.status = 0
    world.agora.extensions = (Extension("web_recorder_service", state="init", on_hold=True),)
    process = world.process()
    await process.run_for(60)
    assert health(world) == ("Starting", "Starting")
    await process.run_for(120)

    assert world.agora.count("stop") == 1
    assert world.status.last_attempts[0].reason == "AgoraFailure"


@in_fake_time
async def test_a_page_is_recorded_for_as_long_as_the_spec_says() -> None:
    """Then it is stopped, and over: none follows."""
    world = a_world()
    process = await world.recorded()
    await process.run_for(5400 - 35)
    assert world.agora.count("stop") == 0
    await process.run_for(60)
    assert world.agora.count("stop") == 1
    await process.run_for(7200)

    assert (world.reason(), world.status.end_reason) == ("Completed", "MaxDuration")
    assert world.agora.count("start") == 1
    assert world.cluster.writes[-1] == "finalizer off"


@in_fake_time
async def test_a_page_that_ended_before_its_time_is_recorded_again() -> None:
    """It failed: a page is never idle."""
    world = a_world()
    world.agora.status = 4
    process = await world.recorded()
    world.agora.running.clear()
    await process.run_for(600)

    assert [past.reason for past in world.status.last_attempts] == ["Lost"]
    assert (world.reason(), world.status.restarts) == ("Recording", 1)
    assert world.agora.count("start") == 2


@in_fake_time
async def test_a_page_that_ended_while_nobody_looked_is_not_recorded_again() -> None:
    """Agora ended it after its hours; the operator comes back later."""
    world = a_world()
    await world.recorded()
    await asyncio.sleep(3 * 3600)
    world.agora.running.clear()
    process = world.process()
    await process.run_for(600)

    assert (world.reason(), world.status.end_reason) == ("Completed", "MaxDuration")
    assert world.agora.count("start") == 1


@in_fake_time
async def test_the_longest_page_ends_before_nobody_could_stop_it() -> None:
    """It is not begun anew, as what has no such bound is."""
    world = World(
        recording(spec=page_spec().model_copy(update={"max_duration_seconds": 2_592_000}))
    )
    await world.recorded()
    await asyncio.sleep(HANDLE_LIFE.total_seconds())
    await world.process().run_for(60)

    assert (world.reason(), world.status.end_reason) == ("Completed", "MaxDuration")
    assert world.agora.count("start") == 1
    assert not world.agora.running
