"""What the rules of the CRDs cost, and that those of a later release leave old objects alone.

A CRD with rules and one without stand side by side, in groups of their own.
"""

import json
import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from agora_recording.crd.manifest import cloud_recording
from agora_recording.crd.schema import VALIDATIONS
from e2e.kubeapi import KubeApi, Object, connect, control_plane
from e2e.objects import RECORDING, RECORDING_STATUS
from e2e.schema_cases import Case
from e2e.schema_table import cases
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for

KIND = "CloudRecording"
UPGRADED, RULED, PLAIN = "upgraded.example.com", "ruled.example.com", "plain.example.com"
WRITES = 200
"""Writes of a status to each of two CRDs, by turns."""
LIMIT = 1.3
"""How much more a status may cost with rules than without."""

BROKEN = {
    f"broken-{number}": case
    for number, case in enumerate(cases())
    if case.kind == KIND and case.path.startswith("spec") and case.keyword == case.says
}
"""By the name of an object, the rule that it breaks."""
EDITS: dict[str, Object] = {
    "status": {"status": {"phase": "Recording"}},
    "finalizer": {"metadata": {"finalizers": ["recording.agora.io/stop"]}},
    "stop": {"spec": {"desiredState": "Stopped"}},
    "unrelated": {"spec": {"maxRestarts": 3}},
}
"""What must be possible with any object that is stored."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[ControlPlane]:
    """A control plane of its own: kubectl would take the kinds made here for ours, named alike."""
    with control_plane() as running:
        yield running


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Connect to a namespace for objects of all groups."""
    with connect(cluster, "rules") as connection:
        yield connection


def without_rules(schema: Any) -> Any:  # noqa: ANN401 - a part of a manifest
    """Return a CRD, or a part of it, as it is without any rule."""
    if isinstance(schema, list):
        return [without_rules(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: without_rules(each) for name, each in schema.items() if name != VALIDATIONS}


def install(cluster: ControlPlane, api: KubeApi, group: str, crd: Object) -> None:
    """Make a group know a CRD, and wait until it is served."""
    names = {name: word for name, word in crd["spec"]["names"].items() if name != "shortNames"}
    spec = {**crd["spec"], "group": group, "names": names}
    name = f"{names['plural']}.{group}"
    manifest = {**crd, "metadata": {"name": name}, "spec": spec}
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=json.dumps(manifest))
    cluster.kubectl("wait", "--for=condition=Established", "crd", name, "--timeout=30s")
    wait_for(lambda: api.of(group).create(RECORDING).accepted, 30, f"{group} to be served")


def broken(name: str, case: Case) -> Object:
    """Return an object that breaks a rule."""
    manifest = case.manifest(case.refused)
    return {"kind": KIND, "metadata": {"name": name}, "spec": manifest["spec"]}


@pytest.fixture(scope="module")
def old_objects(cluster: ControlPlane, api: KubeApi) -> KubeApi:
    """Store objects that break rules, and then install the CRD that has these rules."""
    upgraded = api.of(UPGRADED)
    install(cluster, api, UPGRADED, without_rules(cloud_recording()))
    for name, case in BROKEN.items():
        assert upgraded.create(broken(name, case), dry_run=False).accepted
    install(cluster, api, UPGRADED, cloud_recording())
    first = next(iter(BROKEN))
    anew = partial(upgraded.create, broken("anew", BROKEN[first]))
    wait_for(lambda: not anew().accepted, 30, "the rules to be in force")
    return upgraded


@pytest.mark.parametrize("name", BROKEN)
def test_a_new_rule_bricks_no_old_object(old_objects: KubeApi, name: str) -> None:
    """Its status can be written, and its owner can stop it, or edit what the rule is not about."""
    for what, edit in EDITS.items():
        answer = old_objects.patch(KIND, name, edit)
        assert answer.accepted, f"{what}: {answer.body['message']}"


@pytest.mark.parametrize("name", BROKEN)
def test_a_new_rule_holds_for_new_objects(old_objects: KubeApi, name: str) -> None:
    """Only what was stored before is forgiven."""
    answer = old_objects.create(broken("new", BROKEN[name]))

    assert any(BROKEN[name].says in cause.message for cause in answer.causes)


def test_a_status_costs_little_more_with_rules_than_without(
    cluster: ControlPlane, api: KubeApi
) -> None:
    """The operator writes statuses all the time, and each write has all rules checked."""
    install(cluster, api, RULED, cloud_recording())
    install(cluster, api, PLAIN, without_rules(cloud_recording()))
    status = {"status": {**RECORDING_STATUS, "resourceId": "r1"}}
    for group in (RULED, PLAIN):
        assert api.of(group).create(RECORDING, dry_run=False).accepted
        assert api.of(group).patch(KIND, "full", status, dry_run=False).accepted
    costs = [(written(api.of(RULED), n), written(api.of(PLAIN), n)) for n in range(WRITES)]
    ruled, plain = (statistics.median(each) for each in zip(*costs, strict=True))
    ratio = statistics.median(ruled / plain for ruled, plain in costs)

    print(f"a status: {ruled * 1000:.2f} ms with rules, {plain * 1000:.2f} ms without, {ratio:.2f}")  # noqa: T201 - a figure
    assert ratio <= LIMIT


def written(api: KubeApi, number: int) -> float:
    """Write another status, and return the seconds that it took."""
    patch = {"status": {"phase": str(number)}}
    began = time.perf_counter()
    assert api.patch(KIND, "full", patch, dry_run=False).accepted
    return time.perf_counter() - began
