"""The life of the plain manifests on nodes, with kubectl alone: applied, edited, removed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from install.release import IMAGE
from running.audit import requests_of
from running.stage import Stage
from testbed.binaries import find_kubectl
from testbed.controlplane import ControlPlane, KubectlError
from testbed.nodes import Nodes, operator_image
from testbed.operator import NAMESPACE, SERVICE_ACCOUNT, USER
from testbed.processes import wait_for
from testbed.simulator import ROOT, Simulator

pytestmark = pytest.mark.timeout(200)

INSTALL: Final = ROOT / "deploy" / "install.yaml"
OVERLAY: Final = ROOT / "deploy" / "kustomize" / "overlays" / "namespaced"
SAMPLES: Final = tuple(sorted((ROOT / "deploy" / "samples").glob("*.yaml")))
*_, RECORDING = SAMPLES
PREPARED: Final = tuple(f"--filename={file}" for file in SAMPLES[:-1])
"""Secrets and project."""
APPLY: Final = ("apply", "--server-side", "-f", str(INSTALL))
NAME: Final = "standup"
"""The recording of the sample, and its channel."""


@pytest.fixture(scope="module")
def nodes(cluster: ControlPlane, simulator: Simulator) -> Iterator[Nodes]:
    """Two nodes, on which the image that the manifests name calls the simulator as Agora."""
    image = operator_image()
    calling = {**image.environment, "AGORA_RECORDING_AGORA_URL": simulator.api}
    with Nodes.start(cluster, {IMAGE: replace(image, environment=calling)}) as running:
        yield running


@pytest.fixture(scope="module")
def stage(cluster: ControlPlane, simulator: Simulator, nodes: Nodes) -> Stage:
    """The operator, applied server-side, and a namespace with the Secrets and project."""
    assert nodes
    cluster.kubectl(*APPLY)
    wait_until_available(cluster)
    made = Stage(cluster, simulator, "lessons")
    cluster.kubectl("create", "namespace", made.namespace)
    made.kubectl("apply", *PREPARED)
    return made


def wait_until_available(cluster: ControlPlane) -> None:
    """Return when both pods are ready."""
    rollout = ("rollout", "status", f"deployment/{SERVICE_ACCOUNT}", "--timeout=60s")
    cluster.kubectl("-n", NAMESPACE, *rollout, timeout=90)


def installed(cluster: ControlPlane) -> list[dict[str, Any]]:
    """Return the metadata of the manifests' objects: generation, who wrote what, and when."""
    words = ("get", "-f", str(INSTALL), "-o", "json", "--show-managed-fields")
    return [each["metadata"] for each in json.loads(cluster.kubectl(*words))["items"]]


def pods(cluster: ControlPlane) -> dict[str, int]:
    """Return how often the container of each of the operator's pods was started again."""
    found = json.loads(cluster.kubectl("-n", NAMESPACE, "get", "pods", "-o", "json"))["items"]
    return {
        pod["metadata"]["name"]: pod["status"]["containerStatuses"][0]["restartCount"]
        for pod in found
    }


def record(stage: Stage) -> None:
    """Apply the sample, and wait until Agora confirms the recording."""
    stage.kubectl("apply", "-f", str(RECORDING))
    stage.kubectl("wait", f"crec/{NAME}", "--for=condition=Recording", "--timeout=60s")


def running(stage: Stage) -> list[str]:
    """Return the sids that run now."""
    found = stage.simulator.recordings(NAME)
    return [each["sid"] for each in found if each["endedAt"] is None]


