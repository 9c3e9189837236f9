"""The JSON Schemas refuse what the API server refuses, as far as such a schema can."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastjsonschema  # type: ignore[import-untyped]  # it has no stubs
import pytest
import yaml

from agora_recording.crd.model import GROUP
from agora_recording.offline.kinds import kinds
from e2e.objects import GOOD
from e2e.schema_cases import Case
from e2e.schema_table import cases
from e2e.test_schema import KEYWORDS
from generate import schemas

ROOT = Path(__file__).parents[3]
FILES = schemas.files()
SCHEMAS = {(schema := json.loads(text))["title"]: schema for text in FILES.values()}
CHECKS = {kind: fastjsonschema.compile(schema) for kind, schema in SCHEMAS.items()}
SAYABLE = {*KEYWORDS, "list-type"}
"""Keywords that draft 7 has, too."""


def accepts(manifest: dict[str, Any]) -> bool:
    """Say whether the schema of its kind lets an object through."""
    try:
        CHECKS[manifest["kind"]](manifest)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def sayable(case: Case) -> bool:
    """Say whether draft 7 has a word for a constraint; it has none for CEL."""
    return case.keyword in SAYABLE or case.keyword.startswith("required ")


def kind_of_list(case: Case) -> str:
    """Return how the list of a constraint is merged."""
    schema = kinds()[case.kind].schema
    for name in case.path.split("."):
        schema = schema["properties"][name.removesuffix("[]")]
        schema = schema["items"] if name.endswith("[]") else schema
    return str(schema["x-kubernetes-list-type"])


def descriptions(schema: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield all descriptions of a schema, at any depth."""
    if isinstance(schema, dict):
        yield from [schema["description"]] if isinstance(schema.get("description"), str) else []
        for each in schema.values():
            yield from descriptions(each)


ALL = [each for each in cases() if each.keyword != "list-type" or kind_of_list(each) == "set"]
"""Draft 7 has no word for lists by key."""


@pytest.mark.parametrize("path", FILES)
def test_a_schema_is_up_to_date(path: str) -> None:
    """What the code says changed: `make generate`."""
    assert (ROOT / path).read_text() == FILES[path], "run `make generate`"


@pytest.mark.parametrize("kind", GOOD)
def test_an_object_with_everything_is_good(kind: str) -> None:
    """With its status, as the API server shows it."""
    assert accepts(GOOD[kind])


@pytest.mark.parametrize("case", [*filter(sayable, ALL)], ids=lambda c: " ".join(c.constraint))
def test_a_constraint_holds_in_editors_too(case: Case) -> None:
    """What is refused here need not be sent to be known for wrong."""
    assert not accepts(case.manifest(case.refused))
    assert all(accepts(case.manifest(value)) for value in case.accepted)


@pytest.mark.parametrize(
    "case", [each for each in ALL if not sayable(each)], ids=lambda c: " ".join(c.constraint)
)
def test_a_rule_is_named_in_the_description(case: Case) -> None:
    """A person who writes the field reads it, though no editor checks it."""
    assert any(case.keyword in text for text in descriptions(SCHEMAS[case.kind]))


@pytest.mark.parametrize("path", ["spec.unknown", "unknown", "spec.mix.unknown"])
def test_a_field_that_does_not_exist_is_refused(path: str) -> None:
    """The reason why most people have an editor read a schema."""
    manifest = Case("CloudRecording", path, "", None, (), "").manifest(1)

    assert not accepts(manifest)


def test_the_samples_are_good() -> None:
    """Each object of ours in each file."""
    files = sorted((ROOT / "deploy/samples").rglob("*.yaml"))
    documents = [each for path in files for each in yaml.safe_load_all(path.read_text())]
    ours = [each for each in documents if each["apiVersion"].startswith(GROUP)]

    assert len(ours) > 2
    assert [each for each in ours if not accepts(each)] == []
