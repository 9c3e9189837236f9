"""A ClusterAgoraProject, with an operator that can reach Agora only at the project's own URL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import NAMESPACE, Operator
from testbed.processes import wait_for

pytestmark = [pytest.mark.usefixtures("_distant"), pytest.mark.timeout(300)]

NOWHERE: Final = "http://127.0.0.1:9"
LABEL: Final = "example.com/recording"


@pytest.fixture(scope="module")
def _distant(cluster: ControlPlane) -> Iterator[Operator]:
    with Operator.start(cluster, NOWHERE, poll_interval="PT1S") as running:
        yield running


@pytest.fixture
def shared(stage: Stage) -> Iterator[str]:
    """The name of a project that allows all namespaces with a label; the stage's has it."""
    name = f"shared-{stage.namespace[-8:]}"
    home = Stage(stage.cluster, stage.simulator, NAMESPACE)
    home.apply(*(_renamed(each, f"{name}-{n}") for n, each in enumerate(_secrets(home))))
    label(stage, "yes")
    stage.apply(_project(stage, name))
    yield name
    stage.kubectl("delete", "crec", "--all", "--timeout=60s")
    stage.cluster.kubectl("delete", "cagp", name, "--ignore-not-found", "--timeout=30s")


def _secrets(stage: Stage) -> tuple[dict[str, Any], ...]:
    return stage.agora_secret(), stage.storage_secret()


def _renamed(made: dict[str, Any], name: str) -> dict[str, Any]:
    return {**made, "metadata": {**made["metadata"], "name": name}}


def _project(stage: Stage, name: str) -> dict[str, Any]:
    made = stage.project(
        credentialsSecretRef={"name": f"{name}-0"},
        endpoint={"url": stage.simulator.api},
        allowedNamespaces={"selector": {"matchLabels": {LABEL: "yes"}}},
    )
    made["spec"]["storage"]["credentialsSecretRef"] = {"name": f"{name}-1"}
    return {**made, "kind": "ClusterAgoraProject", "metadata": {"name": name}}


def label(stage: Stage, value: str) -> None:
    """Label the namespace; an empty value takes the label off."""
    word = f"{LABEL}={value}" if value else f"{LABEL}-"
    stage.cluster.kubectl("label", "namespace", stage.namespace, "--overwrite", word)


def reference(name: str) -> dict[str, str]:
    """Return what a recording says of a project for several namespaces."""
    return {"kind": "ClusterAgoraProject", "name": name}


def project_ready(stage: Stage, name: str) -> dict[str, Any]:
    """Return the project's condition."""
    found = json.loads(stage.cluster.kubectl("get", "cagp", name, "-o", "json"))
    condition: dict[str, Any] = found["status"]["conditions"][0]
    return condition


def shown(stage: Stage, name: str, project: str) -> str:
    """Return all that is shown of a recording and its Events, but for times, names and uids."""
    found = stage.get(name)
    assert found is not None
    metadata = found["metadata"]
    kept = ("finalizers", "generation", "labels", "deletionTimestamp")
    selector = f"involvedObject.uid={metadata['uid']}"
    events = json.loads(stage.kubectl("get", "events", "--field-selector", selector, "-o", "json"))
    told = [(each["reason"], each["type"], each["message"]) for each in events["items"]]
    conditions = [
        {key: value for key, value in each.items() if key != "lastTransitionTime"}
        for each in found["status"]["conditions"]
    ]
    status = {**found["status"], "conditions": conditions}
    text = json.dumps([{key: metadata.get(key) for key in kept}, status, told])
    return text.replace(project, "PROJECT").replace(name, "NAME")


def test_a_refused_namespace_sees_what_it_would_see_if_there_were_no_project(
    stage: Stage, shared: str
) -> None:
    """An allowed one records with credentials that it does not have; the other is told nothing."""
    stage.kubectl("delete", "agp,secret", "--all")
    stage.record(projectRef=reference(shared))
    other = Stage(stage.cluster, stage.simulator, f"{stage.namespace}-other")
    other.cluster.kubectl("create", "namespace", other.namespace)
    absent = f"no-{shared}"
    names = {"first": shared, "second": absent}
    other.apply(*(other.recording(n, channel=n, projectRef=reference(p)) for n, p in names.items()))
    for name in names:
        other.wait_for_reason("ProjectNotFound", name=name)

    def told() -> bool:
        return all("Warning" in shown(other, n, p) for n, p in names.items())

    wait_for(told, 10, "the Events")
    assert shown(other, "first", shared) == shown(other, "second", absent)
    assert "is missing or not for this namespace" in other.ready("first")["message"]
    assert other.simulator.calls("first") == []
    other.kubectl("delete", "crec", "--all", "--timeout=30s")
    other.cluster.kubectl("delete", "namespace", other.namespace, "--wait=false")


def test_what_runs_when_the_label_goes_can_be_stopped_and_nothing_begins(
    stage: Stage, shared: str
) -> None:
    """As in a project that is gone; with the label, what waits begins by itself."""
    stage.record(projectRef=reference(shared))
    label(stage, "")
    late = f"{stage.channel}-late"
    stage.apply(stage.recording("late", channel=late, projectRef=reference(shared)))
    stage.wait_for_reason("ProjectNotFound", name="late")
    assert stage.ready()["reason"] == "Recording"
    assert len(stage.running()) == 1

    stage.kubectl(
        "patch", "crec", "lesson", "--type=merge", "-p", '{"spec": {"desiredState": "Stopped"}}'
    )
    stage.wait_for_reason("Stopped")
    assert stage.running() == []
    assert [r["endReason"] for r in stage.simulator.recordings(stage.channel)] == ["Stopped"]
    assert stage.simulator.calls(late) == []

    label(stage, "yes")
    stage.wait_for_reason("Recording", name="late", timeout=20)


def test_a_project_stays_for_recordings_of_every_namespace(stage: Stage, shared: str) -> None:
    """It says which, by namespace and name, and its Secrets are kept in the operator's."""

    def ready() -> str:
        return str(project_ready(stage, shared)["reason"])

    wait_for(lambda: ready() == "Available", 20, "the project to be available", every=0.2)
    stage.record(projectRef=reference(shared))
    stage.cluster.kubectl("delete", "cagp", shared, "--wait=false")

    wait_for(lambda: ready() == "InUse", 20, "the project to say InUse", every=0.2)
    assert (
        f"CloudRecordings {stage.namespace}/lesson are" in project_ready(stage, shared)["message"]
    )
    stage.delete()
    stage.cluster.kubectl("wait", "--for=delete", f"cagp/{shared}", "--timeout=20s")
    assert stage.running() == []