def edited(stage: Stage, change: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Edit the recording as a person does, whose editor makes one change to the text."""
    editor = {"KUBE_EDITOR": f"sed -i '{change}'", "TMPDIR": str(folder)}
    return subprocess.run(
        [str(find_kubectl()), "-n", stage.namespace, "edit", "crec", NAME],
        env=stage.cluster.environment() | editor,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_recording_runs_by_the_samples(stage: Stage) -> None:
    """With what README says, and nothing else."""
    record(stage)

    assert running(stage) == [stage.status(NAME)["sid"]]


def test_applying_again_changes_nothing(cluster: ControlPlane, stage: Stage) -> None:
    """Not one object is written, not one pod is replaced, and no recording begins anew.

    But once the API server itself does: it has looked at the policies' expressions meanwhile.
    """
    generations = [each["generation"] for each in installed(cluster) if "generation" in each]
    pods_before = pods(cluster)
    cluster.kubectl(*APPLY)
    before = installed(cluster)
    cluster.kubectl(*APPLY)
    said = [stage.kubectl("apply", "-f", str(RECORDING)) for _ in range(2)]

    assert installed(cluster) == before
    assert [each["generation"] for each in before if "generation" in each] == generations
    assert pods(cluster) == pods_before
    assert list(pods_before.values()) == [0, 0]
    assert [line.split()[-1] for line in said] == ["unchanged", "unchanged"]
    assert len(stage.simulator.calls(NAME, "start")) == 1


def test_what_is_edited_is_told_to_agora(stage: Stage, tmp_path: Path) -> None:
    """The same recording goes on, and what people see of it in their editor can be saved."""
    (sid,) = running(stage)
    done = edited(stage, r"s/^  mix:$/&\n    layout: {type: BestFit}/", tmp_path)
    assert done.returncode == 0, done.stderr
    wait_for(lambda: stage.simulator.calls(NAME, "updateLayout"), 20, "Agora to be told")

    assert running(stage) == [sid]
    assert len(stage.simulator.calls(NAME, "start")) == 1


def test_what_is_locked_cannot_be_edited(stage: Stage, tmp_path: Path) -> None:
    """The text comes back with what is wrong and what can be done."""
    done = edited(stage, "s/^  channel: standup/  channel: other/", tmp_path)
    text = "".join(file.read_text(encoding="utf-8") for file in tmp_path.glob("kubectl-edit-*"))

    assert done.returncode != 0
    assert "cannot change channel" in text
    assert "set desiredState: Stopped" in text
    assert len(running(stage)) == 1


def test_what_is_deleted_is_stopped_first(stage: Stage) -> None:
    """Whoever waits for the deletion knows that nothing runs any more."""
    stage.kubectl("delete", "crec", NAME, "--wait", "--timeout=60s")

    assert stage.get(NAME) is None
    assert running(stage) == []
    assert len(stage.simulator.calls(NAME, "stop")) == 1


def test_nothing_was_refused(cluster: ControlPlane, stage: Stage) -> None:
    """Of what the operator asked for, by the roles of the manifests alone."""
    asked = requests_of(cluster, USER)

    assert stage
    assert asked
    assert not [each for each in asked if each.status in {401, 403}]


def test_removed_too_early_it_stops_what_runs_once_it_is_back(
    cluster: ControlPlane, stage: Stage
) -> None:
    """Without an operator nothing is let go: the manifests applied again are the remedy."""
    record(stage)
    (sid,) = running(stage)
    cluster.kubectl("-n", NAMESPACE, "scale", "deployment", SERVICE_ACCOUNT, "--replicas=0")
    wait_for(lambda: not pods(cluster), 70, "the pods to have ended")
    with pytest.raises(KubectlError, match="timed out"):
        cluster.kubectl("delete", "-f", str(INSTALL), "--timeout=15s")
    left = stage.get(NAME)

    assert left is not None
    assert left["metadata"]["finalizers"] == ["recording.agora.io/stop"]
    assert running(stage) == [sid]

    cluster.kubectl(*APPLY)
    wait_for(lambda: not running(stage), 60, "the recording to be stopped")
    kinds = [f"crd/{kind}.recording.agora.io" for kind in ("cloudrecordings", "agoraprojects")]
    cluster.kubectl("wait", "--for=delete", *kinds, "--timeout=60s")


def test_removed_as_told_it_leaves_nothing(cluster: ControlPlane, stage: Stage) -> None:
    """First what was made with it, while it is there to stop and to let go."""
    cluster.kubectl(*APPLY)
    wait_until_available(cluster)
    stage.kubectl("apply", *PREPARED)
    record(stage)
    cluster.kubectl("delete", "crec,agp,cagp", "--all", "--all-namespaces", "--timeout=60s")
    assert running(stage) == []
    cluster.kubectl("delete", "-f", str(INSTALL), "--timeout=90s", timeout=120)

    assert not cluster.kubectl("get", "-f", str(INSTALL), "--ignore-not-found")


def test_the_overlay_for_some_namespaces_records_there(
    cluster: ControlPlane, simulator: Simulator, stage: Stage
) -> None:
    """And asks for nothing beyond them, though it comes after one that was allowed more."""
    there = Stage(cluster, simulator, "recordings")
    cluster.kubectl("create", "namespace", there.namespace)
    earlier = len(requests_of(cluster, USER))
    cluster.kubectl("apply", "--server-side", "-k", str(OVERLAY))
    wait_until_available(cluster)
    for made in (stage, there):
        made.kubectl("apply", *PREPARED, f"--filename={RECORDING}")
    there.kubectl("wait", f"crec/{NAME}", "--for=condition=Recording", "--timeout=60s")
    asked = requests_of(cluster, USER)[earlier:]

    assert stage.ready(NAME)["reason"] == "Pending"
    assert {each.namespace for each in asked} == {NAMESPACE, there.namespace}
    assert not [each for each in asked if each.status in {401, 403}]
    there.kubectl("delete", "crec", NAME, "--timeout=60s")
    assert running(there) == []
