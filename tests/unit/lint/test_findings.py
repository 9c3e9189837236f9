"""What is read of the answers of linters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lint.findings import Finding, UnjudgedError, of_checkov, of_kube_score

NAME = "defaults-agora-recording-operator"


def scored(name: str, **check: Any) -> str:
    """Return what kube-score says of one check of a Deployment."""
    result = {"check": {"id": "resources"}, "skipped": False, "comments": None, **check}
    seen = {"type_meta": {"kind": "Deployment"}, "object_meta": {"name": name}}
    return json.dumps([{**seen, "checks": [result]}])


def checked(resource: str, **summary: int) -> str:
    """Return what checkov says of one check."""
    failed = {"check_id": "CKV_1", "resource": resource, "file_path": "/x/defaults.yaml"}
    whole = {"passed": 9, "failed": 1, "parsing_errors": 0, **summary}
    return json.dumps({"results": {"failed_checks": [failed]}, "summary": whole})


@pytest.mark.parametrize(("grade", "found"), [(10, 0), (7, 1), (5, 1), (1, 1)])
def test_less_than_the_best_grade_is_a_finding(grade: int, found: int) -> None:
    """Warnings as well: whoever wants to live with one says why."""
    assert len(of_kube_score(scored(NAME, grade=grade), "defaults")) == found


def test_what_does_not_concern_an_object_is_no_finding() -> None:
    """It is skipped, whatever its grade."""
    assert of_kube_score(scored(NAME, grade=1, skipped=True), "defaults") == []


def test_each_comment_is_a_finding_of_its_own() -> None:
    """A missing CPU limit can be let be without letting a missing memory limit be."""
    comments = [{"summary": "no CPU limit"}, {"summary": "no memory limit"}]
    found = of_kube_score(scored(f"{NAME}-simulator", grade=1, comments=comments), "defaults")

    assert found == [
        Finding("resources: no CPU limit", "Deployment-simulator", "defaults"),
        Finding("resources: no memory limit", "Deployment-simulator", "defaults"),
    ]


def test_nothing_judged_is_not_nothing_found() -> None:
    """Neither by kube-score, nor by checkov if it cannot read a file or has seen too few."""
    for text in ("[]", "null"):
        with pytest.raises(UnjudgedError, match="saw no object with the values defaults"):
            of_kube_score(text, "defaults")
    nothing = json.dumps({"passed": 0, "failed": 0, "parsing_errors": 0})
    for text in (checked("a.b.c", parsing_errors=1), checked("a.b.c", passed=1), nothing):
        with pytest.raises(UnjudgedError, match="did not judge all manifests"):
            of_checkov(text, 2)


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        (f"Deployment.recording.{NAME}", "Deployment"),
        (f"Job.recording.{NAME}-uninstall", "Job-uninstall"),
        (f"Pod.recording.{NAME}.app.kubernetes.io/name-x", "Pod"),
        ("ConfigMap.recording.other", "ConfigMap-other"),
    ],
)
def test_an_object_is_named_by_what_it_does_in_the_release(resource: str, named: str) -> None:
    """The same with all values, of which the release has its name."""
    assert of_checkov(checked(resource), 1) == [Finding("CKV_1", named, "defaults")]
