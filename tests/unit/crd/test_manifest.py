"""Facts about the CustomResourceDefinitions, and that the files in crds/ are theirs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agora_recording.crd.manifest import (
    STATUS_PENDING,
    agora_project,
    cloud_recording,
    cluster_agora_project,
    definitions,
)

CRDS = Path(__file__).parents[3] / "crds"
LARGEST = 256 * 1024  # bytes: `kubectl apply` keeps a copy in an annotation of at most this size

each = pytest.mark.parametrize(
    "crd", definitions(), ids=lambda crd: crd["spec"]["names"]["shortNames"][0]
)


def version(crd: dict[str, Any]) -> dict[str, Any]:
    """Return the only version of a CRD."""
    (only,) = crd["spec"]["versions"]
    return dict(only)


def properties(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each property at any depth with its path."""
    for name, child in schema.get("properties", {}).items():
        yield f"{path}.{name}", child
        yield from properties(child, f"{path}.{name}")
    if "items" in schema:
        yield from properties(schema["items"], f"{path}[]")


@each
def test_a_crd_has_one_version_and_a_status(crd: dict[str, Any]) -> None:
    """One version, served and stored, whose status is a subresource."""
    only = version(crd)

    assert crd["spec"]["names"]["categories"] == ["agora"]
    assert (only["name"], only["served"], only["storage"]) == ("v1alpha1", True, True)
    assert only["subresources"] == {"status": {}}


def test_what_serves_several_namespaces_is_in_none() -> None:
    """All else is in one."""
    scopes = {crd["spec"]["names"]["kind"]: crd["spec"]["scope"] for crd in definitions()}

    assert scopes == {
        "AgoraProject": "Namespaced",
        "CloudRecording": "Namespaced",
        "ClusterAgoraProject": "Cluster",
    }


@pytest.mark.parametrize(
    ("crd", "names"),
    [
        (cloud_recording(), ("cloudrecordings", "cloudrecording", ["crec"])),
        (agora_project(), ("agoraprojects", "agoraproject", ["agp"])),
        (cluster_agora_project(), ("clusteragoraprojects", "clusteragoraproject", ["cagp"])),
    ],
)
def test_a_crd_has_the_names_that_people_type(
    crd: dict[str, Any], names: tuple[str, str, list[str]]
) -> None:
    """Plural, singular and short name."""
    given = crd["spec"]["names"]

    assert (given["plural"], given["singular"], given["shortNames"]) == names
    assert crd["metadata"]["name"] == f"{names[0]}.recording.agora.io"


@pytest.mark.parametrize(
    ("crd", "always", "wide"),
    [
        (
            cloud_recording(),
            ["Channel", "Mode", "Phase", "Ready", "Reason", "Age"],
            ["UID", "SID", "Project"],
        ),
        (agora_project(), ["App-ID", "Area", "Ready", "Reason", "Age"], []),
        (cluster_agora_project(), ["App-ID", "Area", "Ready", "Reason", "Age"], []),
    ],
)
def test_columns_say_whether_it_records(
    crd: dict[str, Any], always: list[str], wide: list[str]
) -> None:
    """The narrow columns answer the question, the wide ones help to search."""
    columns = version(crd)["additionalPrinterColumns"]

    assert [c["name"] for c in columns if "priority" not in c] == always
    assert [c["name"] for c in columns if c.get("priority") == 1] == wide


def test_recordings_can_be_selected_by_what_people_look_for() -> None:
    """`kubectl get crec --field-selector spec.channel=standup`."""
    fields = [each["jsonPath"] for each in version(cloud_recording())["selectableFields"]]

    assert fields == [".spec.channel", ".spec.desiredState", ".status.phase", ".status.sid"]


@each
def test_an_unseen_object_is_pending(crd: dict[str, Any]) -> None:
    """The default of the status keeps tools from taking a new object for a finished one."""
    status = version(crd)["schema"]["openAPIV3Schema"]["properties"]["status"]

    assert status["default"]["observedGeneration"] == -1
    assert status["default"]["conditions"] == [
        {
            "type": "Ready",
            "status": "Unknown",
            "reason": "Pending",
            "message": STATUS_PENDING,
            "lastTransitionTime": "1970-01-01T00:00:00Z",
        }
    ]


@each
def test_every_field_is_explained(crd: dict[str, Any]) -> None:
    """Descriptions are the text of `kubectl explain`."""
    schema = version(crd)["schema"]["openAPIV3Schema"]
    unexplained = [path for path, child in properties(schema) if not child.get("description")]

    assert unexplained == []


@each
def test_a_description_is_plain_text(crd: dict[str, Any]) -> None:
    """`kubectl explain` shows markup and line ends as they are."""
    schema = version(crd)["schema"]["openAPIV3Schema"]
    texts = [(path, child["description"]) for path, child in properties(schema)]
    marked_up = [path for path, text in texts if "`" in text or "\n" in text]

    assert marked_up == []


@each
def test_a_crd_fits_into_an_annotation(crd: dict[str, Any]) -> None:
    """`kubectl apply` without --server-side stores the whole object in an annotation."""
    assert len(json.dumps(crd).encode()) < LARGEST


@each
def test_the_file_is_what_the_models_say(crd: dict[str, Any]) -> None:
    """A changed model needs `make generate`."""
    file = CRDS / f"{crd['spec']['names']['plural']}.yaml"

    assert yaml.safe_load(file.read_text()) == crd, "run `make generate`"
