"""The policy that keeps the Secrets of projects in use, on a real API server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
import yaml

from agora_recording.domain.project import IN_USE
from e2e.chart import CHART, run
from e2e.kubeapi import CRDS, Object
from e2e.objects import CLUSTER_PROJECT, PROJECT
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane, KubectlError
from testbed.processes import wait_for

HOME = "guard-home"
"""The namespace of the operator."""
NEEDED = {"agora-rest", "s3", "agora-certificate"}
"""The Secrets that the project names."""
GIVEN = NEEDED | {"other"}
"""The Secrets of each namespace."""
GONE_SECONDS = 75
"""The namespace controller asks again at least each minute."""


def policy(*values: str) -> list[Object]:
    """Return the policies and their bindings as the chart makes them."""
    sets = [word for value in values for word in ("--set", value)]
    words = ("template", "guard", str(CHART), "--namespace", HOME)
    documents = yaml.safe_load_all(run(find_or_build_helm(), *words, *sets))
    made = [each for each in documents if each and "Admission" in each["kind"]]
    return [each for each in made if each["metadata"]["name"].endswith("-secrets")]


def project(name: str = "default", *finalizers: str) -> Object:
    """Return a project that names all of the Secrets but one."""
    made = deepcopy(PROJECT)
    made["metadata"] = {"name": name, "finalizers": list(finalizers)}
    return made


def cluster_project(*finalizers: str) -> Object:
    """Return a project for several namespaces that names the same Secrets."""
    return CLUSTER_PROJECT | {"metadata": {"name": "shared", "finalizers": list(finalizers)}}


@dataclass
class Namespace:
    """A namespace with Secrets."""

    cluster: ControlPlane
    name: str

    def set_up(self, *objects: Object) -> Namespace:
        """Make it, with Secrets and further objects."""
        self.cluster.kubectl("create", "namespace", self.name)
        for secret in GIVEN:
            self.kubectl("create", "secret", "generic", secret, "--from-literal=key=value")
        self.apply(*objects)
        return self

    def apply(self, *objects: Object) -> None:
        """Apply objects."""
        for each in objects:
            self.kubectl("apply", "-f", "-", stdin=json.dumps(each))

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl in the namespace."""
        return self.cluster.kubectl("-n", self.name, *words, stdin=stdin)

    def refusal(self, secret: str) -> str:
        """Return the words with which a deletion would be refused; "" if it would be done."""
        try:
            self.kubectl("delete", "secret", secret, "--dry-run=server")
        except KubectlError as error:
            return str(error)
        return ""

    def kept(self) -> set[str]:
        """Return which of the Secrets would not be deleted."""
        return {secret for secret in GIVEN if self.refusal(secret)}

    def await_kept(self, *secrets: str) -> None:
        """Return once exactly these are kept.

        The API server learns of projects by a watch, and of new kinds every 30 seconds.
        """
        wait_for(lambda: self.kept() == set(secrets), 45, f"{secrets} to be kept", every=0.5)

    def release(self, name: str = "default") -> None:
        """Take the finalizer off a project, as the operator does."""
        self.kubectl("patch", "agp", name, "--type=merge", "-p", '{"metadata":{"finalizers":null}}')


@pytest.fixture(scope="module")
def guarded(cluster: ControlPlane) -> Iterator[ControlPlane]:
    """The shared control plane with the policy."""
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": policy()})
    cluster.kubectl("apply", "-f", "-", stdin=text)
    yield cluster
    cluster.kubectl("delete", "-f", "-", stdin=text)


