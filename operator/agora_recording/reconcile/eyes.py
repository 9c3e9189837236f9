"""Looking: the newest of an object, what was learned of it, and what it takes to act on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agora_recording import translate
from agora_recording.domain.observation import Observation
from agora_recording.reconcile.claims import Claims, claim_of
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.means import Means, Treasury
from agora_recording.reconcile.memory import Memory


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of an object, and what it takes to act on it."""

    seen: Observation
    means: Means


class Eyes:
    """Looks at objects, for the process called ``owner``."""

    def __init__(
        self, owner: str, treasury: Treasury, claims: Claims, clock: Clock | None = None
    ) -> None:
        self._owner = owner
        self._treasury = treasury
        self.claims = claims
        self._clock = clock or Clock()

    async def look(self, memory: Memory) -> Look:
        """Put together the newest look at the object, what was learned, and the means."""
        means = await self._treasury.find(
            memory.recording, fresh=memory.may_start, tick=self._clock.tick()
        )
        recording = memory.recording
        seen = Observation(
            recording=recording,
            now=self._clock.now(),
            tick=self._clock.tick(),
            owner=self._owner,
            target=means.target,
            storage=means.storage_problem,
            closed=means.closed,
            searchable=means.searchable,
            kicks=means.kicks,
            wanted=translate.hashes(recording.spec),
            claim=claim_of(recording, means.target),
            trails=dict(memory.trails),
            pauses=dict(memory.pauses),
        )
        self.claims.see(seen)
        rival = self.claims.rival(recording.uid)
        sighting = self.claims.sighting(seen.claim)
        return Look(replace(seen, rival=rival, sighting=sighting), means)
