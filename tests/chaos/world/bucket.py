"""The bucket of the simulated Agora: the index files of recordings, as a listing finds them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from agora_recording.bucket import BucketError, Place
from agora_simulator.recordings import Recording
from agora_simulator.settings import Timing
from chaos.world.agora import AgoraService
from chaos.world.gate import Gate

TRAVEL: Final = 0.2
"""Seconds that a listing takes."""


class SimulatedBucket:
    """Implements ``Sids`` for one process."""

    def __init__(self, service: AgoraService, gate: Gate) -> None:
        self._service = service
        self._gate = gate

    async def find_sids(self, place: Place, channel: str, since: datetime) -> tuple[str, ...]:
        """Return the sids of the channel's index files written since, newest first."""
        del place
        await self._gate.passage()
        await asyncio.sleep(TRAVEL)
        if not self._service.listable:
            raise BucketError("The storage refused the keys.")
        simulation = self._service.simulation
        now = simulation.now()
        timing = simulation.settings.timing
        written = {
            one.sid: datetime.fromtimestamp(now if one.ended_at is None else one.ended_at, UTC)
            for one in simulation.world.recordings(now)
            if one.target.channel == channel and _has_files(one, now, timing)
        }
        await self._gate.passage()
        found = sorted(written.items(), key=lambda item: item[1], reverse=True)
        return tuple(sid for sid, at in found if at >= since)


def _has_files(recording: Recording, now: float, timing: Timing) -> bool:
    first = recording.first_slice_at(timing)
    return first is not None and first <= now
