"""The samples say what people would write; the API server judges them in tests/e2e."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agora_recording.agora import wire
from agora_recording.crd.mode import MODES
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.vendor import REGION_NUMBERS, StorageVendor
from agora_recording.translate.secrets import Purpose, encryption_need, storage_need, unfit
from agora_recording.translate.storage import storage_config

SAMPLES = Path(__file__).parents[3] / "deploy" / "samples"
FILES = sorted((SAMPLES / "storage").glob("*.yaml"))
MODE_FILES = sorted((SAMPLES / "modes").glob("*.yaml"))


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


def recordings() -> Iterator[CloudRecordingSpec]:
    """Yield the recordings of all samples of modes."""
    for file in MODE_FILES:
        for document in documents(file):
            if document["kind"] == "CloudRecording":
                yield CloudRecordingSpec.model_validate(document["spec"])


def test_each_mode_has_a_sample() -> None:
    """Screenshots alone, which make other files, have one of their own."""
    individual = [each.individual for each in recordings() if each.individual]
    alone = [each.snapshots.only for each in individual if each.snapshots]

    assert {each.mode for each in recordings()} == set(MODES)
    assert alone == [True]
    assert len(individual) > len(alone)


def test_the_secret_of_an_encrypted_channel_is_one_that_can_be_used() -> None:
    """Its keys are those that are read, and its salt is one."""
    secret, recording = documents(SAMPLES / "modes" / "encrypted.yaml")
    wanted = CloudRecordingSpec.model_validate(recording["spec"]).encryption
    assert wanted is not None
    need, held = encryption_need(wanted), secret["stringData"]

    assert need.name == secret["metadata"]["name"]
    assert set(need.keys.values()) == set(held)
    assert unfit(Purpose.ENCRYPTION, held) == {}
