"""What kubectl shows of the objects that people meet most often, compared as a whole."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.described import REWRITE, Described, all_made, descriptions, rewrite
from e2e.kubeapi import API, KubeApi
from e2e.situations import EXPLAINED, SITUATIONS
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for

FOLDER = Path(__file__).parent / "views"
NAMESPACE = "views"
HOW = 'if it reads well: REWRITE_GOLDEN=1 make test ARGS="tests/e2e/test_views.py"'
COLUMNS = 160
"""Of a terminal in which a line of the wide list is not broken."""


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Make all objects."""
    with all_made(cluster, SITUATIONS, NAMESPACE) as connection:
        yield connection


@pytest.fixture(scope="module")
def views(cluster: ControlPlane, api: KubeApi) -> dict[str, str]:
    """Return what kubectl shows; if that is asked for, it becomes the golden texts."""
    described = descriptions(cluster, SITUATIONS, NAMESPACE)
    found = {one.name: view(cluster, one, described[one.name]) for one in SITUATIONS}
    wait_for(lambda: api.get(f"/openapi/v3{API}"), 30, "the published schemas")
    for path in EXPLAINED:
        command = ("explain", path)
        found[f"explain-{path}"] = shown(command, cluster.kubectl(*command))
    if REWRITE:
        rewrite(FOLDER, found)
    return found


def view(cluster: ControlPlane, one: Described, described: str) -> str:
    """Return what the three commands show of an object."""
    kind = {"CloudRecording": "crec", "AgoraProject": "agp", "ClusterAgoraProject": "cagp"}
    narrow = ("get", kind[one.kind], one.name)
    wide = (*narrow, "-o", "wide")
    tables = (
        shown(command, ageless(cluster.kubectl("-n", NAMESPACE, *command)))
        for command in (narrow, wide)
    )
    return "\n".join([*tables, shown(("describe", *narrow[1:]), described)])


def shown(command: tuple[str, ...], text: str) -> str:
    """Return a command and what it shows."""
    return f"$ kubectl {' '.join(command)}\n{text}"


def ageless(table: str) -> str:
    """Return a table in which each object is a second old."""
    header, *rows = table.splitlines()
    found = re.search("AGE *", header)
    assert found is not None
    aged = [
        f"{line[: found.start()]}{age:6}{line[found.end() :] if found.end() < len(header) else ''}"
        for line, age in ((header, "AGE"), *((row, "1s") for row in rows))
    ]
    return "".join(f"{line.rstrip()}\n" for line in aged)


@pytest.mark.parametrize("name", [one.name for one in SITUATIONS])
def test_a_list_and_a_description_say_how_it_stands(views: dict[str, str], name: str) -> None:
    """A person sees in the list whether all is well, and in the description what to do if not."""
    compare(views, name)


@pytest.mark.parametrize("path", EXPLAINED)
def test_what_can_be_said_is_explained(views: dict[str, str], path: str) -> None:
    """With meaning, unit and limits, and what Agora calls it."""
    compare(views, f"explain-{path}")


def compare(views: dict[str, str], name: str) -> None:
    """Compare what kubectl shows with the golden text."""
    file = FOLDER / f"{name}.txt"

    assert file.exists(), HOW
    assert file.read_text() == views[name], HOW


def test_each_golden_view_is_shown(views: dict[str, str]) -> None:
    """No file is left of what is not shown any more."""
    assert {file.name for file in FOLDER.iterdir()} == {f"{name}.txt" for name in views}, HOW


@pytest.mark.parametrize("kind", ["crec", "agp", "cagp"])
def test_no_line_of_the_wide_list_is_broken(cluster: ControlPlane, api: KubeApi, kind: str) -> None:
    """Though all are in one list, whose columns are as wide as the widest."""
    lines = cluster.kubectl("get", kind, "-n", api.namespace, "-o", "wide").splitlines()

    assert len(lines) > 1
    assert [line for line in lines if len(line) > COLUMNS] == []
