"""One cycle after another for one object, until there is nothing to do now.

    look -> decide -> act (at most one effect) -> look at what was learned -> save it -> again

Saving comes before the next effect, so a crash can lose at most one answer; what the answer to a
start taught is saved whatever it takes. The status is made in one place, ``summarise``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from agora_recording.domain import action as act
from agora_recording.domain.action import Action, Decision
from agora_recording.domain.decision import decide
from agora_recording.domain.observation import FINALIZER, Observation, Problem, Target
from agora_recording.domain.pace import pause_after
from agora_recording.domain.reason import Reason
from agora_recording.domain.summary import summarise
from agora_recording.domain.topic import is_news, told_of
from agora_recording.reconcile.budget import Urgency
from agora_recording.reconcile.budgets import Budgets, cost, urgency
from agora_recording.reconcile.clock import Clock
from agora_recording.reconcile.effects import Effects
from agora_recording.reconcile.eyes import Eyes, Look
from agora_recording.reconcile.lastwords import LastWords
from agora_recording.reconcile.means import Treasury
from agora_recording.reconcile.memory import Memory
from agora_recording.reconcile.ports import (
    Announcer,
    ConflictError,
    ForbiddenError,
    GoneError,
    KubeError,
    Recordings,
    UnreachableError,
)
from agora_recording.reconcile.saving import Saver
from agora_recording.reconcile.turn import ACQUIRE

_ROUTINE: Final = {
    Reason.RECORDING: Urgency.POLL,
    Reason.ON_HOLD: Urgency.POLL,
    Reason.STARTING: Urgency.CONFIRM,
}
"""Classes of looks that are not retries."""

MAX_STEPS: Final = 16
"""Steps in a row for one object before others have their turn."""
LIMITED_SECONDS: Final = 1.0
"""How long an App ID is not called after Agora said that there are too many calls."""
NOTICED_SECONDS: Final = 5.0
"""A wait in line that is worth a write to the status."""
KUBE_RETRY_SECONDS: Final = 1.0
"""How soon to look again after the API server could not be reached; doubled up to 16 times."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rest:
    """When to look at the object again; None: when something changes or its turn comes."""

    seconds: float | None = None
    urgency: Urgency = Urgency.RETRY
    """The class of what is due then."""
    over: bool = False
    """Whether the object is gone, and nothing is left to do for it."""


