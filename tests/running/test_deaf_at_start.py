"""An operator that cannot begin to watch begins again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from running.gate import DISCOVERY, Gate, begin, refuse, restarts
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(200)


@pytest.fixture(scope="module")
def gate(cluster: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A proxy before the API server, of this module's own."""
    with Gate.before(cluster, tmp_path_factory.mktemp("gate")) as gate:
        yield gate


@pytest.mark.parametrize(
    ("step", "nth"),
    [
        pytest.param("list cloudrecordings", 1, id="list"),
        pytest.param(DISCOVERY, 2, id="discovery of the version"),
        pytest.param("/apis", 1, id="discovery of the groups"),
    ],
)
def test_a_404_at_the_start_is_survived(
    gate: Gate, simulator: Simulator, stage: Stage, step: str, nth: int
) -> None:
    """It becomes ready within half a minute, and acts; the first look at the version is its own."""
    order = gate.proxy.order(refuse(404), step, nth=nth)
    with gate.operator(simulator) as late:
        assert order.struck == 1
        assert restarts(late) == 1

        begin(stage)

        stage.delete()
