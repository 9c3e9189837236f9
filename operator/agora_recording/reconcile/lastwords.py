"""What a process does before it ends about recordings that only it knows (protocol 8)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from agora_recording.domain import action as act
from agora_recording.domain.decision import decide
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.eyes import Eyes
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.ports import GoneError, KubeError
from agora_recording.reconcile.saving import Saver

SAVE_SECONDS: Final = 3.0
"""How long the end may wait for a sid to be stored that nobody else knows."""
STOPS: Final = (0.0, 1.0, 3.0)
"""Seconds between the last attempts to stop what nobody will know of."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LastWords:
    """Stores sids that are stored nowhere, or else ends those recordings."""

    eyes: Eyes
    saver: Saver
    effects: Effects

    async def speak(self, memory: Memory) -> None:
        """Leave nothing of one object that only this process knows."""
        if memory.unsaved_sids and not memory.recording.gone:
            await self._store(memory)
        for wait in STOPS if memory.unsaved_sids else ():
            await asyncio.sleep(wait)
            look = await self.eyes.look(memory)
            for attempt in look.seen.attempts:
                if attempt.sid in memory.unsaved_sids:
                    log.error("Stopping a recording that nobody would know", sid=attempt.sid)
                    await self.effects.perform(act.Stop(attempt), self.eyes.turn(memory, look))

    async def _store(self, memory: Memory) -> None:
        look = await self.eyes.look(memory)
        saving = self.saver.save(memory, look.seen, decide(look.seen))
        try:
            await asyncio.wait_for(saving, SAVE_SECONDS)
        except GoneError:
            memory.vanish()
        except (KubeError, TimeoutError) as error:
            log.warning("A sid cannot be stored any more", error=str(error))
