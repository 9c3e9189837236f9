"""Things going wrong on purpose: which call they hit, how often, and how."""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agora_simulator.calls import Operation
from agora_simulator.settings import Seconds


class FaultName(StrEnum):
    """What can go wrong."""

    DELAY = "delay"
    REFUSE = "refuse"
    DROP_BEFORE = "drop_before"
    LOSE_ANSWER = "lose_answer"
    LATE_EFFECT = "late_effect"
    LATE_ANSWER = "late_answer"
    MOVE = "move"
    SERVER_ERROR = "server_error"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    ANSWER = "answer"


TIMED: Final = frozenset(
    {FaultName.DELAY, FaultName.LATE_EFFECT, FaultName.LATE_ANSWER, FaultName.MOVE}
)
"""What cannot be ordered without a duration."""


class Fault(BaseModel):
    """An order to let something go wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: FaultName
    operation: Operation | None = None
    """The call it hits; None is every call."""
    channel: str | None = None
    """The channel it hits; None is every channel."""
    times: Annotated[int, Field(ge=1)] | None = None
    """How often it happens; None is until it is removed."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    """How likely it is to happen to a call it fits."""
    seconds: Seconds | None = None
    """The delay, the lateness, how long a move takes, or the Retry-After."""
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    """The HTTP status answered, where the fault leaves a choice."""
    body: dict[str, object] | None = None
    """The canned body."""
    text: str | None = None
    """The canned body as it is written, which need not be JSON."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.name in TIMED and self.seconds is None:
            raise ValueError(f"{self.name} needs seconds")
        bodies = (self.body, self.text)
        if self.name is FaultName.ANSWER and (self.status is None or bodies.count(None) != 1):
            raise ValueError("answer needs status, and either body or text")
        return self

    def fits(self, operation: Operation, channel: str | None) -> bool:
        """Tell whether a call is one this fault is meant for."""
        return self.operation in {None, operation} and self.channel in {None, channel}


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None
    happened: int = 0


class Faults:
    """The faults in force; the oldest that fits a call happens to it."""

    def __init__(self, seed: int) -> None:
        self._luck = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._armed: dict[int, _Armed] = {}
        self._last_id = 0

    def add(self, fault: Fault) -> dict[str, object]:
        """Put a fault in force and return it as listed."""
        self._last_id += 1
        self._armed[self._last_id] = _Armed(fault, fault.times)
        return self._entry(self._last_id)

    def listed(self) -> list[dict[str, object]]:
        """Return the faults in force; used-up ones are gone."""
        return [self._entry(number) for number in self._armed]

    def clear(self) -> None:
        """Remove all faults."""
        self._armed.clear()

    def remove(self, number: int) -> bool:
        """Remove one fault; tell whether it was there."""
        return self._armed.pop(number, None) is not None

    def draw(self, operation: Operation, channel: str | None) -> Fault | None:
        """Return the fault that happens to a call, and count it."""
        for number, armed in self._armed.items():
            if armed.fault.fits(operation, channel) and self._strikes(armed.fault):
                self._count(number, armed)
                return armed.fault
        return None

    def _strikes(self, fault: Fault) -> bool:
        return fault.probability >= 1 or self._luck.random() < fault.probability

    def _count(self, number: int, armed: _Armed) -> None:
        armed.happened += 1
        if armed.left is None:
            return
        armed.left -= 1
        if armed.left == 0:
            del self._armed[number]

    def _entry(self, number: int) -> dict[str, object]:
        armed = self._armed[number]
        order = armed.fault.model_dump(mode="json")
        return {"id": number, **order, "times": armed.left, "happened": armed.happened}
