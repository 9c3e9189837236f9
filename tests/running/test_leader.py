"""Two replicas as processes: one works, the other takes over, and nothing is lost or doubled."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from proxy.agora import before_agora
from proxy.deeds import Moment
from proxy.proxy import Proxy
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

TAKEOVER_SECONDS = 20
"""Within so long after the leader was killed another starts what is new."""
HANDOVER_SECONDS = 2
"""Within so long after the leader was told to go."""


@pytest.fixture(scope="module")
def wire(simulator: Simulator) -> Iterator[Proxy]:
    """A proxy before the simulator."""
    with before_agora(simulator.api) as running:
        yield running


@pytest.fixture
def replicas(cluster: ControlPlane, wire: Proxy) -> Iterator[tuple[Operator, Operator]]:
    """A leader and a replica that stands by, with the times that are shipped."""
    with (
        Operator.start(cluster, wire.url, poll_interval="PT3S") as leader,
        Operator.start(cluster, wire.url, poll_interval="PT3S") as other,
    ):
        wait_for(leader.leads, 30, "the first to lead")
        yield leader, other


def started_after(stage: Stage, began: float, limit: float) -> float:
    """Wait for the first start in the channel; return how long after ``began`` it came."""
    wait_for(lambda: stage.simulator.calls(stage.channel, "start"), limit + 10, "the first start")
    took = time.monotonic() - began
    assert took <= limit
    return took


def exactly_one(stage: Stage) -> None:
    """Assert that there was one recording, which runs, and that its object knows it."""
    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["endedAt"] is None
    status = stage.status()
    assert [attempt["sid"] for attempt in status["attempts"]] == [recording["sid"]]
    assert stage.simulator.calls(stage.channel, "stop") == []


def watched_for(stage: Stage, looks: int = 3) -> None:
    """Wait until the recording has been looked at so many times more."""
    before = len(stage.simulator.calls(stage.channel, "query"))
    wait_for(
        lambda: len(stage.simulator.calls(stage.channel, "query")) >= before + looks,
        60,
        f"{looks} looks",
        every=0.2,
    )


def test_one_of_two_works(stage: Stage, replicas: tuple[Operator, Operator]) -> None:
    """Both are ready; each call is made once, by the one that leads."""
    leader, other = replicas
    stage.record()
    assert [each.get("/readyz").status_code for each in replicas] == [200, 200]
    wait_for(lambda: (leader.leads(), other.leads()) == (True, False), 5, "the metrics")
    holder = stage.cluster.kubectl(
        *("-n", "agora-recording-system", "get", "lease", "agora-recording-operator"),
        *("-o", "jsonpath={.spec.holderIdentity}"),
    )
    assert holder.startswith(f"{leader.pod_name}_")
    stage.delete()

    calls = [call["operation"] for call in stage.simulator.calls(stage.channel)]
    assert [calls.count(name) for name in ("acquire", "start", "stop")] == [1, 1, 1]


def test_a_killed_leader_is_replaced_within_20_seconds(
    stage: Stage, replicas: tuple[Operator, Operator], record_property: pytest.RecordProperty
) -> None:
    """From SIGKILL to the first new start."""
    leader, other = replicas
    wait_for(lambda: not other.leads(), 5, "the other to stand by")

    leader.kill()
    began = time.monotonic()
    stage.apply(stage.recording())
    took = started_after(stage, began, TAKEOVER_SECONDS)

    record_property("takeover_seconds", round(took, 1))
    print(f"killed leader to first start: {took:.1f} s")  # noqa: T201 - the figure is the point
    wait_for(other.leads, 5, "the other's metrics to tell that it leads")
    stage.wait_for_reason("Recording")
    stage.delete()


def test_a_leader_that_is_told_to_go_is_replaced_within_2_seconds(
    stage: Stage, replicas: tuple[Operator, Operator], record_property: pytest.RecordProperty
) -> None:
    """From SIGTERM to the first new start: it lets the Lease go."""
    leader, _ = replicas

    leader.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    stage.apply(stage.recording())
    took = started_after(stage, began, HANDOVER_SECONDS)

    record_property("handover_seconds", round(took, 1))
    print(f"SIGTERM to first start: {took:.1f} s")  # noqa: T201 - the figure is the point
    assert leader.process.wait(30) == 0
    stage.wait_for_reason("Recording")
    stage.delete()


@pytest.mark.parametrize(
    ("operation", "moment"),
    [
        pytest.param("acquire", Moment.AFTER, id="right after acquire"),
        pytest.param("start", Moment.BEFORE, id="before start reaches Agora"),
        pytest.param("start", Moment.AFTER, id="after Agora started"),
    ],
)
def test_a_leader_that_was_stopped_for_long_does_no_harm(
    stage: Stage, wire: Proxy, replicas: tuple[Operator, Operator], operation: str, moment: Moment
) -> None:
    """It stands still while the other takes over and starts, and then goes on."""
    leader, other = replicas
    held = wire.hold(operation, stage.channel, moment)
    stage.apply(stage.recording())
    held.wait()

    leader.process.pause()
    wait_for(other.leads, TAKEOVER_SECONDS, "the other to lead")
    if moment is Moment.BEFORE:
        stage.wait_for_reason("Recording", timeout=60)
    wire.release_all()
    stage.wait_for_reason("Recording", timeout=60)
    leader.process.resume()

    wait_for(lambda: "Standing by" in leader.logs(), 10, "the first to see that it leads no more")
    watched_for(stage)
    exactly_one(stage)
    wait_for(lambda: (leader.leads(), other.leads()) == (False, True), 5, "the metrics")
    stage.delete()
    assert stage.running() == []


def test_two_replicas_and_a_deletion_make_one_stop(
    stage: Stage, replicas: tuple[Operator, Operator]
) -> None:
    """Nor does the one that takes over later stop what is gone."""
    leader, other = replicas
    stage.record()
    stage.delete()
    leader.process.send_signal(signal.SIGTERM)
    wait_for(other.leads, 10, "the other to lead")
    assert leader.process.wait(30) == 0
    calls = len(stage.simulator.calls(stage.channel))
    stage.apply(stage.recording("another", channel=f"{stage.channel}-2"))
    stage.wait_for_reason("Recording", name="another")

    assert len(stage.simulator.calls(stage.channel, "stop")) == 1
    assert len(stage.simulator.calls(stage.channel)) == calls
    stage.delete("another")


def test_an_outage_of_the_api_server_stops_the_work_and_not_the_process(
    stage: Stage, cluster: ControlPlane, replicas: tuple[Operator, Operator]
) -> None:
    """Longer than the Lease: nobody looks at the recording, and afterwards one goes on."""
    stage.record()
    cluster.apiserver.pause()
    wait_for(
        lambda: not any(each.leads() for each in replicas), 20, "the leader to cease", every=0.2
    )
    queries = len(stage.simulator.calls(stage.channel, "query"))
    until = time.monotonic() + 10
    wait_for(lambda: time.monotonic() >= until, 15, "time to pass")
    assert len(stage.simulator.calls(stage.channel, "query")) <= queries + 1

    cluster.apiserver.resume()
    cluster.wait_until_ready()

    wait_for(lambda: any(each.leads() for each in replicas), 30, "one to lead")
    watched_for(stage)
    exactly_one(stage)
    for each in replicas:
        each.process.check_alive()
    stage.delete()
