"""``helm test``: whether the operator can work where it was installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import pytest

from agora_recording.kube.permissions import AT_HOME, IN_NAMESPACES, IN_THE_CLUSTER
from running.release import NAME, Release, installed
from testbed.controlplane import ControlPlane
from testbed.hooks import Ended, run_pod
from testbed.simulator import Simulator

pytestmark = pytest.mark.timeout(120)

CHECK: Final = "app.kubernetes.io/name=agora-recording-operator-check"
DEAD: Final = "http://127.0.0.1:1"
"""Nobody listens there."""


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


def checked(release: Release) -> tuple[int, Ended]:
    """Run ``helm test``; return its exit code, and how its pod ended."""
    with ThreadPoolExecutor(1) as pool:
        helm: Future[int] = pool.submit(
            lambda: release.helm("test", "rel", "--timeout", "90s").returncode
        )
        pod = run_pod(release.cluster, release.home, CHECK)
        return helm.result(), pod


def lines(ended: Ended, verdict: str) -> list[str]:
    """Return the lines of the table with a verdict."""
    return [line for line in ended.output.splitlines() if line.startswith(f"{verdict} ")]


def test_all_is_well_after_an_installation(plane: ControlPlane, agora: Simulator) -> None:
    """Each permission has a line, and so has each host; one that is silent is a note."""
    release = installed(plane, "well", f"settings.agoraUrl={agora.api}\\,{DEAD}")

    code, pod = checked(release)

    permissions = (*IN_NAMESPACES, *IN_THE_CLUSTER, *AT_HOME)
    assert (code, pod.code) == (0, 0), pod.output
    assert len(lines(pod, "ok")) == len(permissions) + 3
    assert f"{agora.api} " in pod.output
    (noted,) = lines(pod, "note")
    assert DEAD in noted
    assert pod.output.endswith(f"{len(permissions) + 4} checked, 0 failed\n")


def test_what_is_missing_is_named_with_what_it_is_for(
    plane: ControlPlane, agora: Simulator
) -> None:
    """Nothing else fails with it, and Helm tells that the test failed."""
    release = installed(plane, "lacking", f"settings.agoraUrl={agora.api}")
    name = f"clusterrole/{NAME}"
    rules = json.loads(plane.kubectl("get", name, "-o", "json"))["rules"]
    rules = [rule for rule in rules if rule["resources"] != ["secrets"]]
    plane.kubectl("patch", name, "--type=merge", "-p", json.dumps({"rules": rules}))

    code, pod = checked(release)

    plane.kubectl("delete", name)  # the next installation makes it as it should be
    assert (code != 0, pod.code) == (True, 1)
    (failed,) = lines(pod, "FAILED")
    assert "get not allowed everywhere; needed to read the Secrets" in failed


def test_in_some_namespaces_each_is_asked_for_and_nothing_else(
    plane: ControlPlane, agora: Simulator
) -> None:
    """The ServiceAccount may list nothing of the cluster, and that is no failure."""
    for name in ("lessons", "courts"):
        plane.kubectl("create", "namespace", name)
    values = (f"settings.agoraUrl={agora.api}", "watchNamespaces={lessons,courts}")
    release = installed(plane, "some", *values)

    code, pod = checked(release)

    assert (code, pod.code) == (0, 0), pod.output
    assert len(lines(pod, "ok")) == 2 * len(IN_NAMESPACES) + len(AT_HOME) + 3
    assert "everywhere" not in pod.output


def test_without_agora_and_the_kinds_it_fails(plane: ControlPlane) -> None:
    """If no host of any area answers nothing can be recorded."""
    release = installed(plane, "silent", f"settings.agoraUrl={DEAD}")
    plane.kubectl("delete", "crd", "clusteragoraprojects.recording.agora.io")

    code, pod = checked(release)

    assert (code != 0, pod.code) == (True, 1)
    silent, unserved = sorted(lines(pod, "FAILED"), key=lambda line: "recording.agora.io" in line)
    assert "no answer" in silent
    assert "install the CustomResourceDefinitions" in unserved
