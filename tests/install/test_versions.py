"""Versions of the API are supersets of each other, and the older one can be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from install.versions import released_version, this_version

STAYS: Final = ("type", "format", "default", "x-kubernetes-list-type", "x-kubernetes-list-map-keys")
"""What of a field never changes."""


def losses(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[str]:
    """Yield what a schema demands or lacks that an earlier one did not."""
    if [old.get(key) for key in STAYS] != [new.get(key) for key in STAYS]:
        yield f"{path} is another"
    if not {*new.get("enum", ())} >= {*old.get("enum", ())} or ("enum" in new) > ("enum" in old):
        yield f"{path} has lost a word"
    if more := {*new.get("required", ())} - {*old.get("required", ())}:
        yield f"{path} demands {more}"
    for name, field in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from losses(field, new["properties"][name], f"{path}.{name}")
        else:
            yield f"{path} has lost {name}"
    for inside in {"items", "additionalProperties"} & old.keys():
        yield from losses(old[inside], new.get(inside, {}), f"{path}[]")


def schemas(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the schema of each version of each kind."""
    crds = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in folder.glob("*.yaml")]
    return {
        (crd["spec"]["names"]["kind"], version["name"]): version["schema"]["openAPIV3Schema"]
        for crd in crds
        for version in crd["spec"]["versions"]
    }


def test_no_kind_has_lost_anything_since_the_released_version(tmp_path: Path) -> None:
    """No field is removed, retyped or required, no default is another, no word is refused."""
    old = schemas(released_version(tmp_path).source / "crds")
    new = schemas(this_version().source / "crds")

    assert len(old) == 3
    assert old.keys() <= new.keys()
    assert [each for key in old for each in losses(old[key], new[key], key[0])] == []


@pytest.mark.parametrize(
    ("changed", "loss"),
    [
        ({"properties": {}}, "it has lost a"),
        ({"required": ["a"]}, "it demands {'a'}"),
        ({"properties": {"a": {"type": "integer"}}}, "it.a is another"),
        ({"properties": {"a": {"type": "string", "default": "x"}}}, "it.a is another"),
        ({"properties": {"a": {"type": "string", "enum": ["x"]}}}, "it.a has lost a word"),
    ],
)
def test_a_loss_is_noticed(changed: dict[str, Any], loss: str) -> None:
    """Else the test above would prove nothing."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}

    assert [*losses(schema, schema, "it")] == []
    assert [*losses(schema, schema | changed, "it")] == [loss]


def test_a_clone_without_the_released_version_is_told_how_to_get_it(tmp_path: Path) -> None:
    """As one that holds the latest commit only."""
    with pytest.raises(AssertionError, match="git fetch --unshallow --tags"):
        released_version(tmp_path / "released", tmp_path)
