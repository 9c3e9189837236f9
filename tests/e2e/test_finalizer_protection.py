"""The policy that keeps the finalizers of CloudRecordings, on a real API server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

import pytest
import yaml

from agora_recording.domain.holdtext import FORCE_RELEASE
from agora_recording.domain.observation import FINALIZER
from e2e.kubeapi import Object
from e2e.objects import RECORDING
from e2e.test_install import CHART, run
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane, KubectlError
from testbed.processes import wait_for

HOME: Final = "keeper-home"
"""The namespace of the operator."""
OPERATOR: Final = f"system:serviceaccount:{HOME}:keeper-agora-recording-operator"
DROP: Final = '{"metadata":{"finalizers":null}}'
FOREIGN: Final = "example.com/foreign"
GONE_SECONDS: Final = 75
"""The namespace controller asks again at least each minute."""


def policy(*values: str) -> list[Object]:
    """Return the policy and its binding as the chart makes them."""
    sets = [word for value in values for word in ("--set", value)]
    words = ("template", "keeper", str(CHART), "--namespace", HOME)
    documents = yaml.safe_load_all(run(find_or_build_helm(), *words, *sets))
    return [
        each
        for each in documents
        if each and "Admission" in each["kind"] and each["metadata"]["name"].endswith("-finalizers")
    ]


class Kept:
    """A namespace with a CloudRecording that bears the finalizer."""

    def __init__(self, cluster: ControlPlane, namespace: str) -> None:
        self.cluster, self.namespace = cluster, namespace
        cluster.kubectl("create", "namespace", namespace)
        self.apply()
        self.patch(json.dumps({"metadata": {"finalizers": [FOREIGN, FINALIZER]}}))

    def apply(self, *, name: str = "standup", **metadata: object) -> None:
        """Apply the recording with more metadata."""
        made = {**RECORDING, "metadata": {"name": name, **metadata}}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(made))

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl in the namespace."""
        return self.cluster.kubectl("-n", self.namespace, *words, stdin=stdin)

    def patch(self, patch: str, *more: str) -> None:
        """Merge a patch into the recording."""
        self.kubectl("patch", "crec", "standup", "--type=merge", "-p", patch, *more)

    def refusal(self, patch: str = DROP, *more: str) -> str:
        """Return the words with which a patch would be refused; "" if it would be done."""
        try:
            self.patch(patch, "--dry-run=server", *more)
        except KubectlError as error:
            return str(error)
        return ""

    def is_free(self) -> bool:
        """Say whether no policy keeps the recording."""
        return self.is_gone() or not self.refusal()

    def annotate(self, value: str = "true") -> None:
        """Ask to let go of it whatever runs."""
        self.kubectl("annotate", "--overwrite", "crec", "standup", f"{FORCE_RELEASE}={value}")

    def delete(self) -> None:
        """Begin to delete the recording."""
        self.kubectl("delete", "crec", "standup", "--wait=false")

    def is_gone(self) -> bool:
        """Say whether the recording does not exist any more."""
        return not self.kubectl("get", "crec", "standup", "--ignore-not-found")


@pytest.fixture(scope="module")
def make(cluster: ControlPlane) -> Iterator[Callable[[str], Kept]]:
    """Make namespaces with a recording, in the shared control plane with the policy."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": policy()})
    cluster.kubectl("apply", "-f", "-", stdin=text)
    made: list[Kept] = []

    def make(name: str) -> Kept:
        made.append(kept := Kept(cluster, name))
        wait_for(kept.refusal, 45, "the policy to be in force", every=0.2)
        return kept

    yield make
    cluster.kubectl("delete", "-f", "-", stdin=text)
    for each in made:
        wait_for(each.is_free, 45, "the API server to forget the policy", every=0.2)
        for name in each.kubectl("get", "crec", "-o", "name").split():
            each.kubectl("patch", name, "--type=merge", "-p", DROP)
        cluster.kubectl("delete", "namespace", each.namespace, "--wait=false", check=False)


@pytest.fixture
def kept(request: pytest.FixtureRequest, make: Callable[[str], Kept]) -> Kept:
    """A namespace of this test's own with a recording."""
    name = request.node.name.removeprefix("test_").replace("_", "-")
    return make(name[:50].strip("-"))


def test_nobody_but_the_operator_may_drop_the_finalizer(kept: Kept) -> None:
    """Not even an administrator; the words say what it is, what would follow, and what to do."""
    refused = kept.refusal()

    assert f"{FINALIZER} of CloudRecording {kept.namespace}/standup" in refused
    assert "billed and unseen" in refused
    assert "Delete the object and the operator stops it" in refused
    assert f"{FORCE_RELEASE}=true" in refused
    assert "(Forbidden)" in refused
    assert kept.refusal(f'{{"metadata":{{"finalizers":["{FOREIGN}"]}}}}')
    kept.cluster.kubectl("apply", "-f", "-", stdin=json.dumps(grant()))
    assert kept.refusal(DROP, f"--as={OPERATOR}") == ""
    assert kept.refusal(DROP, f"--as={OPERATOR}-of-another-release")


