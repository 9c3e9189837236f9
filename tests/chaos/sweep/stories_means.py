"""Stories of missing means, odd clocks, and handles that lapse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chaos.sweep import faults
from chaos.sweep.faults import later
from chaos.sweep.lives import credentials
from chaos.sweep.story import disturb, reason, recorded, story
from chaos.world.people import SECRETS, STORAGE
from chaos.world.world import CHANNEL, World

MONTH = 719.5 * 3600.0
"""Seconds by which a clock is fast for which the handle of a recording is about to lapse."""


@story("means gone", "the Secret, a restart, then the deletion", "gone", recordings=1)
async def secret_gone(world: World) -> None:
    """It is held until the Secret is back, and then stopped."""
    await recorded(world)
    world.people.remove("secrets", "agora")
    world.kill(world.processes[0])
    world.process()
    await asyncio.sleep(5)
    world.people.delete()
    await asyncio.sleep(120)
    assert reason(world) == "SecretNotFound"
    world.people.make_secret("agora", SECRETS["agora"])


@story("means gone", "everything deleted at once, killed", "gone", recordings=1)
async def all_deleted(world: World) -> None:
    """As when a namespace is deleted: the project stays until its recordings are stopped."""
    await recorded(world)
    world.people.remove("agoraprojects", "default")
    world.people.delete()
    world.kill(world.processes[0])
    await asyncio.sleep(5)
    world.process()


@story("means gone", "everything deleted while nobody is at work", "gone", recordings=1)
async def all_deleted_unseen(world: World) -> None:
    """The next process stops it."""
    await recorded(world)
    world.kill(world.processes[0])
    world.people.remove("agoraprojects", "default")
    world.people.delete()
    await asyncio.sleep(600)
    world.process()


@story("means gone", "the project's area is changed while it records", "gone", recordings=1)
async def area_changed(world: World) -> None:
    """The attempt keeps the endpoint that it was made at."""
    await recorded(world)
    world.people.patch_project({"spec": {"endpoint": {"area": "MainlandChina"}}})
    await asyncio.sleep(300)
    assert len(world.judge.running(CHANNEL)) == 1
    world.people.delete()


def _skewed(first: float, second: float, wish: str, away: float) -> None:
    """Make the story of two processes, one after another, whose clocks are wrong."""
    deed: dict[str, Callable[[World], None]] = {
        "wanted": lambda _world: None,
        "deleted": lambda world: world.people.delete(),
    }
    situation = f"{first:+.0f} s, then {second:+.0f} s, away {away:.0f} s, {wish}"
    outcome = {"wanted": "runs", "deleted": "gone"}[wish]

    @story("wrong clocks", situation, outcome, recordings=1)
    async def tell(world: World) -> None:
        world.join()
        disturb(world, "start", faults.late(20))
        process = world.process(skew=first)
        world.people.apply()
        await asyncio.sleep(1)
        world.kill(process)
        deed[wish](world)
        later(away, lambda: world.process(skew=second))
        await asyncio.sleep(away + 10)


for _first, _second in ((100, -100), (-100, 100), (100, 100)):
    for _wish in ("wanted", "deleted"):
        for _away in (5, 250, 360):
            _skewed(_first, _second, _wish, _away)


@story("wrong clocks", "a standby with another clock takes over", "runs", replicas=2)
async def skewed_standby(world: World) -> None:
    """Who may work is never told by comparing clocks."""
    await recorded(world)
    world.kill(world.processes[0])
    world.process(skew=-100)
    world.people.edit(mix={"layout": {"type": "BestFit"}})
    await asyncio.sleep(60)


@story("handle", "lapses in half an hour", "runs", recordings=2, may_be_stopped=True)
async def handle_lapses(world: World) -> None:
    """It is stopped before, and begun anew under the same uid."""
    await recorded(world)
    world.kill(world.processes[0])
    world.process(skew=MONTH)


@story("handle", "lapses, the new start is excluded for a while", "runs", may_be_stopped=True)
async def handle_lapses_slowly(world: World) -> None:
    """No second recording beside the one that is exiting."""
    await recorded(world)
    world.agora.simulation.configure({"exiting_seconds": 30.0})
    world.kill(world.processes[0])
    world.process(skew=MONTH)


def _lapse(mode: str, recordings: int) -> None:
    """Make the story of credentials that lapse, at an Agora that minds it or not."""

    @story(
        "credentials",
        f"lapse, Agora {mode}",
        "runs",
        recordings=recordings,
        agora={"sts_lapse": mode},
    )
    async def tell(world: World) -> None:
        world.people.renew_secret("storage", credentials("first", hours=5))
        await recorded(world)
        await asyncio.sleep(3.9 * 3600)
        assert reason(world) == "Recording"
        await asyncio.sleep(0.5 * 3600)
        assert reason(world) == "CredentialsExpiring"
        await asyncio.sleep(1.5 * 3600)
        assert reason(world) == "CredentialsExpiring"
        world.people.renew_secret("storage", credentials("second", hours=5))


_lapse("backs_up", recordings=1)
_lapse("ends", recordings=2)


@story("credentials", "are renewed hourly while processes come and go", "runs", recordings=1)
async def credentials_renewed(world: World) -> None:
    """Each renewal reaches Agora before the last one lapses, which would end the recording."""
    world.people.renew_secret("storage", credentials("0", hours=5))
    await recorded(world)
    for hour in range(1, 8):
        await asyncio.sleep(1800)
        world.kill(world.alive[0])
        world.process()
        await asyncio.sleep(1800)
        world.people.renew_secret("storage", credentials(str(hour), hours=5))


@story("credentials", "are in another Secret, which comes later", "runs", recordings=1)
async def credentials_elsewhere(world: World) -> None:
    """The wish is told as unfulfilled until then, and the recording goes on."""
    await recorded(world, storage=STORAGE)
    world.people.edit(storage={**STORAGE, "credentialsSecretRef": {"name": "other"}})
    await asyncio.sleep(60)
    assert reason(world) == "SecretNotFound"
    renewed = credentials("second", hours=9)
    world.people.make_secret("other", renewed)
    assert await world.until(lambda: _access_key(world) == renewed["accessKey"], 120)
    world.people.renew_secret("storage", renewed)  # the one that the judge looks at


def _access_key(world: World) -> str:
    (running,) = world.judge.running(CHANNEL)
    return running.storage.access_key
