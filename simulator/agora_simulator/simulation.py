"""All parts of the simulator together, in the order in which they see a call."""

import heapq
from dataclasses import dataclass, field
from itertools import count

from agora_simulator import replies
from agora_simulator.calls import Call, Operation
from agora_simulator.clock import Clock
from agora_simulator.faults import Faults
from agora_simulator.gateway import Gateway
from agora_simulator.ledger import CallLog, CallRecord, call_entry, overlaps, recording_entry
from agora_simulator.recordings import Recording
from agora_simulator.replies import Reply
from agora_simulator.settings import Settings
from agora_simulator.world import World


@dataclass(order=True, slots=True)
class _LateCall:
    due_at: float
    number: int
    call: Call = field(compare=False)
    record: CallRecord = field(compare=False)


class Simulation:
    """One simulated Agora: its parts, its settings and its time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.gateway = Gateway()
        self.faults = Faults(settings.seed)
        self.world = World(settings)
        self.calls = CallLog()
        self._late: list[_LateCall] = []
        self._numbers = count()

    def now(self) -> float:
        """Return the time, after everything due by then has happened."""
        now = self.clock.now()
        while self._late and self._late[0].due_at <= now:
            late = heapq.heappop(self._late)
            late.record.carried_out(self.world.carry_out_late(late.call, late.due_at))
        return now

    def carry_out(self, call: Call, record: CallRecord) -> Reply:
        """Do what a call asks for, now."""
        reply = self.world.carry_out(call, self.now())
        record.carried_out(reply)
        again_after = self.settings.refused_start_after
        if call.operation is Operation.START and reply is replies.CONFLICT and again_after:
            self.carry_out_later(call, record, again_after)
        return reply

    def carry_out_later(self, call: Call, record: CallRecord, seconds: float) -> None:
        """Do what a call asks for when some time has passed."""
        due_at = self.now() + seconds
        heapq.heappush(self._late, _LateCall(due_at, next(self._numbers), call, record))

    def move(self, sid: str | None, seconds: float) -> Recording | None:
        """Let a recording move to another server; None if there is none."""
        return self.world.move(sid or "", seconds, self.now())

    def configure(self, changes: dict[str, object]) -> Settings:
        """Change settings at run time.

        Raises:
            pydantic.ValidationError: A name is unknown or a value not allowed.
        """
        changed = self.settings.changed(changes)
        self.world.configure(changed, self.now())
        self.settings = changed
        return changed

    def ledger(self, channel: str | None, *, calls: bool = True) -> dict[str, object]:
        """Return what was asked and recorded, for one channel or all; the calls if wanted."""
        now = self.now()
        every = self.world.recordings(now)
        chosen = [one for one in every if channel in {None, one.target.channel}]
        return {
            "now": now,
            "recordings": [recording_entry(one, now) for one in chosen],
            "calls": [call_entry(one) for one in self.calls.of_channel(channel)] if calls else [],
            "overlaps": overlaps(chosen),
            "recordedSeconds": sum(one.seconds(now) for one in chosen),
        }

    def reset_ledger(self) -> None:
        """Forget the calls and the recordings that have exited."""
        self.world.forget_ended(self.now())
        self.calls.clear()
