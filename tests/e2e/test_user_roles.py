"""The roles for people: who may read, who may spend, and that nobody writes a status."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from e2e.chart import CHART, run
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for

NAMESPACE = "people"
READ = ("get", "list", "watch")
WRITE = ("create", "update", "patch", "delete", "deletecollection")
OURS = ("cloudrecordings", "agoraprojects")


@pytest.fixture(scope="module")
def people(helm: Path, cluster: ControlPlane) -> Iterator[ControlPlane]:
    """A cluster where each role of the chart, and each of Kubernetes' own, is held by somebody."""
    manifests = run(helm, "template", "op", str(CHART), "--show-only", "templates/userroles.yaml")
    cluster.kubectl("create", "namespace", NAMESPACE)
    cluster.kubectl("apply", "-f", "-", stdin=manifests)
    for role in ("view", "edit", "admin"):
        for holder, name in (("own", role), ("chart", f"op-agora-recording-operator-{role}")):
            cluster.kubectl(
                "-n",
                NAMESPACE,
                "create",
                "rolebinding",
                f"{holder}-{role}",
                f"--clusterrole={name}",
                f"--user={holder}-{role}",
            )
    wait_for(lambda: rights(cluster, "own-view"), 30, "the aggregation")
    wait_for(lambda: rights(cluster, "own-admin") > ALL_READ, 30, "the aggregation")
    yield cluster
    cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
    cluster.kubectl("delete", "-f", "-", stdin=manifests)


def rights(cluster: ControlPlane, user: str) -> set[tuple[str, str]]:
    """Return what somebody may do with the kinds of the group in the namespace."""
    rules = cluster.kubectl("-n", NAMESPACE, "auth", "can-i", "--list", f"--as={user}")
    found = set()
    for line in rules.splitlines():
        if ".recording.agora.io" in line:
            resource, verbs = line.split()[0], line[line.rindex("[") + 1 : line.rindex("]")]
            found |= {(resource.replace(".recording.agora.io", ""), each) for each in verbs.split()}
    return found


ALL_READ = {(kind, verb) for kind in (*OURS, "clusteragoraprojects") for verb in READ}
RECORD = ALL_READ | {("cloudrecordings", verb) for verb in WRITE}
OWN_PROJECTS = RECORD | {("agoraprojects", verb) for verb in WRITE}


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("chart-view", ALL_READ),
        ("chart-edit", RECORD),
        ("chart-admin", OWN_PROJECTS),
        ("own-view", ALL_READ),
        ("own-edit", ALL_READ),
        ("own-admin", OWN_PROJECTS),
    ],
)
def test_a_role_allows_this_and_nothing_else(
    people: ControlPlane, user: str, expected: set[tuple[str, str]]
) -> None:
    """Editors of a namespace see recordings, and cannot spend; a status is written by nobody."""
    assert rights(people, user) == expected


def test_an_admin_can_give_the_right_to_record(people: ControlPlane) -> None:
    """To whom they choose; that is no escalation, since they have it themselves."""
    made = people.kubectl(
        "-n",
        NAMESPACE,
        "create",
        "rolebinding",
        "teacher",
        "--clusterrole=op-agora-recording-operator-edit",
        "--user=teacher",
        "--as=own-admin",
    )

    assert made == "rolebinding.rbac.authorization.k8s.io/teacher created\n"
    assert rights(people, "teacher") == RECORD


def test_aggregation_can_be_chosen(helm: Path) -> None:
    """And each role can be left to bindings."""
    chosen = "userRoles.aggregate.view=false,userRoles.aggregate.edit=true"
    words = ("--show-only", "templates/userroles.yaml", "--set", chosen)
    roles = yaml.safe_load_all(run(helm, "template", "op", str(CHART), *words))
    aggregated = {
        label.rpartition("/")[2]
        for role in roles
        for label in role["metadata"]["labels"]
        if "aggregate-to" in label
    }

    assert aggregated == {"aggregate-to-edit", "aggregate-to-admin"}
