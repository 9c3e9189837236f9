"""An operator that works in some namespaces only, with no right beyond them but on its Lease."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from running.audit import requests_of
from running.stage import Stage
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane
from testbed.operator import Operator, unguard
from testbed.processes import wait_for
from testbed.simulator import ROOT, Simulator

CHART: Final = ROOT / "charts" / "agora-recording-operator"
HOME: Final = "agora-of-some"
ACCOUNT: Final = "some-agora-recording-operator"
WATCHED: Final = ("watched-one", "watched-two")
UNWATCHED: Final = "not-watched"


@pytest.fixture(scope="module")
def stages(cluster: ControlPlane, simulator: Simulator) -> dict[str, Stage]:
    """A namespace each, with project and Secrets."""
    made = {name: Stage(cluster, simulator, name) for name in (*WATCHED, UNWATCHED)}
    for stage in made.values():
        stage.set_up()
    return made


@pytest.fixture(scope="module")
def confined(cluster: ControlPlane, stages: dict[str, Stage]) -> Iterator[Operator]:
    """The operator, with what the chart grants it in this mode.

    The policy of the installation that works everywhere would keep finalizers from this one.
    """
    unguard(cluster)
    cluster.kubectl("create", "namespace", HOME)
    values = ("crds.enabled=false", f"watchNamespaces={{{','.join(WATCHED)}}}")
    sets = [word for value in values for word in ("--set", value)]
    command = [str(find_or_build_helm()), "template", "some", str(CHART), "-n", HOME, *sets]
    command.append("--no-hooks")
    manifests = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "kind: ClusterRoleBinding\n" not in manifests  # the roles for people bind nobody
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=manifests)
    simulator = stages[UNWATCHED].simulator
    with Operator.start(
        cluster,
        simulator.api,
        home=HOME,
        account=ACCOUNT,
        poll_interval="PT1S",
        watch_namespaces=" , ".join(WATCHED),
    ) as running:
        yield running


@pytest.mark.timeout(180)
def test_it_records_in_its_namespaces_and_asks_for_nothing_beyond_them(
    cluster: ControlPlane, stages: dict[str, Stage], confined: Operator
) -> None:
    """Through a restart; whatever it asks the API server for, it may have."""
    for stage in stages.values():
        stage.apply(stage.recording())
    for name in WATCHED:
        stages[name].wait_for_reason("Recording")
    first, second, beyond = (stages[name] for name in (*WATCHED, UNWATCHED))
    confined.kill()
    first.kubectl("delete", "crec", "lesson", "--wait=false")
    confined.restart()
    wait_for(lambda: not first.running(), 30, "the deleted recording to be stopped")
    second.delete()

    assert beyond.ready()["reason"] == "Pending"
    assert not beyond.running()
    beyond.delete()
    asked = requests_of(cluster, f"system:serviceaccount:{HOME}:{ACCOUNT}")
    assert {each.namespace for each in asked} == {*WATCHED, HOME}
    assert not [each for each in asked if each.status in {401, 403}]
