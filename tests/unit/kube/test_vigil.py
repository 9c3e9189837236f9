"""A watch that is over is replaced, in fake time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from agora_recording.kube.vigil import GIVE_UP_SECONDS, LONGEST_PAUSE_SECONDS, Vigil, WatchError
from unit.reconcile.fake_time import in_fake_time


@dataclass
class FakePulse:
    """Signs of life."""

    hears: bool = False
    is_deaf: bool = False


@dataclass
class FakeWatch:
    """Watches until the test says otherwise."""

    pulse: FakePulse = field(default_factory=FakePulse)
    over: asyncio.Future[BaseException | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    began: float = 0.0
    stopped: bool = False

    def start(self) -> None:
        """Begin."""
        self.began = asyncio.get_running_loop().time()

    async def stop(self) -> None:
        """End."""
        self.stopped = True
        if not self.over.done():
            self.over.set_result(None)


class Scene:
    """A vigil, all its watches, and an API server that knows the kinds or not."""

    def __init__(self) -> None:
        self.watches: list[FakeWatch] = []
        self.served = True
        self.replaced = 0
        self.fails_at_once = False
        self.vigil = Vigil(self._lacking, self._begin, replaced=self._count)
        self.task = asyncio.create_task(self.vigil.run())

    @property
    def last(self) -> FakeWatch:
        """The latest watch."""
        return self.watches[-1]

    async def _lacking(self) -> str | None:
        return None if self.served else "there are no cloudrecordings"

    def _begin(self) -> FakeWatch:
        watch = FakeWatch()
        if self.fails_at_once:
            watch.over.set_result(OSError("no"))
        self.watches.append(watch)
        return watch

    def _count(self) -> None:
        self.replaced += 1


@in_fake_time
async def test_a_watch_that_hears_goes_on() -> None:
    """It is left alone."""
    scene = Scene()
    await asyncio.sleep(1)
    scene.last.pulse.hears = True
    await asyncio.sleep(3600)

    assert (len(scene.watches), scene.replaced, scene.vigil.trouble) == (1, 0, None)


@in_fake_time
async def test_a_watch_that_fails_is_replaced_within_two_seconds() -> None:
    """After an hour of hearing."""
    scene = Scene()
    await asyncio.sleep(3600)
    failed = scene.last
    failed.pulse.hears = True
    failed.over.set_result(ValueError("404"))
    await asyncio.sleep(0.5)
    assert scene.vigil.trouble is not None
    await asyncio.sleep(1.5)

    assert scene.last is not failed
    assert failed.stopped
    assert scene.replaced == 1


@in_fake_time
async def test_a_watch_that_is_deaf_is_replaced_within_three_seconds() -> None:
    """Whether it ends or not."""
    scene = Scene()
    await asyncio.sleep(3600)
    deaf = scene.last
    deaf.pulse.is_deaf = True
    await asyncio.sleep(3)

    assert deaf.stopped
    assert scene.last is not deaf
    assert scene.replaced == 1


@in_fake_time
async def test_nothing_is_watched_while_a_kind_is_unknown() -> None:
    """However long that takes, and both at the start and later."""
    scene = Scene()
    scene.served = False
    await asyncio.sleep(3600)
    assert scene.watches == []
    assert scene.vigil.trouble == "not watching: there are no cloudrecordings"
    assert not scene.vigil.known.is_set()

    scene.served = True
    await asyncio.sleep(3)
    assert scene.vigil.known.is_set()
    (first,) = scene.watches
    scene.served = False
    first.over.set_result(ValueError("404"))
    await asyncio.sleep(3600)
    assert scene.watches == [first]

    scene.served = True
    await asyncio.sleep(3)
    assert len(scene.watches) == 2
    assert not scene.task.done()


@in_fake_time
async def test_watches_that_fail_at_once_come_ever_more_slowly() -> None:
    """But not more slowly than a deletion may wait."""
    scene = Scene()
    scene.fails_at_once = True
    await asyncio.sleep(60)

    began = [watch.began for watch in scene.watches]
    pauses = [later - sooner for sooner, later in pairwise(began)]
    assert pauses[:4] == pytest.approx([1, 2, 4, LONGEST_PAUSE_SECONDS], abs=0.1)
    assert max(pauses) == pytest.approx(LONGEST_PAUSE_SECONDS, abs=0.1)


@in_fake_time
async def test_it_gives_up_after_minutes_of_failing() -> None:
    """A new process may do better."""
    scene = Scene()
    scene.fails_at_once = True
    await asyncio.sleep(GIVE_UP_SECONDS - 10)
    assert not scene.task.done()
    await asyncio.sleep(20)

    assert isinstance(scene.task.exception(), WatchError)


@in_fake_time
async def test_one_watch_that_hears_makes_up_for_all_that_failed() -> None:
    """The minutes are counted anew."""
    scene = Scene()
    for _ in range(10):
        scene.fails_at_once = True
        await asyncio.sleep(GIVE_UP_SECONDS / 2)
        scene.fails_at_once = False
        await asyncio.sleep(2 * LONGEST_PAUSE_SECONDS)
        scene.last.pulse.hears = True
        await asyncio.sleep(2)
        scene.last.over.set_result(None)

    assert not scene.task.done()


@in_fake_time
async def test_a_process_that_was_stopped_does_not_give_up() -> None:
    """Its clock says that it heard nothing for an hour."""
    scene = Scene()
    await asyncio.sleep(60)
    scene.last.pulse.hears = True
    await asyncio.sleep(60)
    loop = asyncio.get_running_loop()
    loop.stand_still(3600)  # type: ignore[attr-defined]  # the loop of fake time has it
    scene.last.pulse = FakePulse(is_deaf=True)
    await asyncio.sleep(3)

    assert not scene.task.done()
    assert len(scene.watches) == 2


@in_fake_time
async def test_when_told_to_stop_it_begins_no_other() -> None:
    """Nor does its task end, which would mean that something is wrong."""
    scene = Scene()
    await asyncio.sleep(60)
    await scene.vigil.stop()
    await asyncio.sleep(60)

    assert [watch.stopped for watch in scene.watches] == [True]
    assert scene.replaced == 0
    assert not scene.task.done()
