"""The journal of a world: it numbers the steps as they are made, and lets faults happen at them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chaos.world.exchange import Answer, Exchange, Step
from chaos.world.time import elapsed

Fault = Callable[[Exchange], Awaitable[Answer]]
"""What happens to a request instead of simply being carried out."""
Choice = Callable[[int, Step], bool]
"""Says whether the step of this number is meant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step that was made."""

    number: int
    """Of the steps that count, from 1; 0: it does not count."""
    at: float
    process: str
    step: Step
    outcome: str


class Journal:
    """Numbers durable writes and calls to Agora; reads are let through."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._count = 0
        self._armed: list[tuple[Choice, Fault]] = []
        self._standing: list[tuple[Choice, Fault]] = []
        self._cut = {"API server": 0.0, "Agora": 0.0}
        """Until when nobody can reach a server."""
        self.struck: float | None = None
        """When the first fault happened."""

    def begin(self) -> None:
        """Number from 1 again: what was before belongs to the preparation."""
        self._count = 0
        self.entries.clear()

    def arm(self, choice: Choice, fault: Fault) -> None:
        """Let a fault happen to the next step that is meant, once."""
        self._armed.append((choice, fault))

    def keep(self, choice: Choice, fault: Fault) -> None:
        """Let a fault happen to each step that is meant."""
        self._standing.append((choice, fault))

    def cut(self, server: str, seconds: float) -> None:
        """Let nobody reach the API server, or Agora, for a while."""
        self.say(f"{server} is out of reach for {seconds:.0f} s")
        self._cut[server] = elapsed() + seconds

    @property
    def calm(self) -> bool:
        """Whether no fault is about to happen, and nothing is out of reach."""
        return not (self._armed or self._standing or elapsed() < max(self._cut.values()))

    def forget_faults(self) -> None:
        """Let nothing more happen that has not happened yet."""
        self._armed.clear()
        self._standing.clear()
        self._cut = dict.fromkeys(self._cut, 0.0)

    @property
    def steps(self) -> list[Step]:
        """The steps that count, in their order."""
        return [entry.step for entry in self.entries if entry.number]

    async def arrive(self, request: Exchange) -> Answer:
        """Number a request that has arrived, and let happen what is to happen to it."""
        number = 0
        if request.step.kind != "read":
            self._count += 1
            number = self._count
        fault = self._drawn(number, request.step)
        if fault is None:
            if elapsed() < self._cut[_server(request.step)]:
                raise request.refused()
            answer = request.carry_out()
            self._note(number, request, f"{answer.status}{_code(answer)}")
            return answer
        self._note(number, request, "disturbed")
        self.struck = elapsed() if self.struck is None else self.struck
        return await fault(request)

    def say(self, what: str) -> None:
        """Note what people or processes do, for whoever reads the transcript."""
        self.entries.append(Entry(0, elapsed(), "", Step("read", what), ""))

    def transcript(self) -> str:
        """Return what happened, a line for each step."""
        return "\n".join(
            f"{e.at:9.2f} {e.number or '':>4} {e.process:10} {e.step.label} {e.outcome}"
            for e in self.entries
        )

    def _drawn(self, number: int, step: Step) -> Fault | None:
        meant = [order for order in self._armed if order[0](number, step)]  # all of them count
        if meant:
            self._armed.remove(meant[0])
            return meant[0][1]
        return next((fault for choice, fault in self._standing if choice(number, step)), None)

    def _note(self, number: int, request: Exchange, outcome: str) -> None:
        self.entries.append(Entry(number, elapsed(), request.process, request.step, outcome))


def _server(step: Step) -> str:
    return "Agora" if step.kind == "call" else "API server"


def _code(answer: Answer) -> str:
    code = answer.body.get("code")
    return f"/{code}" if code is not None and answer.status != code else ""
