"""Asks a pod's process how it is, as a kubelet does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx

from testbed.podspec import Probe


async def verdicts(probe: Probe | None, ip: str, client: httpx.AsyncClient) -> AsyncIterator[bool]:
    """Ask again and again; tell what enough answers in a row say. No probe says nothing."""
    if probe is None:
        return
    await asyncio.sleep(probe.initial_delay)
    last, row = False, 0
    while True:
        good = await _answers(probe, ip, client) if probe.path else await _listens(probe, ip)
        row = row + 1 if good == last else 1
        last = good
        if row >= (probe.success_threshold if good else probe.failure_threshold):
            yield good
        await asyncio.sleep(probe.period)


async def _answers(probe: Probe, ip: str, client: httpx.AsyncClient) -> bool:
    url = f"http://{ip}:{probe.port}{probe.path}"
    try:
        reply = await client.get(url, timeout=probe.timeout)
    except httpx.HTTPError:
        return False
    return httpx.codes.OK <= reply.status_code < httpx.codes.BAD_REQUEST


async def _listens(probe: Probe, ip: str) -> bool:
    try:
        connecting = asyncio.open_connection(ip, probe.port)
        _, writer = await asyncio.wait_for(connecting, probe.timeout)
    except OSError:  # also if it takes too long
        return False
    writer.close()
    return True
