"""The base and the overlays for kustomize, as kubectl builds them, on a real API server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from e2e.chart import CHART, ROOT
from e2e.kubeapi import Object
from generate import bundle, kustomize
from testbed.controlplane import ControlPlane

BUILT = {"base": ()} | {f"overlays/{name}": values for name, values in kustomize.OVERLAYS.items()}
NAMESPACES = ("agora-recording-system", "recordings")


@pytest.fixture(scope="module")
def prepared(cluster: ControlPlane) -> Iterator[ControlPlane]:
    """A cluster with the namespaces that the objects are in; a dry run makes none."""
    for namespace in NAMESPACES:
        cluster.kubectl("create", "namespace", namespace)
    yield cluster
    cluster.kubectl("delete", "namespace", *NAMESPACES)


def made(manifests: str) -> list[Object]:
    """Return the objects of some manifests, in an order of their own."""
    found = [each for each in yaml.safe_load_all(manifests) if each]
    return sorted(found, key=lambda each: (each["kind"], each["metadata"]["name"]))


def built(cluster: ControlPlane, folder: str) -> str:
    """Return what kubectl makes of a folder."""
    return cluster.kubectl("kustomize", str(ROOT / kustomize.FOLDER / folder))


@pytest.mark.parametrize(("folder", "values"), BUILT.items(), ids=list(BUILT))
def test_kustomize_makes_what_helm_makes(
    helm: Path, cluster: ControlPlane, folder: str, values: tuple[str, ...]
) -> None:
    """The same objects, of the values that the overlay stands for."""
    assert made(built(cluster, folder)) == made(bundle.render(CHART, helm, values))


@pytest.mark.parametrize("folder", BUILT)
def test_the_api_server_accepts_what_kustomize_makes(prepared: ControlPlane, folder: str) -> None:
    """Each object, without a field that it does not know."""
    manifests = built(prepared, folder)
    words = ("--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts")
    applied = prepared.kubectl("apply", *words, "--filename=-", stdin=manifests)

    assert applied.count("serverside-applied (server dry run)") == len(made(manifests)) > 10


def test_a_namespaced_operator_has_no_rights_in_the_cluster(cluster: ControlPlane) -> None:
    """What people may do with recordings is another matter."""
    objects = made(built(cluster, "overlays/namespaced"))
    roles = [each["metadata"]["name"] for each in objects if each["kind"] == "ClusterRole"]

    assert "ClusterRoleBinding" not in [each["kind"] for each in objects]
    assert [name.rpartition("-")[2] for name in roles] == ["admin", "edit", "view"]


def test_ones_own_overlay_sets_the_image(cluster: ControlPlane, tmp_path: Path) -> None:
    """As kustomize always does."""
    (tmp_path / "kustomize").symlink_to(ROOT / kustomize.FOLDER)
    own = tmp_path / "own"
    own.mkdir()
    (own / "kustomization.yaml").write_text(
        yaml.safe_dump(
            {
                "resources": ["../kustomize/overlays/namespaced"],
                "images": [
                    {
                        "name": "agora-recording-operator",
                        "newName": "r.example.com/o",
                        "newTag": "7",
                    }
                ],
            }
        )
    )
    manifests = made(cluster.kubectl("kustomize", str(own)))
    (deployment,) = [each for each in manifests if each["kind"] == "Deployment"]

    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "r.example.com/o:7"
