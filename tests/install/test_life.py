"""The life of a release on nodes: installed, upgraded, crashed, scaled, uninstalled, with Helm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from install.departure import assert_went_quietly, kept
from install.permissions import assert_exact, exercise
from install.release import HelmError, Release, is_ready
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.nodes import Nodes
from testbed.processes import wait_for
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(200)


@pytest.fixture(scope="module")
def values(simulator: Simulator) -> tuple[str, ...]:
    """What is said to Helm each time."""
    return (f"settings.agoraUrl={simulator.api}", "settings.pollInterval=PT1S")


@pytest.fixture(scope="module")
def release(cluster: ControlPlane, nodes: Nodes, values: tuple[str, ...]) -> Release:
    """The operator, installed with two replicas."""
    made = Release(cluster, nodes, "recorder")
    made.install(*values)
    return made


@pytest.fixture(scope="module")
def _numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def stage(
    cluster: ControlPlane, simulator: Simulator, release: Release, _numbers: Iterator[int]
) -> Stage:
    """A namespace with what a recording needs, on which the release works."""
    wait_for(release.is_available, 60, "both pods to be ready", every=0.2)
    prepared = Stage(cluster, simulator, f"life-{next(_numbers)}")
    prepared.set_up()
    return prepared


def assert_recorded_once(stage: Stage) -> None:
    """One start, and what it started runs: nothing was paid for twice, and nothing lost."""
    (recording,) = stage.simulator.recordings(stage.channel)

    assert recording["endedAt"] is None
    assert len(stage.simulator.calls(stage.channel, "start")) == 1
    assert stage.status()["sid"] == recording["sid"]


def test_it_is_available_when_both_pods_are_ready(release: Release, stage: Stage) -> None:
    """By their own probes; then it records."""
    ready = [is_ready(pod) for pod in release.pods().values()]
    on = {pod["spec"]["nodeName"] for pod in release.pods().values()}
    stage.record()

    assert ready == [True, True]
    assert len(on) == 2, "both pods are on one node"
    assert_recorded_once(stage)


def test_a_rolling_upgrade_disturbs_no_recording(
    release: Release, stage: Stage, values: tuple[str, ...]
) -> None:
    """What records goes on under the new pods; what is asked for meanwhile is done once."""
    before = release.pods().keys()
    stage.record()
    with ThreadPoolExecutor() as beside:
        upgrade = beside.submit(release.upgrade, *values, "settings.workers=32")
        for number in range(10):
            stage.apply(stage.recording(f"meanwhile-{number}", channel=f"{stage.channel}m{number}"))
        upgrade.result()
    for number in range(10):
        stage.wait_for_reason("Recording", name=f"meanwhile-{number}")

    assert not before & release.pods().keys()
    assert len(release.pods()) == 2
    assert_recorded_once(stage)
    for number in range(10):
        channel = f"{stage.channel}m{number}"
        assert [each["endedAt"] for each in stage.simulator.recordings(channel)] == [None]
        assert len(stage.simulator.calls(channel, "start")) == 1


def test_another_pod_leads_when_the_leader_is_deleted(release: Release, stage: Stage) -> None:
    """At once: who is asked to end gives the Lease back."""
    stage.record()
    leader = release.leader()
    release.kubectl("delete", "pod", leader, "--wait")
    successor = release.leader()
    stage.delete()

    assert successor != leader
    assert not stage.running()


def test_a_crashed_process_is_followed_by_another(release: Release, stage: Stage) -> None:
    """The pod stays; its next process, or the other pod, goes on with what runs."""
    stage.record()
    leader = release.leader()
    holder = release.holder()
    release.nodes.crash(release.namespace, leader)
    wait_for(lambda: release.holder() not in {holder, ""}, 40, "another process to lead", every=0.2)
    wait_for(lambda: is_ready(release.pods()[leader]), 40, "the pod to be ready again", every=0.2)
    container = release.pods()[leader]["status"]["containerStatuses"][0]
    assert_recorded_once(stage)
    stage.delete()

    assert container["restartCount"] == 1
    assert not stage.running()


def test_scaling_leaves_one_that_leads(
    release: Release, stage: Stage, values: tuple[str, ...]
) -> None:
    """Also if the pods that go are those that led."""
    stage.record()
    release.upgrade(*values, "replicas=3")
    grown = len(release.pods())
    release.upgrade(*values, "replicas=1")
    wait_for(lambda: len(release.pods()) == 1, 40, "two pods to go")
    release.leader()
    assert_recorded_once(stage)
    release.upgrade(*values)

    assert grown == 3
    assert len(release.pods()) == 2


def test_an_upgrade_that_cannot_start_changes_nothing(
    release: Release, stage: Stage, values: tuple[str, ...]
) -> None:
    """A tag that does not exist: the old pods go on, and a rollback ends it."""
    stage.record()
    before = release.pods().keys()
    with pytest.raises(HelmError, match=r"resource not ready|context deadline exceeded"):
        release.upgrade(*values, "image.tag=9.9.9", seconds=15)
    still = {name for name, pod in release.pods().items() if is_ready(pod)}
    release.helm("rollback", "--wait", "--timeout=60s")
    stage.delete()

    assert still == before
    assert release.pods().keys() == before
    assert not stage.running()


def test_what_is_granted_is_used_and_nothing_else(
    cluster: ControlPlane, release: Release, stage: Stage
) -> None:
    """Of all that the tests above let it do, by the API server's own audit log."""
    home = Stage(cluster, stage.simulator, release.namespace)
    home.apply(home.agora_secret(), home.storage_secret())
    shared = stage.project(allowedNamespaces={"names": [stage.namespace]})
    shared |= {"kind": "ClusterAgoraProject", "metadata": {"name": "default"}}
    release.helm("test", "--timeout=60s")
    for project in (stage.project(), shared):
        exercise(release, stage, project)

    assert_exact(release.user, release.objects(), release.asked())


def test_uninstalling_leaves_nothing_that_runs(
    release: Release, stage: Stage, values: tuple[str, ...]
) -> None:
    """It is refused while something is recorded; told to stop that, it leaves only the objects."""
    stage.record()
    with pytest.raises(HelmError, match="without the operator nobody would watch") as refused:
        release.uninstall()
    assert_recorded_once(stage)
    remedy = re.search(rf"rollback {release.namespace} (\d+)", str(refused.value))
    assert remedy, "it says how the release can be upgraded again"
    release.helm("rollback", remedy[1], "--wait", "--timeout=60s")
    release.upgrade(*values, "uninstall.policy=Stop")
    objects = release.objects()
    with kept(release) as pods:
        said = release.uninstall()
        assert_went_quietly(release, pods)
    of_it = ("get", "deployment,serviceaccount,role,rolebinding", "-l", release.label, "-o", "name")

    assert not release.kubectl(*of_it)
    assert "kept due to the resource policy" in said
    assert stage.get() is not None
    assert not [each for each in stage.simulator.recordings() if each["endedAt"] is None]
    assert_exact(f"{release.user}-uninstall", objects, release.asked("-uninstall"))
