"""Whose turn it is to call Agora: one budget per App ID, and what each action costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from agora_recording.domain import action as act
from agora_recording.domain.action import Action
from agora_recording.domain.observation import Observation
from agora_recording.domain.pace import operation
from agora_recording.reconcile.budget import Budget, Urgency

DEFAULT_RATE: Final = 10.0
"""Calls per second that Agora allows an App ID (Integration best practices)."""


def cost(seen: Observation, action: Action) -> int:
    """Return how many calls an action takes. Acquire pays for the start that must follow it."""
    match action:
        case act.Acquire():
            return 2
        case act.Start():
            again = seen.is_unknown(action.attempt) or operation(action) in seen.pauses
            return 1 if again else 0
        case act.Query() | act.Stop() | act.Kick() | act.Tell():
            return 1
        case _:
            return 0


def urgency(seen: Observation, action: Action) -> Urgency:
    """Return the class of an action; what failed before stands behind what did not."""
    if operation(action) in seen.pauses and not isinstance(action, act.Stop):
        return Urgency.RETRY
    match action:
        case act.Stop():
            return Urgency.STOP
        case act.Acquire(probe=True) | act.Kick():
            return Urgency.RETRY
        case act.Acquire() | act.Start():
            return Urgency.START
        case act.Query():
            confirmed = action.attempt.confirmed_at is not None
            return Urgency.POLL if confirmed else Urgency.CONFIRM
        case _:
            return Urgency.UPDATE


class Budgets:
    """The budgets of all App IDs, and the timer that hands them out."""

    def __init__(self, wake: Callable[[str, Urgency], None]) -> None:
        self._wake = wake
        self._budgets: dict[str, Budget] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def set_rate(self, app_id: str, rate: float) -> None:
        """Follow the limit that the project sets."""
        self._budget(app_id).rate = float(rate)

    def take(self, app_id: str, key: str, urgency: Urgency, price: int, *, tick: float) -> bool:
        """Take the price of a call, or stand in line and be woken when it can be paid."""
        budget = self._budget(app_id)
        if budget.take(key, urgency, price, tick=tick):
            return True
        self._hand_out(app_id)
        return False

    def expected_seconds(self, app_id: str) -> float:
        """Return about how long the line takes from its end to its head."""
        budget = self._budget(app_id)
        return 2 * budget.in_line / budget.rate

    def pause(self, app_id: str, seconds: float, *, tick: float) -> None:
        """Stop calling for a while: Agora asked for it."""
        self._budget(app_id).pause(seconds, tick=tick)

    def forget(self, key: str) -> None:
        """Give back whatever ``key`` holds."""
        for budget in self._budgets.values():
            budget.give_back(key)

    def in_line(self) -> int:
        """Return how many objects wait for their turn."""
        return sum(budget.in_line for budget in self._budgets.values())

    def _budget(self, app_id: str) -> Budget:
        budget = self._budgets.get(app_id)
        if budget is None:
            budget = self._budgets[app_id] = Budget(DEFAULT_RATE, self._wake)
        return budget

    def _hand_out(self, app_id: str) -> None:
        """Hand out what there is, and come back when there is more."""
        loop = asyncio.get_running_loop()
        if (timer := self._timers.pop(app_id, None)) is not None:
            timer.cancel()
        due = self._budgets[app_id].hand_out(tick=loop.time())
        if due is not None:
            self._timers[app_id] = loop.call_at(due, self._hand_out, app_id)
