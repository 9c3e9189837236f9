"""The client against the simulator, and against servers that break off."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from agora_recording.agora import errors
from agora_recording.agora.client import AgoraClient
from agora_recording.agora.protocol import Access, Task
from agora_recording.agora.wire import AcquireRequest
from agora_recording.translate.requests import start_request, subscription
from builders import APP, spec, storage
from testbed.simulator import Simulator

NUMBERS = count()
SECRET = "the-customer-secret"
KEYS = {"accessKey": "the-access-key", "secretKey": "the-storage-key"}
ACQUIRE: AcquireRequest = {"scene": 0, "resourceExpiredHour": 720}
START = start_request(spec(), storage(), KEYS)


def access(simulator: Simulator) -> Access:
    """Return where the simulator is."""
    return Access(simulator.api, "customer", SECRET)


def new_channel() -> str:
    """Return a channel that nobody else uses."""
    return f"client{next(NUMBERS)}"


async def task(client: AgoraClient, simulator: Simulator, channel: str) -> Task:
    """Return a task with a resource."""
    resource_id = await client.acquire(access(simulator), APP, channel, 7, ACQUIRE)
    return Task(APP, channel, 7, "mix", resource_id)


async def test_a_whole_life(client: AgoraClient, simulator: Simulator) -> None:
    """Each call once; each is understood."""
    made = await task(client, simulator, new_channel())
    at = access(simulator)
    sid = await client.start(at, made, START)
    response = await client.query(at, made, sid)
    await client.update(at, made, sid, subscription(spec()))
    await client.update_layout(at, made, sid, {"mixedVideoLayout": 1, "backgroundColor": "#000000"})
    await client.stop(at, made, sid, async_stop=True)

    assert response.status in {0, 1, 2, 3, 4, 5}
    assert len(simulator.recordings(made.channel)) == 1


async def test_a_repeated_start_is_a_conflict(client: AgoraClient, simulator: Simulator) -> None:
    """201/7 is not success; the sid it names is a candidate."""
    made = await task(client, simulator, new_channel())
    sid = await client.start(access(simulator), made, START)
    with pytest.raises(errors.Conflict) as caught:
        await client.start(access(simulator), made, START)

    assert (201, 7, sid) == (
        caught.value.said.status,
        caught.value.said.code,
        caught.value.said.sid,
    )


async def test_a_stop_of_what_is_exiting_is_a_success(
    client: AgoraClient, simulator: Simulator
) -> None:
    """400/49 means that it stops (protocol 11)."""
    made = await task(client, simulator, new_channel())
    sid = await client.start(access(simulator), made, START)
    body = {"code": 49, "reason": "invalid operation"}
    simulator.fault("answer", channel=made.channel, operation="stop", status=400, body=body)

    assert (await client.stop(access(simulator), made, sid, async_stop=False)).files == ()


@pytest.mark.parametrize("status", [404, 500, 504])
async def test_a_stop_is_done_only_by_a_listed_answer(
    client: AgoraClient, simulator: Simulator, status: int
) -> None:
    """The code 49 in an answer of another status proves nothing (protocol 11)."""
    made = await task(client, simulator, new_channel())
    sid = await client.start(access(simulator), made, START)
    body = {"code": 49, "reason": "invalid operation"}
    simulator.fault("answer", channel=made.channel, operation="stop", status=status, body=body)

    with pytest.raises(errors.AgoraError):
        await client.stop(access(simulator), made, sid, async_stop=False)


async def test_an_answer_that_is_lost_is_ambiguous(
    client: AgoraClient, simulator: Simulator
) -> None:
    """The start happened, and nobody said so."""
    made = await task(client, simulator, new_channel())
    simulator.fault("lose_answer", channel=made.channel, operation="start", times=1)
    with pytest.raises(errors.Ambiguous):
        await client.start(access(simulator), made, START)

    assert len(simulator.recordings(made.channel)) == 1


async def test_a_server_that_is_not_there_is_unavailable(client: AgoraClient) -> None:
    """Nothing can have happened without a connection."""
    nowhere = Access("http://127.0.0.1:1", "customer", SECRET)
    with pytest.raises(errors.Unavailable):
        await client.acquire(nowhere, APP, "channel", 7, ACQUIRE)


@asynccontextmanager
async def serving(*answers: bytes) -> AsyncIterator[Access]:
    """Serve raw answers, and close the connection after each."""
    waiting = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(waiting.pop(0))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield Access(f"http://127.0.0.1:{port}", "customer", SECRET)


BROKEN = {
    "no answer": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a body cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "a chunk that is none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a body that is not gzip": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    ),
    "an unknown charset": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=nope\r\nContent-Length: 2\r\n\r\nno"
    ),
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://[::bad\r\nContent-Length: 0\r\n\r\n",
    "an odd header": b"HTTP/1.1 500 Oh\r\nRetry-After: \xb2\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
async def test_a_start_whose_answer_breaks_is_ambiguous(client: AgoraClient, answer: bytes) -> None:
    """It was sent; whatever comes back, it may have happened."""
    async with serving(answer) as at:
        with pytest.raises(errors.Ambiguous):
            await client.start(at, Task(APP, "channel", 7, "mix", "resource"), START)


async def test_neither_errors_nor_logs_show_secrets(
    client: AgoraClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Credentials and keys stay in the request."""
    caplog.set_level(logging.DEBUG)
    made = await task(client, simulator, new_channel())
    simulator.fault("lose_answer", channel=made.channel, times=1)
    with pytest.raises(errors.Ambiguous) as caught:
        await client.start(access(simulator), made, START)
    error: BaseException | None = caught.value
    shown = caplog.text
    while error is not None:
        shown += repr(error) + str(error)
        error = error.__cause__ or error.__context__

    for secret in (SECRET, *KEYS.values()):
        assert secret not in shown


async def test_cancelled_calls_leave_the_pool_usable(
    client: AgoraClient, simulator: Simulator
) -> None:
    """5,000 calls cancelled half-way; then one gets through at once (hot-path.md)."""
    at, channel = access(simulator), new_channel()
    simulator.fault("delay", channel=channel, seconds=30)
    for _ in range(50):
        calls = [
            asyncio.create_task(client.acquire(at, APP, channel, 7, ACQUIRE)) for _ in range(100)
        ]
        await asyncio.sleep(0.02)
        for call in calls:
            call.cancel()
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    simulator.clear_faults()

    async with asyncio.timeout(5):
        assert await client.acquire(at, APP, channel, 7, ACQUIRE)