class Cycle:
    """Runs cycles. One instance serves all objects; it keeps no state of its own."""

    def __init__(
        self,
        *,
        recordings: Recordings,
        announcer: Announcer,
        eyes: Eyes,
        treasury: Treasury,
        effects: Effects,
        budgets: Budgets,
        clock: Clock | None = None,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._announcer = announcer
        self._eyes = eyes
        self._saver = Saver(recordings, announcer)
        self._treasury = treasury
        self._effects = effects
        self._budgets = budgets
        self._clock = clock or Clock()
        self._leads = leads
        self.last_words = LastWords(eyes, self._saver, effects)

    async def run(self, memory: Memory) -> Rest:
        """Take steps until the object rests; return when to look again."""
        try:
            rest = await self._steps(memory)
        except ConflictError:
            self._give_up_unstored(memory)
            return await self._look_again(memory)
        except GoneError:
            memory.vanish()
            return Rest(0.0)
        except (UnreachableError, ForbiddenError) as error:  # the latter also while RBAC comes up
            log.warning("The API server does not serve us", error=str(error))
            self._give_up_unstored(memory)
            memory.refusals += 1
            wait = KUBE_RETRY_SECONDS * 2.0 ** min(memory.refusals - 1, 4)
            return Rest(wait * (1 + self._clock.chance()))
        except KubeError:
            self._give_up_unstored(memory)
            raise
        memory.refusals = 0
        return rest

    def _give_up_unstored(self, memory: Memory) -> None:
        """Drop what was acquired and could not be stored, and acquire less often for it."""
        if memory.forget_unstored():
            memory.pauses[ACQUIRE] = pause_after(
                ACQUIRE,
                Problem(Reason.KUBE_UNAVAILABLE, Reason.KUBE_UNAVAILABLE.text),
                memory.pauses.get(ACQUIRE),
                tick=self._clock.tick(),
                generation=memory.recording.generation,
                jitter=self._clock.chance(),
            )

    async def _steps(self, memory: Memory) -> Rest:
        look = await self._eyes.look(memory)
        decision = decide(look.seen)
        if memory.unsaved_sids and not look.seen.recording.gone:  # before anything else
            saved = await self._saver.save(memory, look.seen, decision)
            look = replace(look, seen=replace(look.seen, recording=saved))
        for _ in range(MAX_STEPS):
            if not self._may_act(memory, decision.action):
                return Rest()
            if isinstance(decision.action, act.Wait):
                await self._saver.save(memory, look.seen, decision)
                self._budgets.forget(look.seen.recording.uid)
                return self._rest(look.seen, decision)
            if not self._may_call(look, decision):
                await self._say_queued(memory, look)
                return Rest()
            await self._act(memory, look, decision)
            if memory.released:
                return Rest()
            if not self._may_act(memory, act.Acquire()) and memory.forget_unstored():
                return Rest()  # what was acquired is of no use: another makes its own attempts
            look = await self._eyes.look(memory)
            decision = decide(look.seen)
            if not isinstance(decision.action, act.Release):  # which saves what must be saved
                saved = await self._saver.save(memory, look.seen, decision)
                look = replace(look, seen=replace(look.seen, recording=saved))
                decision = decide(look.seen)
        return Rest(0.0)

    def _may_act(self, memory: Memory, action: Action) -> bool:
        """Say whether to go on: who leads may, and who stops what a vanished object left (22)."""
        last_rites = memory.recording.gone and isinstance(action, act.Stop | act.Close | act.Wait)
        return last_rites or (self._leads() and not memory.outdated)

    def _may_call(self, look: Look, decision: Decision) -> bool:
        """Say whether it is this object's turn to call Agora; else it is woken in its turn."""
        seen = look.seen
        price = cost(seen, decision.action)
        if price == 0 or isinstance(seen.target, Problem):
            return True
        key, wanted = seen.recording.uid, urgency(seen, decision.action)
        self._budgets.set_rate(seen.target.app_id, look.means.requests_per_second)
        return self._budgets.take(seen.target.app_id, key, wanted, price, tick=seen.tick)

    async def _say_queued(self, memory: Memory, look: Look) -> None:
        """Tell people that an object stands in line, if that takes long enough to be noticed."""
        target = look.seen.target
        if isinstance(target, Problem) or look.seen.attempts:
            return
        if self._budgets.expected_seconds(target.app_id) > NOTICED_SECONDS:
            await self._saver.save(memory, look.seen, Decision.of(act.Wait(), Reason.QUEUED))

    async def _act(self, memory: Memory, look: Look, decision: Decision) -> None:
        """Carry out one action: a write to the object, or an effect at Agora."""
        recording = look.seen.recording
        match decision.action:
            case act.AddFinalizer():
                finalizers = (*recording.finalizers, FINALIZER)
                await self._saver.set_finalizers(memory, recording, finalizers)
            case act.Release():
                await self._release(memory, look, decision)
            case act.Amend():
                await self._amend(memory, look, decision.action)
            case act.Close():
                self._eyes.turn(memory, look).close(decision.action)
            case action:
                await self._call(memory, look, action)

    async def _call(self, memory: Memory, look: Look, action: Action) -> None:
        recording = look.seen.recording
        say = log.debug if isinstance(action, act.Query) else log.info
        verb = type(action).__name__
        say("Performing", action=verb, namespace=recording.namespace, name=recording.name)
        before = dict(memory.pauses)
        async with self._treasury.keeping(recording, action):
            if not self._may_act(memory, action):  # to keep a project may have taken a while
                return
            await self._effects.perform(action, self._eyes.turn(memory, look))
        if isinstance(action, act.FindSid):
            return  # nothing was asked of Agora
        new = [pause for key, pause in memory.pauses.items() if before.get(key) is not pause]
        if not new:
            self._treasury.accept(recording)
            if isinstance(action, act.Tell):
                self._announce(look, action)
        for pause in new:
            self._spread_the_word(look, pause.problem)

    def _announce(self, look: Look, tell: act.Tell) -> None:
        """Let people know that a change was told; what was only repeated is none."""
        if is_news(tell.topic, tell.attempt.told, look.seen.wanted):
            note = f"Agora was told {told_of(tell.topic, look.seen.wanted)}."
            self._announcer.announce(look.seen.recording, Reason.UPDATED, note)

    def _spread_the_word(self, look: Look, problem: Problem) -> None:
        """Let others that share the App ID or the credentials know what this one met."""
        tick, target = look.seen.tick, look.seen.target
        if problem.reason is Reason.RATE_LIMITED and isinstance(target, Target):
            wait = max(problem.wait, LIMITED_SECONDS)
            self._budgets.pause(target.app_id, wait, tick=tick)
        if problem.reason is Reason.CREDENTIALS_REFUSED:
            self._treasury.refuse(look.seen.recording, look.means, problem, tick=tick)

    async def _amend(self, memory: Memory, look: Look, action: act.Amend) -> None:
        """Store a changed attempt, with all that follows from it, before acting by it."""
        changed, seen = action.attempt, look.seen
        others = (a for a in seen.attempts if a.resource_id != changed.resource_id)
        attempts = tuple(sorted((*others, changed), key=lambda a: a.number))
        status = seen.recording.status.model_copy(update={"attempts": attempts})
        amended = replace(seen, recording=replace(seen.recording, status=status))
        after = summarise(amended, decide(amended))
        await self._saver.write(memory, seen.recording, after)

    async def _release(self, memory: Memory, look: Look, decision: Decision) -> None:
        """Take the finalizer off. Other finalizers keep the object: then the status comes first."""
        recording = look.seen.recording
        rest = tuple(f for f in recording.finalizers if f != FINALIZER)
        if rest or not recording.deleting:
            recording = await self._saver.save(memory, look.seen, decision)
        await self._saver.set_finalizers(memory, recording, rest)
        if recording.deleting:
            memory.released = not rest
            self._announcer.announce(recording, decision.reason, decision.message)
            log.info("Released", namespace=recording.namespace, name=recording.name)

    async def _look_again(self, memory: Memory) -> Rest:
        try:
            await self._saver.refresh(memory)
        except GoneError:
            memory.vanish()
            return Rest(0.0)
        return Rest(0.0)

    def _rest(self, seen: Observation, decision: Decision) -> Rest:
        """Return when to look again, a little spread."""
        until = decision.action.until if isinstance(decision.action, act.Wait) else None
        if until is None:
            if seen.recording.gone and seen.attempts:  # nobody will know of them from now on
                self._announcer.announce(seen.recording, decision.reason, decision.message)
            return Rest(over=seen.recording.gone)
        seconds = max(until - self._clock.tick(), 0.0)
        spread = 1 + 0.1 * self._clock.chance()
        return Rest(seconds * spread, _ROUTINE.get(decision.reason, Urgency.RETRY))
