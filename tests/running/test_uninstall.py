"""``helm uninstall`` while recordings run, by the chart's own Job and a real API server."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from running.release import NAME, installed
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    """A control plane in which nothing is installed."""
    with ControlPlane.start(audit=True) as running:
        yield running


@pytest.fixture(scope="module")
def agora(plane: ControlPlane) -> Iterator[Simulator]:
    """A simulator of Agora."""
    with Simulator.start(plane.directory) as running:
        yield running


def test_running_recordings_keep_the_operator_then_are_stopped(
    plane: ControlPlane, agora: Simulator
) -> None:
    """Refused, with their names and what to do; then by policy Stop nothing is left behind."""
    release, stage = installed(plane, "home-stop"), Stage(plane, agora, "stop-all")
    stage.set_up()
    with Operator.start(plane, agora.api, home=release.home, account=NAME, poll_interval="PT1S"):
        stage.record()
        (sid,) = [each["sid"] for each in stage.running()]

        helm, job = release.uninstall()

        assert helm.returncode != 0
        assert (job.code, f"stop-all/lesson (Recording, sid {sid})" in job.output) == (1, True)
        assert "Not uninstalled" in job.output
        assert release.is_there()
        assert stage.running()
        rollback = job.output.splitlines()[-1].split()
        assert rollback[:3] == ["helm", "-n", release.home]
        assert release.helm(*rollback[3:]).returncode == 0
        release.change("upgrade", "--reuse-values", "--set", "uninstall.policy=Stop")

        helm, job = release.uninstall()

        assert (helm.returncode, job.code) == (0, 0), helm.stderr + job.output
        assert not release.is_there()
        assert not stage.running()
        assert len(agora.recordings(stage.channel)) == 1
    assert release.forbidden() == []
    status = stage.status()
    assert status["endReason"] == "User"
    assert not status.get("attempts")
    stage.cluster.kubectl("delete", "namespace", stage.namespace, "--timeout=60s", timeout=90)


def test_orphans_are_named_and_let_go_and_taken_up_again(
    plane: ControlPlane, agora: Simulator
) -> None:
    """They run on; a new installation knows them, and without one their namespace can go."""
    release = installed(plane, "home-orphan", "uninstall.policy=Orphan")
    stage = Stage(plane, agora, "orphans")
    stage.set_up()
    with Operator.start(plane, agora.api, home=release.home, account=NAME, poll_interval="PT1S"):
        stage.record()
        (sid,) = [each["sid"] for each in stage.running()]

        helm, job = release.uninstall()

        assert (helm.returncode, job.code) == (0, 0), helm.stderr + job.output
        assert f"orphans/lesson (Recording, sid {sid})" in job.output
        assert "left running at Agora" in job.output
    assert release.forbidden() == []
    found = stage.get()
    assert found is not None
    assert "finalizers" not in found["metadata"]
    project = json.loads(stage.kubectl("get", "agp", "default", "-o", "json"))
    assert "finalizers" not in project["metadata"]
    assert [each["sid"] for each in stage.running()] == [sid]
    release = installed(plane, "home-again", "uninstall.policy=Orphan")
    with Operator.start(plane, agora.api, home=release.home, account=NAME, poll_interval="PT1S"):

        def held() -> bool:
            again = stage.get()
            return again is not None and "finalizers" in again["metadata"]

        wait_for(held, 30, "the new operator to hold what runs")
        assert [each["sid"] for each in stage.running()] == [sid]
        helm, job = release.uninstall()
        assert (helm.returncode, job.code) == (0, 0), helm.stderr + job.output
    stage.cluster.kubectl("delete", "namespace", stage.namespace, "--timeout=60s", timeout=90)
    assert [each["sid"] for each in stage.running()] == [sid]


def test_what_cannot_be_stopped_in_time_keeps_the_operator(
    plane: ControlPlane, agora: Simulator
) -> None:
    """Also where it may work in some namespaces only; it is told what to look at."""
    values = ("uninstall.policy=Stop", "uninstall.timeoutSeconds=3", "watchNamespaces={late}")
    stage = Stage(plane, agora, "late")
    stage.set_up()
    release = installed(plane, "home-late", *values)
    with Operator.start(
        plane,
        agora.api,
        home=release.home,
        account=NAME,
        poll_interval="PT1S",
        watch_namespaces="late",
    ) as operator:
        stage.record()
        operator.process.pause()

        helm, job = release.uninstall()

        operator.process.resume()
        assert (helm.returncode != 0, job.code) == (True, 1)
        assert "could not be stopped in time" in job.output
        assert "late/lesson (Recording" in job.output
        assert release.is_there()
        stage.wait_for_reason("Stopped")
        helm, job = release.uninstall()
        assert (helm.returncode, job.code) == (0, 0), helm.stderr + job.output
    assert release.forbidden() == []
    stage.cluster.kubectl("delete", "namespace", stage.namespace, "--timeout=60s", timeout=90)
