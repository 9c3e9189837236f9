"""The samples say what people would write; the API server judges them in tests/e2e."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agora_recording.agora import wire
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.vendor import REGION_NUMBERS, StorageVendor
from agora_recording.translate.secrets import storage_need
from agora_recording.translate.storage import storage_config

STORAGES = Path(__file__).parents[3] / "deploy" / "samples" / "storage"
FILES = sorted(STORAGES.glob("*.yaml"))


def documents(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a sample."""
    yield from yaml.safe_load_all(file.read_text())


def projects() -> Iterator[AgoraProjectSpec]:
    """Yield the projects of all samples of storage."""
    for file in FILES:
        for document in documents(file):
            if document["kind"] == "AgoraProject":
                yield AgoraProjectSpec.model_validate(document["spec"])


def config(project: AgoraProjectSpec) -> wire.StorageConfig:
    """Return what Agora is told of a project's storage."""
    assert project.storage is not None
    return storage_config(project.storage, {})


def test_each_vendor_has_a_sample() -> None:
    """Whoever has a bucket somewhere finds it."""
    assert {each.storage.vendor for each in projects() if each.storage} == set(StorageVendor)


@pytest.mark.parametrize("project", list(projects()), ids=lambda project: project.storage.vendor)
def test_a_sample_names_a_region_that_agora_knows(project: AgoraProjectSpec) -> None:
    """Where the vendor has any."""
    assert project.storage is not None
    named = REGION_NUMBERS[project.storage.vendor].get(project.storage.region or "", 0)

    assert config(project)["region"] == named
    assert bool(project.storage.region) == bool(REGION_NUMBERS[project.storage.vendor])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_objects_of_a_sample_fit_together(file: Path) -> None:
    """The recording names the project, and the project the Secret, with the keys that it reads."""
    secret, project, recording = documents(file)
    storage = AgoraProjectSpec.model_validate(project["spec"]).storage
    assert storage is not None
    need = storage_need(storage)

    assert recording["spec"]["projectRef"]["name"] == project["metadata"]["name"]
    assert need.name == secret["metadata"]["name"]
    assert set(need.required) <= set(secret["stringData"]) <= set(need.keys.values())