def test_whatever_keeps_the_finalizer_is_allowed(kept: Kept) -> None:
    """Spec, labels, other finalizers and their order are people's own."""
    for patch in (
        '{"spec":{"desiredState":"Stopped"}}',
        '{"metadata":{"labels":{"a":"b"}}}',
        f'{{"metadata":{{"finalizers":["{FINALIZER}"]}}}}',
        f'{{"metadata":{{"finalizers":["{FINALIZER}","{FOREIGN}"]}}}}',
    ):
        assert kept.refusal(patch) == ""


def test_a_replacement_by_a_manifest_is_refused(kept: Kept) -> None:
    """It has no finalizer, as Git has none; the words name what to do instead."""
    manifest = json.dumps({**RECORDING, "metadata": {"name": "standup"}})
    with pytest.raises(KubectlError, match="kubectl apply rather than replace"):
        kept.kubectl("replace", "-f", "-", stdin=manifest)
    kept.kubectl("apply", "-f", "-", stdin=manifest)


def test_a_person_can_let_go_of_a_deleted_object_by_force(kept: Kept) -> None:
    """With the annotation, which means nothing before the deletion, and only if it says true."""
    kept.annotate()
    assert "billed and unseen" in kept.refusal()
    kept.delete()
    kept.annotate("false")
    assert "billed and unseen" in kept.refusal()

    kept.annotate()

    kept.patch(DROP)
    assert kept.is_gone()


def test_a_recording_without_the_finalizer_is_nobodys_business(kept: Kept) -> None:
    """One that never began can be changed and deleted at will."""
    kept.apply(name="other", finalizers=[FOREIGN])

    kept.kubectl("patch", "crec", "other", "--type=merge", "-p", DROP)
    kept.kubectl("delete", "crec", "other")


def test_a_deleted_namespace_goes_once_the_operator_lets_go(kept: Kept) -> None:
    """The namespace controller deletes, and waits."""
    kept.patch(f'{{"metadata":{{"finalizers":["{FINALIZER}"]}}}}')
    cluster = kept.cluster
    cluster.kubectl("delete", "namespace", kept.namespace, "--wait=false")

    def says_why() -> bool:
        path = "jsonpath={.status.conditions}"
        return FINALIZER in cluster.kubectl("get", "namespace", kept.namespace, "-o", path)

    wait_for(says_why, 30, "the namespace to say what holds it")
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(grant()))
    kept.patch(DROP, f"--as={OPERATOR}")

    timeout = f"--timeout={GONE_SECONDS}s"
    cluster.kubectl("wait", "--for=delete", f"namespace/{kept.namespace}", timeout)


def grant() -> Object:
    """Return what lets the operator's ServiceAccount change recordings everywhere."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "keeper"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [
            {"kind": "Group", "name": f"system:serviceaccounts:{HOME}"},
        ],
    }


@pytest.mark.parametrize("cascade", ["background", "foreground", "orphan"])
def test_the_garbage_collector_goes_on_working(make: Callable[[str], Kept], cascade: str) -> None:
    """Owned by an object that goes: deleted with it, waited for, or left to itself."""
    kept = make(f"collected-{cascade}")
    kept.kubectl("create", "configmap", "owner")
    uid = kept.kubectl("get", "configmap", "owner", "-o", "jsonpath={.metadata.uid}")
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
    owned = {"ownerReferences": [{**owner, "blockOwnerDeletion": True}]}
    kept.patch(json.dumps({"metadata": {**owned, "finalizers": [FINALIZER]}}))
    kept.kubectl("delete", "configmap", "owner", f"--cascade={cascade}", "--wait=false")

    def settled() -> bool:
        found = json.loads(kept.kubectl("get", "crec", "standup", "-o", "json"))["metadata"]
        if cascade == "orphan":
            return "ownerReferences" not in found
        return "deletionTimestamp" in found

    wait_for(settled, 30, "the garbage collector")
    found = json.loads(kept.kubectl("get", "crec", "standup", "-o", "json"))["metadata"]
    assert FINALIZER in found["finalizers"]
    if cascade == "orphan":
        return
    kept.cluster.kubectl("apply", "-f", "-", stdin=json.dumps(grant()))
    kept.patch(DROP, f"--as={OPERATOR}")
    wait_for(kept.is_gone, 30, "the recording to go")
    owner_left = ("get", "configmap", "owner", "--ignore-not-found")
    wait_for(lambda: not kept.kubectl(*owner_left), 30, "the owner to go")


def test_in_some_namespaces_it_guards_only_these(cluster: ControlPlane) -> None:
    """Elsewhere another release works, whose operator has another name."""
    (guard, _) = policy("watchNamespaces={one,two}")

    assert guard["spec"]["matchConstraints"]["namespaceSelector"]["matchExpressions"] == [
        {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["one", "two"]}
    ]
    cluster.kubectl("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(guard))


def test_the_policy_can_be_left_out() -> None:
    """For those who run the operator under another name than the chart's."""
    assert [each["kind"] for each in policy()] == [
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
    ]
    assert policy("finalizerProtection.enabled=false") == []
