"""What a run of kopf asks for tells whether it watches."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import ClientConnectionError, ClientRequest, ClientResponse
from yarl import URL

from agora_recording.kube.pulse import (
    GAP_SECONDS,
    PAUSE_SECONDS,
    QUIET_SECONDS,
    SILENCE_SECONDS,
    WATCH_SECONDS,
    Pulse,
)

SERVED = "/apis/recording.agora.io/v1alpha1"
RECORDINGS, PROJECTS = f"{SERVED}/cloudrecordings", f"{SERVED}/agoraprojects"


class Run:
    """A run of kopf that asks what a test says, when it says."""

    def __init__(self) -> None:
        self.now = 100.0
        self.relisted: list[str] = []
        self.pulse = Pulse((RECORDINGS, PROJECTS), self.relisted.append, lambda: self.now)

    async def ask(self, path: str, status: int | None = 200, *, seconds: float = 0) -> None:
        """Send a request that is answered after so long; None: not at all."""

        async def send(_: ClientRequest) -> ClientResponse:
            self.now += seconds
            if status is None:
                raise ClientConnectionError
            return cast("ClientResponse", SimpleNamespace(status=status))

        url = URL(f"https://127.0.0.1{path}")
        request = cast("ClientRequest", SimpleNamespace(url=url))
        try:
            await self.pulse(request, send)
        except ClientConnectionError:
            assert status is None

    async def begin(self) -> None:
        """Look around, list and watch, as kopf begins."""
        for path in ("/apis", SERVED, RECORDINGS, PROJECTS):
            await self.ask(path)
        await self.watch()

    async def watch(self) -> None:
        """Ask for both watches."""
        await self.ask(f"{PROJECTS}?watch=true")
        await self.ask(f"{RECORDINGS}?watch=true")


async def test_it_hears_once_both_lists_were_taken_in() -> None:
    """That is when it asks for the watches; an answered list alone is not enough."""
    run = Run()
    heard = []
    for path in ("/apis", SERVED, RECORDINGS, PROJECTS, f"{PROJECTS}?watch=true"):
        await run.ask(path)
        heard.append(run.pulse.hears)
    assert heard == [False] * 5
    assert run.relisted == ["agoraprojects"]

    await run.ask(f"{RECORDINGS}?watch=true", None)

    assert run.pulse.hears
    assert run.relisted == ["agoraprojects", "cloudrecordings"]


async def test_it_hears_as_long_as_watches_are_answered() -> None:
    """A watch that is begun anew is no list."""
    run = Run()
    await run.begin()
    for _ in range(10):
        run.now += WATCH_SECONDS
        await run.watch()

    assert run.pulse.hears
    assert not run.pulse.is_deaf
    assert len(run.relisted) == 2


@pytest.mark.parametrize("status", [None, 429, 500, 503])
async def test_during_an_outage_it_does_not_hear_but_is_not_deaf(status: int | None) -> None:
    """It asks again and again, so there is nothing that a new watch would do better."""
    run = Run()
    await run.begin()
    for _ in range(10):
        run.now += PAUSE_SECONDS
        await run.ask(f"{PROJECTS}?watch=true", status, seconds=SILENCE_SECONDS)
        await run.ask(f"{RECORDINGS}?watch=true", status)
        assert not run.pulse.is_deaf

    assert not run.pulse.hears
    await run.watch()
    assert run.pulse.hears


async def test_a_kind_that_is_asked_for_no_more_is_not_heard() -> None:
    """Although the other one is watched as before."""
    run = Run()
    await run.begin()
    run.now += QUIET_SECONDS - 1
    await run.ask(f"{PROJECTS}?watch=true")
    assert not run.pulse.is_deaf

    run.now += 2

    assert run.pulse.is_deaf
    assert not run.pulse.hears


@pytest.mark.parametrize("path", ["/api", "/apis", SERVED])
async def test_after_its_look_around_it_must_ask_soon(path: str) -> None:
    """If our kinds were not named to it, it never will."""
    run = Run()
    await run.ask(path, 404, seconds=30)
    assert not run.pulse.is_deaf

    run.now += GAP_SECONDS + 1

    assert run.pulse.is_deaf


async def test_a_look_that_is_tried_again_takes_its_time() -> None:
    """The longest pause is shorter than the gap that is allowed."""
    run = Run()
    for _ in range(10):
        await run.ask(SERVED, 503, seconds=30)
        run.now += PAUSE_SECONDS
        assert not run.pulse.is_deaf


async def test_a_run_that_never_asks_for_anything_is_deaf() -> None:
    """It may hang before its first request."""
    run = Run()
    run.now += QUIET_SECONDS
    assert not run.pulse.is_deaf

    run.now += 1

    assert run.pulse.is_deaf
