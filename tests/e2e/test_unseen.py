"""What users see of an object that no operator has looked at, and of its kind."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agora_recording.crd.manifest import STATUS_PENDING
from e2e.kubeapi import API, PLURALS, KubeApi, Object, connect
from e2e.objects import CLUSTER_PROJECT, PROJECT, RECORDING
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Connect, and make one good object of each kind."""
    with connect(cluster, "unseen") as connection:
        assert connection.create(RECORDING, dry_run=False).accepted
        assert connection.create(PROJECT, dry_run=False).accepted
        assert connection.create(CLUSTER_PROJECT, dry_run=False).accepted
        yield connection


@pytest.mark.parametrize("kind", ["cloudrecording", "agoraproject"])
def test_an_unseen_object_is_pending_without_a_write(
    cluster: ControlPlane, api: KubeApi, kind: str
) -> None:
    """The columns say that nobody has looked at it yet; the status is served as a default."""
    reasons = ("{.metadata.generation}", '{.status.conditions[?(@.type=="Ready")].message}')
    line = cluster.kubectl(
        "get", kind, "full", "-n", api.namespace, "-o", f"jsonpath={' '.join(reasons)}"
    )
    written = api.get(f"{API}/namespaces/{api.namespace}/{kind}s/full")["metadata"]["managedFields"]

    assert line == f"1 {STATUS_PENDING}"
    assert [each.get("subresource") for each in written] == [None]


def test_the_columns_answer_the_first_question(cluster: ControlPlane, api: KubeApi) -> None:
    """`kubectl get` of new objects, narrow and wide."""
    get = ("get", "-n", api.namespace)
    header, row = cluster.kubectl(*get, "crec", "full").splitlines()
    wide, wide_row = cluster.kubectl(*get, "crec", "full", "-o", "wide").splitlines()

    assert header.split() == ["NAME", "CHANNEL", "MODE", "PHASE", "READY", "REASON", "AGE"]
    assert row.split()[:-1] == ["full", "standup", "Pending", "Unknown", "Pending"]
    assert wide.split()[-3:] == ["UID", "SID", "PROJECT"]
    assert wide_row.endswith(" default")
    for kind in ("agp", "cagp"):
        project = cluster.kubectl(*get, kind, "full").splitlines()
        assert project[0].split() == ["NAME", "APP-ID", "AREA", "READY", "REASON", "AGE"]
        assert project[1].split()[2:5] == ["International", "Unknown", "Pending"]


def test_helm_does_not_take_an_unseen_object_for_finished(
    cluster: ControlPlane, api: KubeApi, tmp_path: Path
) -> None:
    """`helm install --wait` goes on waiting while no operator has looked at the object."""
    chart = tmp_path / "lesson"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: lesson\nversion: 0.1.0\n")
    lesson = {**RECORDING, "metadata": {"name": "lesson"}}
    (chart / "templates" / "lesson.yaml").write_text(yaml.safe_dump(lesson))

    words = ["install", "lesson", str(chart), "-n", api.namespace, "--wait", "--timeout", "4s"]
    done = subprocess.run(
        [str(find_or_build_helm()), *words],
        env=cluster.environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "InProgress" in done.stderr


@pytest.mark.parametrize("selector", ["spec.channel=standup", "status.phase=Pending"])
def test_recordings_can_be_selected_by_field(
    cluster: ControlPlane, api: KubeApi, selector: str
) -> None:
    """A default status can be selected too."""
    get = ("get", "crec", "-n", api.namespace, "-o", "name", "--field-selector")
    names = cluster.kubectl(*get, selector)
    none = cluster.kubectl(*get, "spec.channel=no")

    assert "cloudrecording.recording.agora.io/full" in names.split()
    assert none == ""


def published(api: KubeApi) -> dict[str, Any]:
    """Return the schemas that the API server publishes, once all kinds are among them."""

    def whole() -> dict[str, Any] | None:
        schemas: dict[str, Any] = api.get(f"/openapi/v3{API}")["components"]["schemas"]
        kinds = {name.rsplit(".", 1)[-1]: each for name, each in schemas.items()}
        return kinds if PLURALS.keys() <= kinds.keys() else None

    return wait_for(whole, 30, "the published schemas")


@pytest.mark.parametrize("kind", PLURALS)
def test_every_published_field_is_explained(api: KubeApi, kind: str) -> None:
    """`kubectl explain` reads these; no field of ours is without a text."""
    fields = list(properties(published(api)[kind]))

    assert len(fields) > 20
    assert [path for path, child in fields if not child.get("description")] == []


def properties(schema: Object, path: str = "") -> Iterator[tuple[str, Object]]:
    """Yield each property of a published schema at any depth."""
    for name, child in schema.get("properties", {}).items():
        if name != "metadata":
            yield f"{path}.{name}", child
            yield from properties(child, f"{path}.{name}")
    if "items" in schema:
        yield from properties(schema["items"], f"{path}[]")


def test_kubectl_explains_a_field(cluster: ControlPlane, api: KubeApi) -> None:
    """In the words of the model's docstring."""
    published(api)
    text = cluster.kubectl("explain", "cloudrecording.spec.mix.audioProfile")

    assert "HighQualityStereo 192 kbit/s stereo" in " ".join(text.split())
