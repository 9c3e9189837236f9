"""What ``validate`` says of an object without a cluster is what a real API server says."""

import json
import random
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from agora_recording.offline.defaults import defaulted
from agora_recording.offline.kinds import judged, judged_value, kinds
from e2e.kubeapi import Answer, KubeApi, Object, connect
from e2e.objects import CLUSTER_PROJECT, GOOD, PROJECT, RECORDING
from e2e.schema_cases import REMOVED, Case, changed
from e2e.schema_table import cases
from testbed.controlplane import ControlPlane
from unit.offline.words import MEANINGS

ODD_VALUES: list[Any] = [
    None,
    True,
    0,
    1,
    -1,
    2**53,
    2.0**63,
    0.5,
    1e25,
    "",
    "a",
    "A b/c",
    'ä"\n<&>\x7f',
    "x" * 300,
    [],
    [1, 1],
    ["HLS", "HLS"],
    {},
    {"name": "n"},
    {"type": "Custom"},
    {"width": 1920, "height": 1080, "fps": 30, "bitrateKbps": 1},
    REMOVED,
]
"""What is put in places where something else belongs."""


ASIDE = "Checked value must be of type integer"
"""What the API server adds, without a field, to what it has said already of a wrong type."""


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Connect, and make one good object of each kind."""
    with connect(cluster, "offline") as connection:
        for manifest in (RECORDING, PROJECT, CLUSTER_PROJECT):
            assert connection.create(manifest, dry_run=False).accepted
        yield connection


def told(answer: Answer) -> list[tuple[str, str]]:
    """Return what the API server says, field by field."""
    causes = answer.body.get("details", {}).get("causes", [])
    said = {(each.get("field", "").removeprefix("<nil>"), each["message"]) for each in causes}
    return sorted((field, message) for field, message in said if ASIDE not in message)


def foretold(manifest: Object) -> list[tuple[str, str]]:
    """Return what we say of a new object."""
    return sorted({(c.field, c.message) for c in judged(kinds()[manifest["kind"]], manifest)})


def created(kind: str, path: str, value: object) -> Object:
    """Return a new object with a value at a path."""
    manifest = changed(GOOD[kind], path, value)
    manifest["metadata"] = {"name": "another"}
    return {name: each for name, each in manifest.items() if name != "status"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: " ".join(case.constraint))
def test_verdict_and_message_are_those_of_the_server(api: KubeApi, case: Case) -> None:
    """Each constraint refuses in the same words, and lets through the same values."""
    path = case.at or case.path
    for value in (case.refused, *case.accepted):
        if path.startswith("status"):
            whole = changed(GOOD[case.kind], path, value)
            name = whole["metadata"]["name"]
            server = api.patch(case.kind, name, {"status": whole["status"]})
            schema = kinds()[case.kind].schema
            causes = judged_value(schema, defaulted(whole, schema))
            ours = sorted({(c.field, c.message) for c in causes})
        else:
            manifest = created(case.kind, path, value)
            server, ours = api.create(manifest), foretold(manifest)

        assert server.accepted == (not ours)
        assert told(server) == ours


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"name": ""},
        {"name": "Standup"},
        {"name": "a_b"},
        {"name": "-a"},
        {"name": "a..b"},
        {"name": "a" * 254},
        {"name": "A" * 254},
        {"name": "a.b-c"},
        {"generateName": "a-"},
        {"name": "a", "nam": "b"},
        {"name": "a", "labels": {"b": "c"}, "annotations": {"d/e": "f"}},
    ],
    ids=str,
)
def test_names_are_judged_alike(api: KubeApi, metadata: Object) -> None:
    """A name that no object can have is refused in the same words."""
    manifest = RECORDING | {"metadata": metadata}
    server = api.create(manifest)

    assert told(server) == foretold(manifest), server.body


def test_a_stem_of_names_is_judged_as_a_name(api: KubeApi) -> None:
    """The API server speaks of the name that it made; we have none, and speak of the stem."""
    manifest = RECORDING | {"metadata": {"generateName": "A-"}}

    assert not api.create(manifest).accepted
    assert [field for field, _ in foretold(manifest)] == ["metadata.generateName"]


@pytest.mark.parametrize("path", ["spec.fps", "spec.mix.layot", "spek"])
def test_a_field_that_does_not_exist_is_refused(api: KubeApi, path: str) -> None:
    """The API server names it; we name it, and what was meant."""
    manifest = created("CloudRecording", path, 1)
    server = api.create(manifest)

    assert f'unknown field "{path}"' in server.body["message"]
    assert [field for field, _ in foretold(manifest)] == [path]


def places(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield the path of each value in an object, for ``changed``."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, child in members:
        inner = f"{path}.{name}".removeprefix(".")
        yield inner
        if isinstance(child, dict | list):
            yield from places(child, inner)


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("seed", range(5))
def test_odd_values_are_judged_alike(api: KubeApi, kind: str, seed: int) -> None:
    """Whatever stands wherever, in the same words; several things can be wrong at once."""
    chance = random.Random(f"{kind} {seed}")  # noqa: S311 - it must be the same each time
    spots = sorted(places({"spec": GOOD[kind]["spec"]}))
    for _ in range(30):
        manifest = created(kind, "metadata.labels", {"a": "b"})
        for path in sorted(chance.sample(spots, 2)):
            try:
                manifest = changed(manifest, path, chance.choice(ODD_VALUES))
            except (KeyError, IndexError, TypeError, ValueError, AttributeError):
                continue  # the first change took away where the second would have been
        server, ours = api.create(manifest), foretold(manifest)
        if server.status == HTTPStatus.BAD_REQUEST:  # for a field that it does not know
            assert ours, manifest
        else:
            assert told(server) == ours, manifest


def test_plain_words_mean_what_kubectl_takes_them_for(cluster: ControlPlane) -> None:
    """`yes` is true, `010` is eight, and a time is text."""
    words = "".join(f"- {word}\n" for word in MEANINGS)
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: words}}\nwords:\n{words}"
    flags = ("--dry-run=client", "--validate=false", "-o", "json", "-f", "-")
    read = json.loads(cluster.kubectl("create", *flags, stdin=text))

    assert read["words"] == [*MEANINGS.values()]
