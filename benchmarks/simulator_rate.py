# ruff: noqa: INP001 - a script of its own
"""Measures how many requests per second the simulator answers.

Starts it as its own process and asks from this one: `python benchmarks/simulator_rate.py`.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import aiohttp

SECONDS = 5.0
CONCURRENCY = 32
SIMULATOR = Path(__file__).parents[1] / "simulator"
HEADERS = {"Authorization": "Basic Y3VzdG9tZXI6c2VjcmV0"}
START = {
    "storageConfig": {
        "vendor": 1,
        "region": 0,
        "bucket": "bucket",
        "accessKey": "key",
        "secretKey": "secret",
    },
    "recordingConfig": {"channelType": 1},
}


async def main() -> None:
    """Print the rate of whole recordings: acquire, start, query, stop."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agora_simulator"),
        env={**os.environ, "PYTHONPATH": str(SIMULATOR)},
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdout is None:
        raise RuntimeError("the simulator has no output")
    urls = json.loads(await process.stdout.readline())
    began = time.monotonic()
    async with aiohttp.ClientSession(urls["api"], headers=HEADERS) as session:
        workers = (worker(session, number, began + SECONDS) for number in range(CONCURRENCY))
        answers = sum(await asyncio.gather(*workers))
    elapsed = time.monotonic() - began
    process.terminate()
    await process.wait()
    sys.stdout.write(f"{answers / elapsed:.0f} requests/s ({answers} in {elapsed:.1f} s)\n")


async def worker(session: aiohttp.ClientSession, number: int, until: float) -> int:
    """Record one channel after another; return how many answers came."""
    answers = 0
    while time.monotonic() < until:
        answers += await record(session, {"cname": f"w{number}n{answers}", "uid": "7"})
    return answers


async def record(session: aiohttp.ClientSession, target: dict[str, str]) -> int:
    """Make one recording from acquire to stop; return the number of answers."""
    base = "/v1/apps/app/cloud_recording"
    resource = await post(session, f"{base}/acquire", {**target, "clientRequest": {}})
    path = f"{base}/resourceid/{resource['resourceId']}"
    started = await post(session, f"{path}/mode/mix/start", {**target, "clientRequest": START})
    path = f"{path}/sid/{started['sid']}/mode/mix"
    async with session.get(f"{path}/query") as answer:
        answer.raise_for_status()
        await answer.read()
    await post(session, f"{path}/stop", {**target, "clientRequest": {}})
    return 4


async def post(session: aiohttp.ClientSession, path: str, body: object) -> dict[str, str]:
    """Send one call and return the body of its answer."""
    async with session.post(path, json=body) as answer:
        answer.raise_for_status()
        members: dict[str, str] = await answer.json()
        return members


if __name__ == "__main__":
    asyncio.run(main())
