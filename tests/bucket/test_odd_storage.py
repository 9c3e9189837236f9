"""Searching a storage that misbehaves: a real HTTP server with scripted answers."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import perf_counter

import pytest
from aiohttp import web

from agora_recording.bucket import Bucket, BucketError, Place
from agora_recording.bucket.place import Obstacle
from agora_recording.crd.vendor import StorageVendor

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SID = "0123456789abcdef" * 2
Answer = Callable[[web.BaseRequest], Awaitable[web.Response]]


def listing(names: list[str], more: str = "") -> web.Response:
    """Return a page of names, and how to ask for more."""
    items = "".join(
        f"<Contents><Key>{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        "<Size>1</Size></Contents>"
        for name in names
    )
    token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
    text = f"<ListBucketResult>{items}{token}</ListBucketResult>"
    return web.Response(text=text, content_type="application/xml")


@asynccontextmanager
async def storage(answer: Answer) -> AsyncIterator[Place]:
    """Yield a place in a storage that answers so."""
    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Place(
            vendor=StorageVendor.AMAZON_S3,
            region="us-east-1",
            bucket="tapes",
            prefix=None,
            endpoint=f"http://127.0.0.1:{runner.addresses[0][1]}",
            access_key="the-access-key",
            secret_key="the-secret-key",
        )
    finally:
        await runner.cleanup()


async def obstacle(answer: Answer, seconds: float = 30) -> str:
    """Return why a storage that answers so cannot be searched."""
    async with storage(answer) as place:
        with pytest.raises(BucketError) as caught:
            await Bucket(seconds=seconds).find_sids(place, "room", LONG_AGO)
    return caught.value.reason


async def silence(_request: web.BaseRequest) -> web.Response:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_silent_storage_is_given_up() -> None:
    """In the time that a search may take."""
    assert await obstacle(silence, seconds=1) == Obstacle.UNREACHABLE


async def test_silent_storages_hold_up_few() -> None:
    """Eight searches wait for them; all others are told to come later, after five seconds."""
    async with storage(silence) as place:
        bucket = Bucket(seconds=7)
        searches = [bucket.find_sids(place, "room", LONG_AGO) for _ in range(20)]
        began = perf_counter()
        reasons = [str(error) for error in await asyncio.gather(*searches, return_exceptions=True)]

    assert reasons == 8 * [Obstacle.UNREACHABLE] + 12 * [Obstacle.BUSY]
    assert perf_counter() - began < 20


async def test_a_search_can_be_cancelled() -> None:
    """At once: an operator that ends does not wait for a storage."""
    async with storage(silence) as place:
        search = asyncio.create_task(Bucket().find_sids(place, "room", LONG_AGO))
        await asyncio.wait([search], timeout=0.5)
        search.cancel()
        began = perf_counter()
        with pytest.raises(asyncio.CancelledError):
            await search

    assert perf_counter() - began < 1


def endless(first: list[str]) -> tuple[Answer, list[str]]:
    """Return a storage with names without end, and a list of what it was asked."""
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path_qs)
        names = [f"{len(asked):05}/{number:04}.ts" for number in range(1000 - len(first))]
        return listing(first + names, more=f"page{len(asked)}")

    return answer, asked


async def test_a_search_ends_after_100_000_names() -> None:
    """Even if the storage ignores where to go on, and so tells the same over and over."""
    answer, asked = endless([])

    assert await obstacle(answer) == Obstacle.TOO_LARGE
    assert len(asked) == 100


async def test_what_was_found_by_then_is_returned() -> None:
    """It may be the one."""
    answer, _ = endless([f"{SID}_room.m3u8"])
    async with storage(answer) as place:
        assert await Bucket().find_sids(place, "room", LONG_AGO) == (SID,)


async def test_a_search_holds_nobody_up() -> None:
    """The loop stays free while names are read."""
    answer, _ = endless([])
    longest = 0.0
    async with storage(answer) as place:
        search = asyncio.create_task(Bucket().find_sids(place, "room", LONG_AGO))
        while not search.done():
            began = perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, perf_counter() - began)
        assert isinstance(search.exception(), BucketError)

    assert longest < 0.25


@pytest.mark.parametrize("name", ["a//b", "a/../b", "./a", "a\x7fb"])
async def test_a_name_that_cannot_be_read_is_told(name: str) -> None:
    """It hides all names that came with it."""

    async def answer(_request: web.BaseRequest) -> web.Response:
        return listing([f"{SID}_room.m3u8", name])

    assert await obstacle(answer) == Obstacle.UNREADABLE


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (500, Obstacle.UNREACHABLE),
        (503, Obstacle.UNREACHABLE),
        (429, Obstacle.UNREACHABLE),
        (301, Obstacle.OTHER_REGION),
        (400, Obstacle.ODD_ANSWER),
        (401, Obstacle.KEYS_REFUSED),
        (403, Obstacle.KEYS_REFUSED),
        (404, Obstacle.NO_SUCH_BUCKET),
    ],
)
async def test_an_error_keeps_the_keys_to_itself(status: int, reason: Obstacle) -> None:
    """Storages quote what they refuse."""

    async def answer(_request: web.BaseRequest) -> web.Response:
        quoted = "<AWSAccessKeyId>the-access-key</AWSAccessKeyId>the-secret-key"
        return web.Response(status=status, text=f"<Error><Code>Odd</Code>{quoted}</Error>")

    async with storage(answer) as place:
        with pytest.raises(BucketError) as caught:
            await Bucket().find_sids(place, "room", LONG_AGO)

    assert caught.value.reason == reason
    assert "the-" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("text", ["", "no XML", "<ListBucketResult><Contents/>"])
async def test_nonsense_is_told(text: str) -> None:
    """A proxy may answer in the storage's place."""

    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.Response(text=text)

    assert await obstacle(answer) in {Obstacle.ODD_ANSWER, Obstacle.UNREACHABLE}