@pytest.fixture
def namespace(request: pytest.FixtureRequest, guarded: ControlPlane) -> Iterator[Namespace]:
    """A namespace of this test's own with a project in use."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:50].strip("-")
    made = Namespace(guarded, name).set_up(project("default", IN_USE))
    yield made
    if guarded.kubectl("get", "namespace", name, "--ignore-not-found"):
        for each in made.kubectl("get", "agp", "-o", "name").split():
            made.release(each.partition("/")[2])
        guarded.kubectl("delete", "namespace", name, "--wait=false")


def test_a_secret_that_a_project_in_use_names_is_kept(namespace: Namespace) -> None:
    """Those of Agora, of the storage and of tokens; the words say who needs it and what to do."""
    namespace.await_kept(*NEEDED)

    refused = namespace.refusal("s3")
    assert "AgoraProject default needs Secret s3 to stop its recordings" in refused
    assert "Delete the CloudRecordings that use the project" in refused
    assert "(Forbidden)" in refused


def test_a_secret_in_use_can_be_changed(namespace: Namespace) -> None:
    """Credentials are rotated while recordings run."""
    namespace.await_kept(*NEEDED)

    namespace.kubectl("patch", "secret", "s3", "-p", '{"stringData": {"key": "new"}}')
    namespace.kubectl("label", "secret", "s3", "a=b")


def test_a_project_that_no_recording_uses_keeps_nothing(namespace: Namespace) -> None:
    """The finalizer says whether it is in use."""
    namespace.await_kept(*NEEDED)

    namespace.release()

    namespace.await_kept()
    namespace.kubectl("delete", "secret", *GIVEN)


def test_a_project_that_names_no_more_keeps_its_credentials(namespace: Namespace) -> None:
    """A rule that failed would let everything through."""
    bare = project("default", IN_USE)
    del bare["spec"]["storage"], bare["spec"]["appCertificateSecretRef"]
    namespace.apply(bare)

    namespace.await_kept("agora-rest")


def test_one_of_several_projects_is_enough(namespace: Namespace) -> None:
    """Whoever of them is in use keeps what it names."""
    unused, used = project("unused"), project("used", "example.com/foreign", IN_USE)
    used["spec"]["credentialsSecretRef"]["name"] = "other"
    namespace.apply(unused, used)

    namespace.await_kept(*GIVEN)


def test_secrets_of_other_namespaces_are_nobodys_business(
    namespace: Namespace, guarded: ControlPlane
) -> None:
    """A namespace with Secrets of the same names, once without a project, once with an unused."""
    namespace.await_kept(*NEEDED)
    other = Namespace(guarded, f"{namespace.name}-other").set_up()

    assert other.kept() == set()
    other.apply(project())
    assert other.kept() == set()
    other.kubectl("delete", "secret", "--all")
    guarded.kubectl("delete", "namespace", other.name, "--wait=false")


def test_secrets_of_a_cluster_project_are_kept_in_the_operators_namespace(
    guarded: ControlPlane,
) -> None:
    """There they are read; Secrets of the same names elsewhere are nobody's business."""
    elsewhere = Namespace(guarded, "guard-elsewhere").set_up()
    home = Namespace(guarded, HOME).set_up(cluster_project(IN_USE))
    home.await_kept(*NEEDED)

    assert "ClusterAgoraProject shared needs Secret s3" in home.refusal("s3")
    assert elsewhere.kept() == set()
    home.apply(cluster_project())
    home.await_kept()
    home.kubectl("delete", "cagp", "shared")
    for each in (home, elsewhere):
        guarded.kubectl("delete", "namespace", each.name, "--wait=false")


def test_a_deleted_namespace_keeps_the_secrets_until_the_project_is_let_go(
    namespace: Namespace,
) -> None:
    """The namespace controller meets the refusal, tries again, and completes."""
    namespace.await_kept(*NEEDED)
    cluster, name = namespace.cluster, namespace.name
    cluster.kubectl("delete", "namespace", name, "--wait=false")

    def says_why() -> bool:
        said = cluster.kubectl("get", "namespace", name, "-o", "jsonpath={.status.conditions}")
        return "AgoraProject default needs Secret" in said

    wait_for(says_why, 30, "the namespace to say what holds it")
    assert {f"secret/{s}" for s in NEEDED} <= set(
        namespace.kubectl("get", "secret", "-o", "name").split()
    )
    namespace.release()
    cluster.kubectl("wait", "--for=delete", f"namespace/{name}", f"--timeout={GONE_SECONDS}s")


def test_secrets_can_be_deleted_where_the_crd_is_missing() -> None:
    """Installed before the CRD the policy blocks nobody, and works soon after the CRD came."""
    with ControlPlane.start() as cluster:
        for each in policy():
            cluster.kubectl("apply", "-f", "-", stdin=json.dumps(each))
        namespace = Namespace(cluster, "guard").set_up()
        assert namespace.kept() == set()

        cluster.kubectl("apply", "--server-side", "-f", str(CRDS))
        cluster.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        namespace.apply(project("default", IN_USE))
        namespace.await_kept(*NEEDED)


def test_the_policy_can_be_left_out() -> None:
    """For clusters in which something else looks after Secrets."""
    assert Counter(each["kind"] for each in policy()) == {
        "ValidatingAdmissionPolicy": 2,
        "ValidatingAdmissionPolicyBinding": 2,
    }
    assert policy("secretProtection.enabled=false") == []
