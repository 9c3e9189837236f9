"""How soon an operator that begins among many recordings does what is new."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from running.crowd import crowd
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

OBJECTS = 1000
BEGIN_SECONDS = 5
RATE = 10
"""Calls per second that Agora allows an account unless it is raised."""


@pytest.mark.timeout(400)
def test_a_lone_replica_starts_what_is_new_within_5_seconds_of_its_own_start(
    stage: Stage,
    cluster: ControlPlane,
    simulator: Simulator,
    record_property: pytest.RecordProperty,
) -> None:
    """Among 1,000 that record: it looks at them all, but asks Agora about them in turn.

    The time for which others kept it from a processor does not count.
    """
    stage.apply(stage.project(limits={"requestsPerSecond": RATE}))
    with Operator.start(cluster, simulator.api) as operator:
        stage.record()
        operator.kill()
        with crowd(stage, OBJECTS):
            stage.apply(stage.recording("zzz-new", channel=f"{stage.channel}-new"))
            before = len(_calls(simulator))
            began = time.monotonic()
            operator.process.start()
            wait_for(
                lambda: simulator.calls(f"{stage.channel}-new", "start"), 60, "the first start"
            )
            took, waited = time.monotonic() - began, _kept_waiting(operator)
            stage.wait_for_reason("Recording", name="zzz-new", timeout=60)
            calls = _calls(simulator)[before:]
            stage.delete("zzz-new")
            stage.delete()
            operator.process.stop()  # it would stop all that vanishes

    record_property("begin_seconds", round(took - waited, 1))
    print(f"exec to first start: {took:.1f} s, of it {waited:.1f} s waiting for a processor")  # noqa: T201 - the figure is the point
    assert took - waited <= BEGIN_SECONDS
    assert len(calls) <= RATE * (calls[-1]["at"] - calls[0]["at"] + 1)
    assert {call["operation"] for call in calls} == {"acquire", "start", "query"}


def _calls(simulator: Simulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = simulator.ledger()["calls"]
    return found


def _kept_waiting(operator: Operator) -> float:
    """Return for how many seconds its main thread was ready to run and got no processor."""
    schedstat = Path(f"/proc/{operator.process.pid}/schedstat")
    return int(schedstat.read_text(encoding="utf-8").split()[1]) / 1e9
