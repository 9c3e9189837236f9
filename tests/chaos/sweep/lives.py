"""The lives that are swept: what happens to one recording, and what is wanted in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chaos.sweep.story import beside, recorded
from chaos.sweep.story import end as end_it
from chaos.world.time import wall
from chaos.world.world import World

CHANNEL: Final = "standup"
LAYOUT: Final = {"layout": {"type": "BestFit"}}
ANOTHER_LAYOUT: Final = {"layout": {"type": "Vertical", "vertical": {"largeUid": 5}}}
SUBSCRIPTION: Final = {"audio": {"include": [5]}, "video": {"exclude": [6]}}
NEVER: Final = 1e9
"""Seconds after which the simulated Agora is ready when it never is."""

Scene = Callable[[World], Awaitable[None]]


@dataclass(frozen=True, eq=False)
class Life:
    """Something that happens to a recording, step by step."""

    name: str
    live: Scene
    """Begins it and waits until it is over, or for as long as it may take."""
    prepare: Scene
    """Brings the world to where it begins; its steps do not count."""
    agora: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the simulated Agora."""
    may_be_stopped: bool = False
    """Whether the operator itself ends a recording that is wanted."""


async def nothing(world: World) -> None:
    """Begin in an empty world."""
    del world


async def settle(world: World) -> None:
    """Wait until all is as declared, for as long as a life takes without trouble."""
    await asyncio.sleep(0.2)
    await world.until(world.settled, 30)


async def create(world: World) -> None:
    """Start the operator and apply a recording."""
    await world.begin()
    world.people.apply(mix=LAYOUT, subscription=SUBSCRIPTION)
    await settle(world)


async def update(world: World) -> None:
    """Change what can change while it records."""
    world.people.edit(mix=ANOTHER_LAYOUT, subscription=SUBSCRIPTION)
    await settle(world)


async def temporary(world: World) -> None:
    """Begin with a recording whose storage credentials lapse."""
    world.people.renew_secret("storage", credentials("first", hours=5))
    await recorded(world)


async def page(world: World) -> None:
    """Begin with a page that is recorded."""
    await recorded(world, web={"url": "https://example.com"}, maxDurationSeconds=7200)


async def short_page(world: World) -> None:
    """Begin with a page that is recorded for some minutes."""
    await recorded(world, web={"url": "https://example.com"}, maxDurationSeconds=180)


async def create_page(world: World) -> None:
    """Start the operator and apply a page that is streamed as well."""
    await world.begin()
    web = {"url": "https://example.com", "rtmpUrl": "rtmp://example.com/one"}
    world.people.apply(web=web, maxDurationSeconds=7200)
    await settle(world)


async def break_off(world: World) -> None:
    """Let the page end before its time, until another is recorded."""
    end_it(world)
    await world.until(lambda: bool(world.judge.running(CHANNEL)), 300)
    await settle(world)


async def time_out(world: World) -> None:
    """Wait until the page has been recorded for as long as it may be."""
    await world.until(lambda: world.standing() == "ended", 600)


async def hold_and_resume(world: World) -> None:
    """Hold the page, and go on."""
    world.people.edit(web={"onHold": True})
    await settle(world)
    world.people.edit(web={"onHold": False})
    await settle(world)


async def stream(world: World) -> None:
    """Stream the page elsewhere, and then somewhere else."""
    world.people.edit(web={"rtmpUrl": "rtmp://example.com/one"})
    await settle(world)
    world.people.edit(web={"rtmpUrl": "rtmp://example.com/other"})
    await settle(world)


async def renew(world: World) -> None:
    """Renew the storage credentials while it records."""
    world.people.renew_secret("storage", credentials("second", hours=9))
    await world.until(world.settled, 600)


def credentials(name: str, hours: float) -> dict[str, str]:
    """Return temporary storage credentials that lapse in so many hours."""
    lapse = str(int(wall().timestamp() + hours * 3600))
    keys = {part: f"{name}-{part}" for part in ("accessKey", "secretKey", "stsToken")}
    return {**keys, "stsExpiration": lapse}


async def stop(world: World) -> None:
    """Set desiredState to Stopped."""
    world.people.edit(desiredState="Stopped")
    await settle(world)


async def stop_and_record(world: World) -> None:
    """Set it to Stopped, and back while the stop is under way."""
    world.people.edit(desiredState="Stopped")
    await asyncio.sleep(0.05)
    world.people.edit(desiredState="Recording")
    await settle(world)


async def record_again(world: World) -> None:
    """Set it to Recording after it was stopped."""
    world.people.edit(desiredState="Recording")
    await settle(world)


async def stopped(world: World) -> None:
    """Begin with a recording that was stopped."""
    await recorded(world)
    world.people.edit(desiredState="Stopped")
    assert await world.until(world.settled, 60, every=0.5)


async def delete(world: World) -> None:
    """Delete the object."""
    world.people.delete()
    await settle(world)


async def restart(world: World) -> None:
    """Let the process end in an orderly way while an edit comes in, and start another."""
    world.people.edit(mix=LAYOUT)
    await asyncio.sleep(0.03)
    await world.processes[0].terminate()
    await asyncio.sleep(1)
    world.process()
    await settle(world)
    await asyncio.sleep(130)


async def end(world: World) -> None:
    """Let the last user leave, so that Agora ends it."""
    world.leave()
    await world.until(lambda: world.standing() == "ended", 900)


async def fail(world: World) -> None:
    """Apply a recording whose first start never comes to record."""
    await world.begin()
    world.people.apply()
    await world.until(lambda: any(r.ended_at for r in world.judge.recordings(CHANNEL)), 300)
    world.agora.simulation.configure({"ready_after": 1.0, "in_progress_after": 3.0})
    await settle(world)


LIVES: Final = (
    Life("create", create, nothing),
    Life("update", update, recorded),
    Life("renew storage credentials", renew, temporary),
    Life("record a page", create_page, nothing),
    Life("delete a page", delete, page),
    Life("a page breaks off", break_off, page),
    Life("a page has had its time", time_out, short_page, may_be_stopped=True),
    Life("hold and resume a page", hold_and_resume, page),
    Life("stream a page", stream, page),
    Life("stop", stop, recorded),
    Life("stop and record", stop_and_record, recorded),
    Life("record again", record_again, stopped),
    Life("delete", delete, recorded),
    Life("restart", restart, recorded),
    Life("end by itself", end, recorded),
    Life("update beside an unknown start", update, beside),
    Life("stop and record beside an unknown start", stop_and_record, beside),
    Life("delete beside an unknown start", delete, beside),
    Life(
        "failed confirmation",
        fail,
        nothing,
        agora={"ready_after": NEVER, "in_progress_after": NEVER},
        may_be_stopped=True,
    ),
)
