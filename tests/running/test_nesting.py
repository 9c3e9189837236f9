"""Objects that are nested as deeply as the API server stores them."""

from __future__ import annotations

import json

import pytest

from running.stage import Stage
from testbed.operator import Operator
from testbed.processes import wait_for

pytestmark = pytest.mark.timeout(200)

DEPTH = 9_000
READY = '{.status.conditions[?(@.type=="Ready")].message}'


def message(stage: Stage, name: str) -> str:
    """Return what an object says of itself, without reading all of it."""
    return stage.kubectl("get", "crec", name, "-o", f"jsonpath={READY}")


def test_a_nested_object_says_what_is_wrong_and_hides_no_other(stage: Stage) -> None:
    """Neither when it comes nor when all are listed, and it can be deleted."""
    nested = json.dumps(stage.recording("nested", overrides={"start": {"member": "HERE"}}))
    nested = nested.replace('"HERE"', '{"a":' * DEPTH + "1" + "}" * DEPTH)
    with Operator.start(stage.cluster, stage.simulator.api) as operator:
        stage.kubectl("create", "-f", "-", stdin=nested)
        wait_for(lambda: "more than 16 deep" in message(stage, "nested"), 30, "a refusal")
        operator.restart()
        stage.apply(stage.recording("lesson"))
        words = f"Agora confirms that {stage.channel} is recorded"
        wait_for(lambda: words in message(stage, "lesson"), 30, "the other to record")

        assert "spec.overrides.start.member: it is nested" in message(stage, "nested")
        stage.delete("nested")
        stage.delete("lesson")
