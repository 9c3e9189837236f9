"""How the operator's pods go when their release is removed: with all that they may do, at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from install.release import Release
from testbed.processes import wait_for


@contextmanager
def kept(release: Release) -> Iterator[Mapping[str, int]]:
    """Keep the objects of the pods that there are, so that one can read how they ended.

    Yields how many lines each has logged by then.
    """
    pods = release.pods()
    _set_finalizers(release, pods, "example.com/kept")
    yield {name: len(_lines(release, name)) for name in pods}
    _set_finalizers(release, pods)


def assert_went_quietly(release: Release, pods: Mapping[str, int]) -> None:
    """Each process ended by itself, and has complained of nothing since it was kept."""
    for name, before in pods.items():
        ended = wait_for(lambda name=name: _ended(release, name), 70, f"{name} to end")
        last_words = _lines(release, name)[before:]

        assert (ended["exitCode"], ended["reason"]) == (0, "Completed")
        assert any("Shutting down" in line for line in last_words)
        assert {json.loads(line)["level"] for line in last_words} <= {"info", "warning"}


def _lines(release: Release, pod: str) -> list[str]:
    return release.nodes.log(release.namespace, pod).splitlines()


def _ended(release: Release, name: str) -> dict[str, Any] | None:
    pod = json.loads(release.kubectl("get", "pod", name, "-o", "json"))
    state: dict[str, Any] = pod["status"]["containerStatuses"][0]["state"]
    return state.get("terminated")


def _set_finalizers(release: Release, pods: Iterable[str], *finalizers: str) -> None:
    patch = json.dumps({"metadata": {"finalizers": finalizers}})
    for name in pods:
        release.kubectl("patch", "pod", name, "--type=merge", "-p", patch)
