"""Looking: the newest of an object, what was learned of it, and what it takes to act on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agora_recording.domain.claim import Neighbours
from agora_recording.domain.observation import Observation, Recording
from agora_recording.reconcile.claims import Claims, claim_of
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.means import Means, Treasury
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.turn import Turn
from agora_recording.translate import requests
from agora_recording.translate.refusal import refusal
from agora_recording.translate.tokens import token_problem


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen of an object, and what it takes to act on it."""

    seen: Observation
    means: Means


class Eyes:
    """Looks at objects, for the process called ``owner``."""

    def __init__(
        self,
        owner: str,
        treasury: Treasury,
        claims: Claims,
        *,
        poll_seconds: float,
        clock: Clock | None = None,
    ) -> None:
        self._owner = owner
        self._poll_seconds = poll_seconds
        self._treasury = treasury
        self._claims = claims
        self._clock = clock or Clock()

    async def look(self, memory: Memory) -> Look:
        """Put together the newest look at the object, what was learned, and the means."""
        means = await self._treasury.find(
            memory.recording, fresh=memory.may_start, tick=self._clock.tick()
        )
        recording, now = memory.recording, self._clock.now()
        claim = claim_of(recording, means.target)
        unfit = None if claim is None else token_problem(recording, means.secrets, claim, now)
        refused = refusal(recording.spec, means.storage) if memory.may_start else None
        seen = Observation(
            recording=recording,
            now=now,
            tick=self._clock.tick(),
            owner=self._owner,
            target=means.target,
            storage=means.storage_problem or unfit or refused,
            closed=means.closed,
            searchable=means.searchable,
            kicks=means.kicks,
            upload=means.upload,
            wanted=requests.wanted(recording.spec, means.upload, means.stream),
            claim=claim,
            trails=dict(memory.trails),
            pauses=dict(memory.pauses),
        )
        self._claims.see(seen)
        rival = self._claims.rival(recording.uid)
        sighting = self._claims.sighting(seen.claim)
        neighbours = self._neighbours(recording)
        seen = replace(seen, rival=rival, sighting=sighting, neighbours=neighbours)
        return Look(seen, means)

    def _neighbours(self, recording: Recording) -> Neighbours:
        """Return whom the recording is to be placed away from."""
        placement = recording.spec.placement
        named = (placement.away_from or ()) if placement else ()
        known = {
            each.name: self._claims.resources_of(recording.namespace, each.name)
            for each in named
            if each.name != recording.name
        }
        awaited = next((name for name, taken in known.items() if taken is None), None)
        return Neighbours(frozenset().union(*filter(None, known.values())), awaited)

    def turn(self, memory: Memory, look: Look) -> Turn:
        """Return all that carrying out one action takes."""
        return Turn(
            seen=look.seen,
            memory=memory,
            means=look.means,
            claims=self._claims,
            jitter=self._clock.chance(),
            poll_seconds=self._poll_seconds,
        )
