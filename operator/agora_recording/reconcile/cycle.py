"""One cycle after another for one object, until there is nothing to do now.

    look -> decide -> act (at most one effect) -> look at what was learned -> save it -> again

Saving comes before the next effect, so a crash can lose at most one answer; what the answer to a
start taught is saved whatever it takes. The status is made in one place, ``summarise``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

import structlog

from agora_recording import translate
from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Decision
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import FINALIZER, Observation, Problem, Recording
from agora_recording.domain.reason import Reason
from agora_recording.domain.summary import summarise
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.means import Means, Treasury
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.patch import has_new_sid, merge_patch
from agora_recording.reconcile.ports import (
    Announcer,
    ConflictError,
    GoneError,
    Recordings,
    UnreachableError,
)
from agora_recording.reconcile.turn import Turn
from agora_recording.reconcile.turns import Turns, cost, urgency

_ROUTINE: Final = {Reason.RECORDING: Urgency.POLL, Reason.STARTING: Urgency.CONFIRM}
"""Classes of looks that are not retries."""

MAX_STEPS: Final = 16
"""Steps in a row for one object before others have their turn."""
SAVE_AGAIN: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to save what must not be lost."""
LIMITED_SECONDS: Final = 1.0
"""How long an App ID is not called after Agora said that there are too many calls."""
NOTICED_SECONDS: Final = 5.0
"""A wait in line that is worth a write to the status."""
KUBE_RETRY_SECONDS: Final = 2.0
"""How soon to look again after the API server could not be reached."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rest:
    """When to look at the object again; None: when something changes or its turn comes."""

    seconds: float | None = None
    urgency: Urgency = Urgency.RETRY
    """The class of what is due then."""


class Cycle:
    """Runs cycles. One instance serves all objects; it keeps no state of its own."""

    def __init__(
        self,
        *,
        owner: str,
        poll_seconds: float,
        recordings: Recordings,
        announcer: Announcer,
        treasury: Treasury,
        effects: Effects,
        turns: Turns,
        clock: Clock | None = None,
    ) -> None:
        self._owner = owner
        self._poll_seconds = poll_seconds
        self._recordings = recordings
        self._announcer = announcer
        self._treasury = treasury
        self._effects = effects
        self._turns = turns
        self._clock = clock or Clock()

    async def run(self, memory: Memory) -> Rest:
        """Take steps until the object rests; return when to look again."""
        try:
            return await self._steps(memory)
        except ConflictError:
            memory.forget_unstored()
            return await self._look_again(memory)
        except GoneError:
            memory.recording = replace(memory.recording, gone=True, deleting=True)
            return Rest(0.0)
        except UnreachableError:
            memory.forget_unstored()
            return Rest(KUBE_RETRY_SECONDS)

    async def _steps(self, memory: Memory) -> Rest:
        seen, means = await self._look(memory)
        decision = decide(seen)
        for _ in range(MAX_STEPS):
            if isinstance(decision.action, act.Wait):
                await self._save(memory, seen, decision)
                return self._rest(seen, decision)
            if not self._may_call(seen, means, decision):
                await self._say_queued(memory, seen)
                return Rest()
            await self._act(memory, seen, means, decision)
            if memory.released:
                return Rest()
            seen, means = await self._look(memory)
            decision = decide(seen)
            if not isinstance(decision.action, act.Release):  # which saves what must be saved
                await self._save(memory, seen, decision)
        return Rest(0.0)

    async def _look(self, memory: Memory) -> tuple[Observation, Means]:
        """Put together the newest look at the object, what was learned, and the means."""
        recording, tick = memory.recording, self._clock.tick()
        means = await self._treasury.find(recording, fresh=memory.may_start, tick=tick)
        seen = Observation(
            recording=recording,
            now=self._clock.now(),
            tick=tick,
            owner=self._owner,
            target=means.target,
            storage=means.storage_problem,
            wanted=translate.hashes(recording.spec),
            trails=dict(memory.trails),
            pauses=dict(memory.pauses),
        )
        return seen, means

    def _may_call(self, seen: Observation, means: Means, decision: Decision) -> bool:
        """Say whether it is this object's turn to call Agora; else it is woken in its turn."""
        price = cost(seen, decision.action)
        if price == 0 or isinstance(seen.target, Problem):
            return True
        key, wanted = seen.recording.uid, urgency(seen, decision.action)
        self._turns.set_rate(seen.target.app_id, means.requests_per_second)
        return self._turns.take(seen.target.app_id, key, wanted, price, tick=seen.tick)

    async def _say_queued(self, memory: Memory, seen: Observation) -> None:
        """Tell people that an object stands in line, if that takes long enough to be noticed."""
        if isinstance(seen.target, Problem) or seen.attempts:
            return
        if self._turns.expected_seconds(seen.target.app_id) > NOTICED_SECONDS:
            await self._save(memory, seen, Decision.of(act.Wait(), Reason.QUEUED))

    async def _act(
        self, memory: Memory, seen: Observation, means: Means, decision: Decision
    ) -> None:
        """Carry out one action: a write to the object, or an effect at Agora."""
        action = decision.action
        match action:
            case act.AddFinalizer():
                await self._set_finalizers(memory, (*seen.recording.finalizers, FINALIZER))
            case act.Release():
                await self._release(memory, seen, decision)
            case act.Amend():
                await self._amend(memory, seen, action)
            case _:
                await self._call(memory, seen, means, action)

    async def _call(self, memory: Memory, seen: Observation, means: Means, action: Action) -> None:
        recording = seen.recording
        verb = type(action).__name__
        say = log.debug if isinstance(action, act.Query) else log.info
        say("Performing", action=verb, namespace=recording.namespace, name=recording.name)
        turn = Turn(seen, memory, means, self._clock.chance(), self._poll_seconds)
        await self._effects.perform(action, turn)
        self._spread_the_word(memory, seen, means)

    def _spread_the_word(self, memory: Memory, seen: Observation, means: Means) -> None:
        """Let others that share the App ID or the credentials know what this one met."""
        for key, pause in list(memory.pauses.items()):
            limited = pause.problem.reason is Reason.RATE_LIMITED and pause.until > seen.tick
            if limited and not isinstance(seen.target, Problem):
                wait = max(pause.problem.wait, LIMITED_SECONDS)
                self._turns.pause(seen.target.app_id, wait, tick=seen.tick)
            if pause.problem.reason is Reason.CREDENTIALS_REFUSED:
                self._treasury.refuse(seen.recording, means, pause.problem, tick=seen.tick)
                del memory.pauses[key]

    async def _amend(self, memory: Memory, seen: Observation, action: act.Amend) -> None:
        """Store a changed attempt, with all that follows from it, before acting by it."""
        changed = action.attempt
        attempts = tuple(
            changed if a.resource_id == changed.resource_id else a for a in seen.attempts
        )
        status = seen.recording.status.model_copy(update={"attempts": attempts})
        amended = replace(seen, recording=replace(seen.recording, status=status))
        await self._save(memory, amended, decide(amended))

    async def _release(self, memory: Memory, seen: Observation, decision: Decision) -> None:
        """Take the finalizer off. Other finalizers keep the object: then the status comes first."""
        rest = tuple(f for f in seen.recording.finalizers if f != FINALIZER)
        if rest or not seen.recording.deleting:
            await self._save(memory, seen, decision)
        await self._set_finalizers(memory, rest)
        recording = seen.recording
        if recording.deleting:
            memory.released = not rest
            self._announcer.announce(recording, decision.reason, decision.message)
            log.info("Released", namespace=recording.namespace, name=recording.name)

    async def _set_finalizers(self, memory: Memory, finalizers: tuple[str, ...]) -> None:
        after = await self._recordings.write_finalizers(memory.recording, finalizers)
        if after is not None:
            memory.see(after)

    async def _save(self, memory: Memory, seen: Observation, decision: Decision) -> None:
        """Write the status if it changed; a sid that is not stored yet is saved at any price."""
        if seen.recording.gone:
            return
        after = summarise(seen, decision)
        before = memory.recording.status
        if after == before:
            return
        if has_new_sid(before, after):
            await self._save_for_certain(memory, seen, decision)
        else:
            memory.see(await self._write(memory.recording, after))
        self._announce_transition(memory.recording, before, decision)

    async def _save_for_certain(
        self, memory: Memory, seen: Observation, decision: Decision
    ) -> None:
        """Store a sid whatever happens to the object meanwhile (protocol 7): write D."""
        for attempt in seen.attempts:
            log.warning("Storing sid", resource_id=attempt.resource_id, sid=attempt.sid)
        failures = 0
        while True:
            try:
                look = replace(seen, recording=memory.recording)
                memory.see(await self._write(memory.recording, summarise(look, decision)))
            except (ConflictError, UnreachableError):
                await asyncio.sleep(SAVE_AGAIN[min(failures, len(SAVE_AGAIN) - 1)] * (failures > 0))
                failures += 1
                await self._refresh(memory)
            else:
                return

    async def _write(self, recording: Recording, status: CloudRecordingStatus) -> Recording:
        patch = merge_patch(recording.status.to_wire(), status.to_wire())
        return await self._recordings.write_status(recording, patch)

    async def _refresh(self, memory: Memory) -> None:
        """Look at the object anew, if the API server can be reached."""
        try:
            memory.see(await self._recordings.read(memory.recording))
        except UnreachableError:
            log.warning("API server unreachable", name=memory.recording.name)

    async def _look_again(self, memory: Memory) -> Rest:
        await self._refresh(memory)
        return Rest(0.0)

    def _announce_transition(
        self, recording: Recording, before: CloudRecordingStatus, decision: Decision
    ) -> None:
        """Tell people when the reason of Ready has changed."""
        was = next((c.reason for c in before.conditions if c.type == "Ready"), None)
        if decision.reason.value != was:
            self._announcer.announce(recording, decision.reason, decision.message)

    def _rest(self, seen: Observation, decision: Decision) -> Rest:
        """Return when to look again, a little spread."""
        if seen.recording.gone and not seen.attempts:
            return Rest()
        until = decision.action.until if isinstance(decision.action, act.Wait) else None
        if until is None:
            return Rest()
        seconds = max(until - self._clock.tick(), 0.0)
        spread = 1 + 0.1 * self._clock.chance()
        return Rest(seconds * spread, _ROUTINE.get(decision.reason, Urgency.RETRY))
