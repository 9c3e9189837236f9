"""One case of the table: an object, and the step of its life that is disturbed."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from typing import Final

from chaos.processes.declared import Declared, Look, duplicates, stopped_though_wanted
from chaos.processes.objects import Scene
from chaos.processes.replica import Replica
from chaos.processes.table import BEGINNING, ENDING, Row, Step, Together
from proxy.deeds import Hold
from proxy.proxy import Order
from running.stage import Stage

BEST_FIT: Final = {"layout": {"type": "BestFit"}}
SUBSCRIPTION: Final = {"audio": {"include": [7]}, "video": {"include": [7]}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a case."""

    outcome: str
    seconds: float
    duplicates: int
    leaked: int
    waiting: int
    story: str
    """For the person who reads that it failed."""

    @property
    def fine(self) -> bool:
        """Whether the promise was kept."""
        return not (self.duplicates or self.leaked or self.waiting)


class Case:
    """One object, from its creation to its end."""

    def __init__(self, row: Row, scene: Scene) -> None:
        self.row = row
        namespace = f"chaos-{_slug(row.fault.name)}"
        app_id = hashlib.sha256(namespace.encode()).hexdigest()[:32]
        self.stage = Stage(scene.cluster, scene.simulator, namespace, app_id)
        name = _slug(row.step)
        self.declared = Declared(scene.objects, self.stage, name, f"{namespace}.{name}")
        self.comes_back = False
        """Whether people create it anew as soon as it is gone."""
        self.strikes_at = 0.0
        """When the fault came, by the monotonic clock."""
        self.met = False
        """Whether the step came, and the fault with it."""
        self.reached: tuple[str, float] | None = None
        """How it stood once all was as declared, and how many seconds after the fault."""
        self._order: Order | None = None

    def prepare(self) -> None:
        """Make the object record, if the step comes later in its life."""
        if self.row.step not in BEGINNING:
            self.declared.declare(mix={})

    def arm(self, replica: Replica) -> None:
        """Give the order to the proxy."""
        fault, step = self.row.fault, self.row.step
        wire = replica.wire_of(step)
        kube = wire is replica.kube
        subject = self.declared.key if kube else self.declared.channel
        deed = fault.deed(step) if fault.deed else Hold(fault.moment)
        self._order = wire.order(deed, step, subject, times=fault.times)

    def begin(self) -> None:
        """Do what leads to the step."""
        match self.row.step:
            case Step.UPDATE:
                self.declared.declare(subscription=SUBSCRIPTION)
            case Step.LAYOUT:
                self.declared.declare(mix=BEST_FIT)
            case step if step in ENDING and self.row.fault.name == "edited":
                self.declared.declare(desiredState="Stopped")
            case step if step in ENDING:
                self.declared.delete()
            case _:
                self.declared.declare(mix={})

    @property
    def is_there(self) -> bool:
        """Whether the step has come, and is held or was disturbed."""
        if self._order is None:
            return False
        return self.hold.held if self.hold else self._order.struck > 0

    @property
    def hold(self) -> Hold | None:
        """The hold that keeps its request, if one does."""
        deed = self._order.deed if self._order else None
        return deed if isinstance(deed, Hold) else None

    def follow(self, look: Look) -> bool:
        """Act as people do in this case; say whether all is as declared, whatever came late."""
        self._act_meanwhile()
        if self.comes_back and self.declared.key not in look.present:
            self.comes_back = False
            self.declared.declare(mix={})
            return False
        outcome = self.declared.standing(look)
        if outcome is None or not self.met or self.comes_back:
            return False
        if self.reached is None:
            self.reached = (outcome, time.monotonic() - self.strikes_at)
        return self.hold is None or self.hold.over

    def meet(self) -> None:
        """Note that the fault comes now, if the step is held for it."""
        self.met = self.hold is not None and self.hold.held and not self.hold.abandoned
        self.strikes_at = time.monotonic()

    def _act_meanwhile(self) -> None:
        """Do what people do while the request is held, once."""
        alone = self.row.fault.together is Together.NOTHING
        if self.met or not alone or not self.is_there:
            return
        self.met, self.strikes_at = True, time.monotonic()
        if self.row.fault.meanwhile and self.hold:
            self.row.fault.meanwhile(self)
            self.hold.release()

    def judge(self, look: Look, acquired: dict[str, float]) -> Verdict:
        """Say what came of it; the ledger is the judge."""
        ever = look.recordings.get(self.declared.channel, [])
        stopped = stopped_though_wanted(self.declared, ever, acquired)
        outcome, seconds = self.reached or ("not as declared", 0.0)
        if not self.met:
            outcome = "never met the fault"
        known = self.declared.standing(look) is not None
        return Verdict(
            outcome,
            seconds,
            duplicates=duplicates(ever),
            leaked=len(stopped) + (0 if known else len(look.running(self.declared.channel))),
            waiting=int(self.reached is None),
            story=f"{self.row}\n  {self.declared.story(look)}\n  {stopped=}",
        )


def _slug(words: str) -> str:
    return re.sub("[^a-z0-9]+", "-", words.lower()).strip("-")
