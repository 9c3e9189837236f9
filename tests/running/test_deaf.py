"""An operator whose watch has failed hears again soon, and lives on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from running.gate import SOON_SECONDS, Gate, begin, readiness, restarts
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator, install
from testbed.processes import wait_for
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(200)

CRDS: Final = (
    "cloudrecordings.recording.agora.io",
    "agoraprojects.recording.agora.io",
    "clusteragoraprojects.recording.agora.io",
)


@pytest.fixture(scope="module")
def gate(cluster: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A proxy before the API server, of this module's own."""
    with Gate.before(cluster, tmp_path_factory.mktemp("gate")) as gate:
        yield gate


@pytest.fixture(scope="module")
def _hearing(gate: Gate, simulator: Simulator) -> Iterator[Operator]:
    with gate.operator(simulator) as running:
        yield running


@pytest.fixture
def hearing(_hearing: Operator) -> Iterator[Operator]:
    """The operator that most tests share: in the end it is ready, whole, and the same process."""
    pid = _hearing.process.pid
    yield _hearing
    _hearing.wait_until_ready()
    assert _hearing.process.pid == pid
    assert "leaving it behind" not in _hearing.logs()


@pytest.mark.parametrize("status", [400, 404])
def test_a_refused_watch_is_replaced(
    gate: Gate, hearing: Operator, stage: Stage, status: int
) -> None:
    """One answer that kopf does not forgive, and a new object is acted on all the same."""
    before = restarts(hearing)
    gate.refuse_watch("cloudrecordings", status)

    begin(stage)

    assert restarts(hearing) == before + 1
    stage.delete()


@pytest.mark.usefixtures("hearing")
def test_a_refused_watch_of_projects_is_replaced(gate: Gate, stage: Stage) -> None:
    """The watch of the other kind is no less needed."""
    gate.refuse_watch("agoraprojects", 404)

    begin(stage)

    stage.delete()


def test_a_deletion_while_it_is_deaf_is_seen(gate: Gate, hearing: Operator, stage: Stage) -> None:
    """The list says that the object is to be deleted, and its recording is stopped."""
    begin(stage)
    held = gate.make_deaf()
    stage.kubectl("delete", "crec", "lesson", "--wait=false")
    assert len(stage.running()) == 1
    assert readiness(hearing) == httpx.codes.SERVICE_UNAVAILABLE

    held.release()

    wait_for(lambda: stage.get() is None, SOON_SECONDS, "the object to go", every=0.1)
    assert stage.running() == []


@pytest.mark.usefixtures("hearing")
def test_what_vanishes_while_it_is_deaf_is_stopped(gate: Gate, stage: Stage) -> None:
    """The finalizer was removed by hand, so nothing tells of the object any more."""
    begin(stage)
    held = gate.make_deaf()
    stage.drop_finalizer()
    stage.kubectl("delete", "crec", "lesson")
    held.release()

    wait_for(lambda: not stage.running(), SOON_SECONDS, "the recording to be stopped", every=0.1)


def test_after_a_refused_token_it_hears_again(gate: Gate, hearing: Operator, stage: Stage) -> None:
    """A 401 makes kopf log in again, and close the connections of before.

    Mostly its other streams begin anew by themselves. One that is being read at that moment fails
    ("Connection closed", which kopf does not expect), and a new watch takes over.
    """
    before = restarts(hearing)
    gate.refuse_watch("cloudrecordings", 401)

    begin(stage)

    assert restarts(hearing) - before in {0, 1}
    stage.delete()


def test_crds_that_vanish_and_return_are_watched_again(
    cluster: ControlPlane, hearing: Operator, stage: Stage
) -> None:
    """As when the operator is uninstalled and installed again while it runs."""
    begin(stage)
    cluster.kubectl("delete", "crd", *CRDS, "--wait", "--timeout=60s", timeout=90)
    assert stage.running() == []
    wait_for(lambda: readiness(hearing) != httpx.codes.OK, 60, "it to notice", every=0.1)

    install(cluster)
    stage.apply(stage.project())

    begin(stage)

    assert readiness(hearing) == httpx.codes.OK
    stage.delete()
