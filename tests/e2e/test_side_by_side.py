"""Two releases of one name, each of which works in a namespace of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from agora_recording.domain.observation import FINALIZER
from e2e.chart import CHART, objects, run
from e2e.objects import RECORDING
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane, KubectlError
from testbed.processes import wait_for

RELEASE = "agora-recording-operator"
HOMES = ("side-one", "side-two")
DROP = '{"metadata":{"finalizers":null}}'


@pytest.fixture(scope="module")
def both(cluster: ControlPlane) -> Iterator[dict[str, str]]:
    """What Helm said of each release, by its namespace; the CRDs of this cluster are there."""
    said = {}
    for home in HOMES:
        place = (RELEASE, "--namespace", home, "--create-namespace")
        values = f"crds.enabled=false,watchNamespaces={{{home}}}"
        helm = find_or_build_helm()
        said[home] = run(helm, "install", *place, str(CHART), "--set", values, cluster=cluster)
    yield said
    for home in HOMES:
        place = (RELEASE, "--namespace", home, "--no-hooks")  # no pod of theirs would run
        run(find_or_build_helm(), "uninstall", *place, cluster=cluster)
        cluster.kubectl("delete", "namespace", home, "--wait=false")


def test_they_can_be_installed_side_by_side(both: dict[str, str]) -> None:
    """Nothing that is the whole cluster's has the name of the other's."""
    assert [home for home, said in both.items() if "STATUS: deployed" not in said] == []
    for home, said in both.items():
        assert f"--clusterrole={RELEASE}-{home}-edit" in said


@pytest.mark.usefixtures("both")
def test_each_operator_lets_go_in_its_own_namespace_alone(cluster: ControlPlane) -> None:
    """The policies know whose namespace it is."""

    def refused(home: str, account_of: str) -> str:
        user = f"--as=system:serviceaccount:{account_of}:{RELEASE}"
        group = "--as-group=system:masters"  # may do all, so that only policies refuse
        words = ("patch", "crec", "kept", "--type=merge", "--dry-run=server", "-p", DROP)
        try:
            cluster.kubectl("-n", home, *words, user, group)
        except KubectlError as error:
            return str(error)
        return ""

    for home in HOMES:
        kept = {**RECORDING, "metadata": {"name": "kept", "finalizers": [FINALIZER]}}
        cluster.kubectl("-n", home, "apply", "-f", "-", stdin=json.dumps(kept))
        wait_for(lambda home=home: refused(home, "nobody"), 30, "the policy")
    found = {(home, of): refused(home, of) == "" for home in HOMES for of in HOMES}
    for home in HOMES:
        own = f"--as=system:serviceaccount:{home}:{RELEASE}"
        cluster.kubectl(
            "-n",
            home,
            "patch",
            "crec",
            "kept",
            "--type=merge",
            "-p",
            DROP,
            own,
            "--as-group=system:masters",
        )

    assert found == {(home, of): home == of for home in HOMES for of in HOMES}


def test_what_serves_no_cluster_project_guards_no_secret_for_one() -> None:
    """A Secret of this namespace would be kept for one of the same name in another's."""
    made = objects(find_or_build_helm(), "watchNamespaces={a,b}")
    guards = [each["spec"] for each in made if each["kind"] == "ValidatingAdmissionPolicy"]
    kinds = [each["paramKind"]["kind"] for each in guards if "paramKind" in each]
    places = [each["matchConstraints"].get("namespaceSelector") for each in guards]

    assert kinds == ["AgoraProject"]
    assert [place["matchExpressions"][0]["values"] for place in places] == [["a", "b"]] * 2
