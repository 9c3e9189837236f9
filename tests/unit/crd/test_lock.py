"""Which fields the lock holds."""

import pytest

from agora_recording.crd.lock import LOCKED, MUTABLE, lock_rule
from agora_recording.crd.manifest import cloud_recording
from agora_recording.crd.mode import Mix
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage
from agora_recording.crd.web import Web

MIX, WEB, STORAGE = "mix", "web", "storage"


def leaves() -> list[str]:
    """Return every field of the spec, those of a mode and of storage one by one."""
    wire = CloudRecordingSpec.model_json_schema()["properties"]
    inside = {
        MIX: Mix.model_json_schema()["properties"],
        WEB: Web.model_json_schema()["properties"],
        STORAGE: Storage.model_json_schema()["properties"],
    }
    return [
        f"{name}.{child}" if child else name
        for name in wire
        for child in inside.get(name, {"": None})
    ]


def test_every_field_of_the_spec_is_either_locked_or_mutable() -> None:
    """A new field must be given a side when it is added."""
    assert sorted(leaves()) == sorted((*LOCKED, *MUTABLE))


@pytest.mark.parametrize("field", LOCKED)
def test_the_rule_compares_and_names_each_locked_field(field: str) -> None:
    """In the condition, in the message and in the message that stands in for it."""
    rule = lock_rule()

    assert f"self.spec.{field} == oldSelf.spec.{field})" in rule["rule"]
    assert f"'{field}, '" in rule["messageExpression"]
    assert field in rule["message"]


@pytest.mark.parametrize("field", MUTABLE)
def test_the_rule_leaves_mutable_fields_alone(field: str) -> None:
    """What a running recording can follow may change."""
    assert f"self.spec.{field} ==" not in lock_rule()["rule"]


def test_the_lock_is_the_only_rule_at_the_root() -> None:
    """Each rule at the root is run for each write of a status."""
    (version,) = cloud_recording()["spec"]["versions"]

    assert version["schema"]["openAPIV3Schema"]["x-kubernetes-validations"] == [lock_rule()]
