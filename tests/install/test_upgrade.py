"""Versions follow each other while recordings run: nothing is lost, and nothing begun twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from install.history import LIVE, History, assert_live, under_way, undisturbed
from install.release import HelmError, Release
from install.versions import Version, next_version, released_version, this_version
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.nodes import Nodes
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(250)


@pytest.fixture(scope="module")
def cluster() -> Iterator[ControlPlane]:
    """A control plane of this module's own: in the end it deletes the CRDs."""
    with ControlPlane.start(audit=True) as plane:
        yield plane


@pytest.fixture(scope="module")
def simulator(cluster: ControlPlane) -> Iterator[Simulator]:
    """A simulator of Agora."""
    with Simulator.start(cluster.directory) as running:
        yield running


@pytest.fixture(scope="module")
def versions(cluster: ControlPlane) -> dict[str, Version]:
    """The version that people upgrade from, this one, and one that has more."""
    released = released_version(cluster.directory / "released")
    return {
        "released": released,
        "this": this_version(),
        "next": next_version(cluster.directory / "next"),
    }


@pytest.fixture(scope="module")
def nodes(cluster: ControlPlane, versions: dict[str, Version]) -> Iterator[Nodes]:
    """Two nodes, on which each version has an image."""
    images = {name: image for each in versions.values() for name, image in each.images.items()}
    with Nodes.start(cluster, images) as running:
        yield running


@pytest.fixture(scope="module")
def history(
    cluster: ControlPlane, nodes: Nodes, simulator: Simulator, versions: dict[str, Version]
) -> History:
    """The released version with two replicas and twenty recordings that run."""
    release = Release(cluster, nodes, "upgraded")
    made = History(release, Stage(cluster, simulator, "lessons"), versions)
    made.begin()
    return made


def test_the_released_version_is_upgraded_to_this_one(history: History) -> None:
    """By a rolling upgrade of two pods, with recordings in all states."""
    before = history.release.pods().keys()
    with undisturbed(history), under_way(history):
        history.upgrade("this")

    assert not before & history.release.pods().keys()


def test_a_version_with_a_field_and_a_permission_more_follows(history: History) -> None:
    """The CRD and the role come before the pods that need them."""
    history.bring("this")
    could = history.may_read_config_maps()
    with undisturbed(history), under_way(history):
        history.upgrade("next")
    history.stage.apply(history.recording("told-of", remark="quiet"))
    history.wait_for_remark("told-of", "quiet")

    assert (could, history.may_read_config_maps()) == (False, True)
    history.stage.delete("told-of")


def test_a_rollback_and_another_upgrade_lose_no_recording(history: History) -> None:
    """Field and permission go and come back; what was written meanwhile has lost the field."""
    history.bring("next")
    stage = history.stage
    stage.apply(history.recording("remarked", remark="quiet"))
    stage.apply(history.recording("resting", remark="none spoke", desiredState="Stopped"))
    for name, remark in (("remarked", "quiet"), ("resting", "none spoke")):
        history.wait_for_remark(name, remark)
    with undisturbed(history), under_way(history):
        history.rollback("this")
    could = history.may_read_config_maps()
    hidden = [history.remark(name, "spec") for name in ("remarked", "resting")]
    stage.kubectl("annotate", "crec", "remarked", "example.com/written=yes")
    with undisturbed(history), under_way(history):
        history.upgrade("next")
    left = [history.remark(name, "spec") for name in ("remarked", "resting")]
    stage.apply(history.recording("remarked", remark="quiet again"))
    history.wait_for_remark("remarked", "quiet again")

    assert (could, hidden) == (False, ["", ""])
    assert (history.may_read_config_maps(), left) == (True, ["", "none spoke"])
    assert len(stage.simulator.recordings("remarked")) == 1
    stage.delete("remarked")
    stage.delete("resting")


def test_an_older_operator_keeps_the_fields_of_newer_crds(history: History) -> None:
    """As where the CRDs are installed by themselves, and only the Deployment goes back."""
    history.bring("next")
    stage = history.stage
    stage.apply(history.recording("kept", remark="quiet"))
    history.wait_for_remark("kept", "quiet")
    with undisturbed(history):
        history.upgrade("this", "crds.enabled=false")
    stage.apply(history.recording("begun-meanwhile", remark="new"))
    stage.wait_for_reason("Recording", name="begun-meanwhile")

    assert [history.remark("kept", part) for part in ("spec", "status")] == ["quiet", "quiet"]
    assert [history.remark("begun-meanwhile", part) for part in ("spec", "status")] == ["new", ""]
    stage.delete("kept")
    stage.delete("begun-meanwhile")
    history.upgrade("this")


def test_a_newer_operator_waits_for_its_crds(history: History) -> None:
    """Its pods are not ready and say why; the old ones go on, also as leaders, until it can."""
    history.bring("this")
    release, stage = history.release, history.stage
    old = {*release.pods()}
    with undisturbed(history, fewest=0):
        with pytest.raises(HelmError, match=r"resource not ready|context deadline exceeded"):
            history.upgrade("next", "crds.enabled=false", seconds=20)
        (new,) = [name for name in release.pods() if name not in old]
        release.kubectl("delete", "pod", *old, "--wait")
        stage.apply(history.recording("begun-by-the-old"))
        stage.wait_for_reason("Recording", 60, "begun-by-the-old")
        leader = release.leader()
        history.upgrade("next")

    assert new != leader
    assert "older than this operator, without CloudRecording.status.remark" in release.nodes.log(
        release.namespace, new
    )
    stage.delete("begun-by-the-old")


def test_uninstalling_is_refused_and_then_keeps_the_crds(history: History) -> None:
    """While something runs; what people stop, and the kinds, are there for the next release."""
    history.bring("next", "this")
    release, stage = history.release, history.stage
    with pytest.raises(HelmError, match="without the operator nobody would watch"):
        release.uninstall()
    assert_live(history)
    stage.apply(*(history.recording(name, desiredState="Stopped") for name in LIVE))
    for name in LIVE:
        stage.wait_for_reason("Stopped", 60, name)
    said = release.uninstall()

    assert "kept due to the resource policy" in said
    assert all(stage.status(name)["endReason"] == "User" for name in LIVE)
    history.install("this")
    stage.apply(history.recording("after-all"))
    stage.wait_for_reason("Recording", 90, "after-all")  # the Job that went before holds the Lease


def test_uninstalling_without_keeping_removes_the_kinds(history: History) -> None:
    """And all that is of them, but not before nothing runs any more."""
    release, stage = history.release, history.stage
    history.upgrade("this", "crds.keep=false")
    stage.apply(history.recording("at-last"))
    stage.wait_for_reason("Recording", name="at-last")
    with pytest.raises(HelmError, match="without the operator nobody would watch"):
        release.uninstall()
    kinds = stage.cluster.kubectl("get", "crd", "-o", "name").split()
    stage.kubectl("delete", "crec", "--all", "--timeout=60s")
    release.uninstall()

    assert len(kinds) == 3
    assert stage.cluster.kubectl("get", "crd", "-o", "name") == ""
    assert not [each for each in stage.simulator.recordings() if each["endedAt"] is None]
