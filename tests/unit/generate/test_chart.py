"""The chart's values say the same as the operator's settings, and refuse the rest."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic.alias_generators import to_camel

from agora_recording.cluster import permissions as uninstalling
from agora_recording.kube.permissions import (
    AT_HOME,
    IN_NAMESPACES,
    IN_THE_CLUSTER,
    Permission,
)
from agora_recording.settings import PREFIX, Settings
from generate import crds, roles, values

CHART = Path(__file__).parents[3] / "charts" / "agora-recording-operator"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA = json.loads((CHART / "values.schema.json").read_text())

FIXED = {
    "identity": "must differ between two processes",
    "health_host": "the kubelet asks the pod's address",
    "health_port": "named in the Deployment",
    "namespace": "the pod's own",
    "pod_name": "the pod's own",
    "watch_namespaces": "watchNamespaces, by which there are Roles, too",
}
"""Settings that the chart does not offer, and why."""

OPEN = {"global", "nodeAffinity", "podAffinity", "podAntiAffinity"}
"""Objects of the values that are Helm's or Kubernetes' own, and checked by them."""


def offered() -> dict[str, Any]:
    """Return the default of each setting that the chart offers, as it is written in the values."""
    defaults = Settings(identity="any").model_dump(mode="json")
    return {to_camel(name): value for name, value in defaults.items() if name not in FIXED}


def objects(schema: dict[str, Any], name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each schema of an object at any depth."""
    if schema.get("type") == "object" and name not in OPEN:
        yield name, schema
    inner = {**schema.get("properties", {}), **schema.get("definitions", {})}
    for child, each in inner.items():
        yield from objects(each, child)
    if "items" in schema:
        yield from objects(schema["items"], name)


def test_the_values_have_the_defaults_of_the_settings() -> None:
    """Installing with Helm changes nothing that nobody asked for."""
    unset = {name: "" if value is None else value for name, value in offered().items()}

    assert VALUES["settings"] == unset


def test_each_setting_is_in_the_schema() -> None:
    """A setting that the schema does not know could not be set."""
    assert SCHEMA["properties"]["settings"]["properties"].keys() == offered().keys()


def test_each_value_is_in_the_schema() -> None:
    """The defaults and the schema list the same values; Helm itself adds `global`."""
    assert SCHEMA["properties"].keys() - {"global"} == VALUES.keys()


def leaves(values: dict[str, Any], inside: str = "") -> Iterator[str]:
    """Yield the path of each value that is no group of others."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{inside}{name}.")
        else:
            yield inside + name


def test_each_value_is_explained() -> None:
    """By the comment before it, or before the one whose default it is a part of."""
    explained = values.comments((CHART / "values.yaml").read_text())
    whole = {path for path in explained if not any(p.startswith(f"{path}.") for p in explained)}
    lost = [
        leaf
        for leaf in leaves(VALUES)
        if not any(f"{leaf}.".startswith(f"{path}.") for path in whole)
    ]

    assert lost == []


def test_the_schema_knows_the_spec_of_a_project_as_it_is() -> None:
    """A field that is added to the kind can be set in the values."""
    schema = (CHART / "values.schema.json").read_text()

    assert values.with_project(schema) == schema, "run `make generate`"


@pytest.mark.parametrize(("name", "schema"), list(objects(SCHEMA)))
def test_the_schema_refuses_unknown_values(name: str, schema: dict[str, Any]) -> None:
    """A misspelt value must not be ignored."""
    assert schema.get("additionalProperties") not in (None, True), name


def test_the_pods_use_the_prefix_of_the_settings() -> None:
    """Each value becomes a variable that the settings read."""
    template = (CHART / "templates" / "_pods.tpl").read_text()

    assert f"name: {PREFIX}{{{{ $name | snakecase | upper }}}}" in template


@pytest.mark.parametrize(
    ("name", "permissions"),
    [
        ("clusterrole.yaml", (*IN_NAMESPACES, *IN_THE_CLUSTER)),
        ("namespaced-role.yaml", IN_NAMESPACES),
        ("role.yaml", AT_HOME),
    ],
)
def test_a_role_has_each_permission_with_its_reason(
    name: str, permissions: tuple[Permission, ...]
) -> None:
    """Whoever reviews the role sees why."""
    text = roles.chart_templates()[name]
    agree(text[text.index("rules:") :].partition("{{- end")[0], permissions)


def agree(text: str, permissions: tuple[Permission, ...]) -> None:
    """Fail unless these rules, with their reasons, are the permissions."""
    rules = yaml.safe_load(text)["rules"]

    assert [
        (r["apiGroups"], r["resources"], r.get("resourceNames", []), r["verbs"]) for r in rules
    ] == [([p.group], list(p.resources), list(p.names), list(p.verbs)) for p in permissions]
    assert all(f"# {permission.why}\n" in text for permission in permissions)


def test_the_roles_of_the_uninstallation_change_recordings_only_by_policy() -> None:
    """In all namespaces, at home, and in some; whoever only refuses may only look.

    A project is removed with its simulator alone.
    """
    text = roles.chart_templates()["uninstall-role.yaml"]
    everywhere, at_home, there = (part.partition("---")[0] for part in text.split("rules:")[1:])
    condition = '{{- if ne $.Values.uninstall.policy "Refuse" }}'
    with_simulator = "{{- if $.Values.simulator.enabled }}"
    looking = (*uninstalling.IN_NAMESPACES, *uninstalling.IN_THE_CLUSTER)

    agree(f"rules:{at_home.partition('{{')[0]}", uninstalling.AT_HOME)
    for rules, permissions in ((everywhere, looking), (there, uninstalling.IN_NAMESPACES)):
        before, _, after = rules.partition(condition)
        agree(f"rules:{before}", permissions)
        agree(f"rules:{after.partition('{{')[0]}", uninstalling.CHANGING)
        trying = after.partition(with_simulator)[2]
        agree(f"rules:{trying.partition('{{')[0]}", uninstalling.TRIAL)


@pytest.mark.parametrize(
    ("name", "text"), [*crds.chart_templates().items(), *roles.chart_templates().items()]
)
def test_a_generated_template_is_up_to_date(name: str, text: str) -> None:
    """A changed model or permission needs `make generate`."""
    assert (CHART / "templates" / name).read_text() == text, "run `make generate`"


def test_crds_are_kept_when_the_release_goes() -> None:
    """Deleting them would delete every CloudRecording, and stop all recordings."""
    kept = ["helm.sh/resource-policy: keep" in text for text in crds.chart_templates().values()]

    assert kept == [True, True, True]
    assert VALUES["crds"] == {"enabled": True, "keep": True}
