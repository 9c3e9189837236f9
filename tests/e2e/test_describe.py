"""What `kubectl describe` says of each object that is held up or stalled, compared as a whole."""

from collections.abc import Iterator

import pytest

from e2e.described import EVERY, FOLDER, REWRITE, Described, all_made, descriptions, rewrite
from e2e.kubeapi import KubeApi
from testbed.controlplane import ControlPlane
from unit.domain.hold import NAMESPACE

HOW = 'if it reads well: REWRITE_GOLDEN=1 make test ARGS="tests/e2e/test_describe.py"'


@pytest.fixture(scope="module")
def api(cluster: ControlPlane) -> Iterator[KubeApi]:
    """Make all objects."""
    with all_made(cluster, EVERY, NAMESPACE) as connection:
        yield connection


@pytest.fixture(scope="module")
def texts(cluster: ControlPlane, api: KubeApi) -> dict[str, str]:
    """Return what kubectl says of each; if that is asked for, it becomes the golden texts."""
    del api
    found = descriptions(cluster, EVERY, NAMESPACE)
    if REWRITE:
        rewrite(FOLDER, found)
    return found


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_describe_says_what_is_going_on(texts: dict[str, str], one: Described) -> None:
    """A person reads what is going on, until when, and what can be done about it."""
    file = FOLDER / f"{one.name}.txt"

    assert one.message in texts[one.name]
    assert file.exists(), HOW
    assert file.read_text() == texts[one.name], HOW


def test_each_golden_text_is_of_a_state(texts: dict[str, str]) -> None:
    """No file is left of a state that there is no more."""
    assert {file.name for file in FOLDER.iterdir()} == {f"{name}.txt" for name in texts}, HOW
