"""The table of the proof: which steps of a recording's life meet which faults."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from chaos.processes import meanwhile
from proxy.deeds import Deed, Moment, answer, answer_after, drop, lose_answer, take_effect_late
from proxy.kube import Write

if TYPE_CHECKING:
    from chaos.processes.case import Case

LATE_SECONDS: Final = 3.0
"""How late a late effect is: after the operator has tried again."""


class Step(StrEnum):
    """The writes and calls of a recording's life, in the words of the proxies."""

    ACQUIRE = "acquire"
    INTENT = Write.INTENT
    FINALIZER = Write.FINALIZER
    START = "start"
    SID = Write.SID
    QUERY = "query"
    UPDATE = "update"
    LAYOUT = "updateLayout"
    STOP = "stop"
    RELEASE = Write.RELEASE


FULL: Final = os.environ.get("CHAOS") == "full"
"""Whether everything is played, which takes a quarter of an hour; else some rows are."""
SERVER_ERROR: Final = 500
WRITES: Final = (Step.INTENT, Step.FINALIZER, Step.SID, Step.RELEASE)
EVERY: Final = tuple(Step)
BEGINNING: Final = EVERY[:6]
"""The steps that follow upon the object's creation."""
ENDING: Final = (Step.STOP, Step.RELEASE)
LIVING: Final = EVERY[:8]


class Together(StrEnum):
    """What strikes several cases at once, on one operator."""

    NOTHING = "each by itself"
    KILL = "SIGKILL"
    CUT = "all connections break"
    FREEZE = "all connections fall silent"
    RESTART = "the API server is killed and started"
    PAUSE = "SIGSTOP, and a standby takes over"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong at a step."""

    name: str
    steps: tuple[Step, ...]
    together: Together = Together.NOTHING
    deed: Callable[[Step], Deed] | None = None
    """What the proxy does to the request; None: it holds it."""
    times: int = 1
    """How many requests that happens to."""
    moment: Moment = Moment.BEFORE
    """When it is held."""
    late: bool = False
    """Whether the held request goes on although its sender was killed."""
    meanwhile: Callable[[Case], None] | None = None
    """What a person does to the object while the request is held."""


@dataclass(frozen=True, slots=True)
class Row:
    """A fault at a step: one case."""

    step: Step
    fault: Fault

    def __str__(self) -> str:
        return f"{self.step}: {self.fault.name}"


def _refused(status: int) -> Callable[[Step], Deed]:
    """Return what the API server, or Agora, answers without having done anything."""
    return lambda step: answer(status, _body(step, status))


def _refused_after(status: int) -> Callable[[Step], Deed]:
    """Return what they answer although they did what was asked."""
    return lambda step: answer_after(status, _body(step, status))


def _body(step: Step, status: int) -> dict[str, object]:
    if step in WRITES:
        return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status}
    return (
        {"code": status, "reason": "internal_error"}
        if status >= SERVER_ERROR
        else {"message": "API rate limit exceeded"}
    )


FAULTS: Final = (
    Fault("request lost", EVERY, deed=lambda _: drop),
    Fault("answer lost", EVERY, deed=lambda _: lose_answer),
    Fault(
        "answer lost three times",
        (Step.ACQUIRE, Step.START, Step.SID, Step.STOP),
        deed=lambda _: lose_answer,
        times=3,
    ),
    Fault("effect late", EVERY, deed=lambda _: take_effect_late(LATE_SECONDS)),
    Fault("409", WRITES, deed=_refused(409)),
    Fault("429", EVERY, deed=_refused(429)),
    Fault("500", EVERY, deed=_refused(500)),
    Fault("500 three times", (Step.START, Step.SID, Step.STOP), deed=_refused(500), times=3),
    Fault("500 though done", EVERY, deed=_refused_after(500)),
    Fault("edited", EVERY[:9], meanwhile=meanwhile.edit),
    Fault("deleted", LIVING, meanwhile=meanwhile.delete),
    Fault("re-created", EVERY, meanwhile=meanwhile.create_anew),
    Fault("status wiped", EVERY[2:], meanwhile=meanwhile.wipe),
    Fault("finalizer by hand", EVERY[3:], meanwhile=meanwhile.take_the_finalizer_off),
    Fault("killed before", EVERY, Together.KILL),
    Fault("killed after", EVERY, Together.KILL, moment=Moment.AFTER),
    Fault("killed, effect late", EVERY, Together.KILL, late=True),
    Fault(
        "killed before, deleted",
        LIVING,
        Together.KILL,
        meanwhile=meanwhile.delete,
    ),
    Fault(
        "killed after, deleted",
        LIVING,
        Together.KILL,
        moment=Moment.AFTER,
        meanwhile=meanwhile.delete,
    ),
    Fault(
        "killed after, re-created",
        EVERY,
        Together.KILL,
        moment=Moment.AFTER,
        meanwhile=meanwhile.create_anew,
    ),
    Fault("cut", EVERY, Together.CUT, moment=Moment.AFTER),
    Fault("frozen", tuple(step for step in EVERY if step is not Step.STOP), Together.FREEZE),
    Fault("API server restarted", EVERY, Together.RESTART, moment=Moment.AFTER),
    Fault("paused before", EVERY, Together.PAUSE),
    Fault("paused after", EVERY, Together.PAUSE, moment=Moment.AFTER),
)

ROWS: Final = tuple(Row(step, fault) for fault in FAULTS for step in fault.steps)

QUICK: Final = frozenset(
    {
        "write intent: 409",
        "start: answer lost",
        "start: effect late",
        "start: killed after",
        "start: killed before",
        "write sid: killed before",
        "write sid: finalizer by hand",
        "stop: answer lost",
        "stop: killed after",
    }
)
"""The rows that ``make test`` plays; ``make chaos`` plays all."""
