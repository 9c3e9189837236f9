"""A project from values, on a cluster that does not know its kind before the release comes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.chart import CHART, run
from e2e.kubeapi import Object
from testbed.controlplane import ControlPlane

APP_ID = "0123456789abcdef0123456789abcdef"
PLACE = ("recorder", "--namespace", "recording-system")
SPEC = f"project.spec.appId={APP_ID},project.spec.credentialsSecretRef.name=agora-rest"
WANTED = ("--set", f"project.enabled=true,project.namespace=lessons,{SPEC}")


@pytest.fixture(scope="module")
def empty_cluster() -> Iterator[ControlPlane]:
    """A cluster that never heard of recordings, and takes 5 s to serve what it hears of.

    Each API server of several does, so that the others hear of it, too.
    """
    with ControlPlane.start(apiserver_flags=["--apiserver-count=2"]) as running:
        running.kubectl("create", "namespace", "lessons")
        yield running


def project(cluster: ControlPlane) -> Object:
    """Return the project."""
    found: Object = json.loads(cluster.kubectl("-n", "lessons", "get", "agp/default", "-ojson"))
    return found


def test_a_project_comes_stays_and_is_taken_over(helm: Path, empty_cluster: ControlPlane) -> None:
    """With the first release, which brings its kind; it survives upgrades, and the release."""

    def do(verb: str, *words: str) -> str:
        return run(helm, verb, *PLACE, *words, cluster=empty_cluster)

    nobody = ("--wait", "--set", "replicas=0")  # there is no node for a pod
    notes = do("install", str(CHART), "--create-namespace", *nobody, *WANTED)
    made = project(empty_cluster)
    changed = do("upgrade", str(CHART), *WANTED, "--set", "project.spec.limits.requestsPerSecond=5")
    upgraded = project(empty_cluster)
    without = do("upgrade", str(CHART), "--set", "project.enabled=false")
    left = project(empty_cluster)
    do("uninstall", "--no-hooks")
    kept = project(empty_cluster)
    again = do("install", str(CHART), *WANTED)

    assert "kubectl -n lessons get agoraproject default" in notes
    assert "STATUS: deployed" in changed
    assert "STATUS: deployed" in without
    assert "STATUS: deployed" in again
    assert made["spec"]["appId"] == APP_ID
    assert upgraded["spec"]["limits"]["requestsPerSecond"] == 5
    uids = {each["metadata"]["uid"] for each in (made, upgraded, left, kept)}
    assert uids == {project(empty_cluster)["metadata"]["uid"]}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("project.enabled=true", "at '/project/spec': missing properties 'appId'"),
        (f"project.enabled=true,{SPEC},project.spec.appid=x", "at '/project/spec': additional"),
        (f"{SPEC},project.spec.storage.vendr=x", "at '/project/spec/storage'"),
        (f"{SPEC},project.spec.endpoint.area=Mars", "at '/project/spec/endpoint/area'"),
        ("project.nam=x", "at '/project'"),
        (
            f"project.enabled=true,{SPEC},project.namespace=b,watchNamespaces={{a}}",
            "project.namespace: the operator does not work in b; add it to watchNamespaces",
        ),
    ],
)
def test_a_wrong_project_is_refused(helm: Path, values: str, said: str) -> None:
    """Before anything is installed, with the field, at any depth."""
    assert said in run(helm, "template", "x", str(CHART), "--set", values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ("replicas=2", ["kubectl -n NAMESPACE apply", "kind: AgoraProject", "-edit --group"]),
        ("crds.enabled=false", ["kubectl get crd cloudrecordings.recording.agora.io"]),
        ("watchNamespaces={a,b}", ["these namespaces only", ": a, b", "kubectl -n a apply"]),
        ("userRoles.aggregate.edit=true", ["kubectl explain cloudrecording.spec"]),
        (
            f"project.enabled=true,project.name=p,project.namespace=c,{SPEC}",
            ["kubectl -n c get agoraproject p", "projectRef: {name: p}, channel: standup"],
        ),
    ],
)
def test_the_notes_say_the_next_step(helm: Path, values: str, said: list[str]) -> None:
    """That of these values, with the names that they give."""
    words = ("--dry-run=client", "--set", values)
    notes = run(helm, "install", "x", str(CHART), *words).partition("NOTES:")[2]

    assert [each for each in said if each not in notes] == []
    assert ("kind: AgoraProject" in notes) == ("project.enabled" not in values)
    assert ("-edit --group" in notes) == ("aggregate" not in values)
