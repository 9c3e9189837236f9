"""Every constraint of the schemas on a real API server: what it refuses, and what it says.

The table in `schema_table` has a refused and an accepted value for each constraint; another test
walks the schemas and fails for a constraint that the table lacks.
"""

from collections.abc import Iterator

import pytest

from agora_recording.crd.lock import lock_rule
from agora_recording.crd.manifest import definitions
from agora_recording.crd.recording import CloudRecordingSpec
from e2e.kubeapi import Answer, KubeApi, Object, connect
from e2e.objects import CLUSTER_PROJECT, PROJECT, RECORDING, STORAGE
from e2e.schema_cases import Case
from e2e.schema_table import cases
from proofs.book import Proves
from proofs.row import Row, rows
from testbed.controlplane import ControlPlane

ROWS = frozenset(rows())

KEYWORDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "enum",
)

APP_ID_IS_FIXED = (
    "appId cannot change: running recordings can be stopped only through it; create another project"
)

URL_IS_FIXED = (
    "url cannot change: running recordings can be stopped only through it; create another project"
)

ELSEWHERE = {
    ("CloudRecording", "", lock_rule()["message"]),
    ("AgoraProject", "spec.appId", APP_ID_IS_FIXED),
    ("ClusterAgoraProject", "spec.appId", APP_ID_IS_FIXED),
    ("ClusterAgoraProject", "spec.endpoint", URL_IS_FIXED),
    ("ClusterAgoraProject", "spec.endpoint.url", URL_IS_FIXED),
}
"""Rules about changes, which need an object that exists: test_lock.py and a test below."""


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Connect, and make one good object of each kind."""
    with connect(cluster, "schema") as connection:
        assert connection.create(RECORDING, dry_run=False).accepted
        assert connection.create(PROJECT, dry_run=False).accepted
        assert connection.create(CLUSTER_PROJECT, dry_run=False).accepted
        yield connection


def attempt(api: KubeApi, case: Case, value: object) -> Answer:
    """Let the API server judge a value, in the status as the operator would write it."""
    manifest = case.manifest(value)
    name = manifest["metadata"]["name"]
    if case.path.startswith("status"):
        return api.patch(case.kind, name, {"status": manifest["status"]})
    manifest["metadata"] = {"name": f"{name}-other"}
    return api.create({key: value for key, value in manifest.items() if key != "status"})


@pytest.mark.parametrize("case", cases(), ids=lambda case: " ".join(case.constraint))
def test_a_constraint_refuses_with_a_remedy_and_accepts_the_edge(
    api: KubeApi, case: Case, proves: Proves
) -> None:
    """The error names the field and says what would be right; the nearest good value passes."""
    refused = attempt(api, case, case.refused)
    blamed = [each for each in refused.causes if case.says in each.message]

    assert not refused.accepted
    assert {(case.blames or case.path), f"{case.path}[]"} & {each.field for each in blamed}, (
        refused.body["message"]
    )
    for value in case.accepted:
        answer = attempt(api, case, value)
        assert answer.accepted, answer.body["message"]
    for row in {Row(case.kind, case.path), Row(case.kind, case.path, case.keyword)} & ROWS:
        proves(row)


def constraints(kind: str, schema: Object, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield what a schema demands, at any depth."""
    yield from ((kind, path, word) for word in KEYWORDS if word in schema)
    yield from ((kind, path, f"required {name}") for name in schema.get("required", ()))
    if schema.get("x-kubernetes-list-type") in {"set", "map"}:
        yield kind, path, "list-type"
    for rule in schema.get("x-kubernetes-validations", ()):
        yield kind, path, rule["message"]
    for name, child in schema.get("properties", {}).items():
        yield from constraints(kind, child, f"{path}.{name}".removeprefix("."))
    if "items" in schema:
        yield from constraints(kind, schema["items"], f"{path}[]")
    if "additionalProperties" in schema:
        yield from constraints(kind, schema["additionalProperties"], f"{path}{{}}")


@pytest.mark.parametrize("crd", definitions(), ids=lambda crd: crd["spec"]["names"]["singular"])
def test_no_constraint_is_without_a_case(crd: Object) -> None:
    """A new constraint needs a row in the table, a removed one leaves no row behind."""
    kind = crd["spec"]["names"]["kind"]
    (version,) = crd["spec"]["versions"]
    demanded = set(constraints(kind, version["schema"]["openAPIV3Schema"]))
    tried = {case.constraint for case in cases() if case.kind == kind}

    assert demanded - tried - ELSEWHERE == set()
    assert tried - demanded == set()


@pytest.mark.parametrize("kind", ["AgoraProject", "ClusterAgoraProject"])
def test_an_app_id_cannot_change(api: KubeApi, kind: str, proves: Proves) -> None:
    """Running recordings can be stopped only through it; the message says what to do instead."""
    answer = api.patch(kind, "full", {"spec": {"appId": "0" * 32}})

    assert [(each.field, APP_ID_IS_FIXED in each.message) for each in answer.causes] == [
        ("spec.appId", True)
    ]
    proves(Row(kind, "spec.appId", APP_ID_IS_FIXED))


@pytest.mark.parametrize(
    ("endpoint", "field"),
    [
        ({"url": "https://other.example.com"}, "spec.endpoint.url"),
        ({"url": None}, "spec.endpoint"),
        (None, "spec.endpoint"),
    ],
)
def test_the_url_of_a_cluster_project_cannot_change(
    api: KubeApi, endpoint: Object | None, field: str, proves: Proves
) -> None:
    """Neither its value nor whether there is one; the area can, for the next recordings."""
    answer = api.patch("ClusterAgoraProject", "full", {"spec": {"endpoint": endpoint}})
    moved = {"spec": {"endpoint": {"area": "MainlandChina"}}}

    assert [(each.field, URL_IS_FIXED in each.message) for each in answer.causes] == [(field, True)]
    assert api.patch("ClusterAgoraProject", "full", moved).accepted
    proves(Row("ClusterAgoraProject", field, URL_IS_FIXED))


def test_the_server_fills_in_what_the_model_fills_in(api: KubeApi) -> None:
    """The operator may read a spec without knowing whether the API server has defaulted it."""
    storage = {**STORAGE, "credentialsSecretRef": {"name": "s3", "keys": {"accessKey": "id"}}}
    short = {"channel": "standup", "mix": {"layout": {}}, "projectRef": {}, "storage": storage}
    answer = api.create(RECORDING | {"metadata": {"name": "short"}, "spec": short})

    assert answer.body["spec"] == CloudRecordingSpec.model_validate(short).to_wire()
