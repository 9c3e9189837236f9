"""How the operator's pods go when their release is removed: with all that they may do, at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from install.release import Release
from testbed.processes import wait_for

_FINALIZERS = '{{"metadata":{{"finalizers":[{}]}}}}'


@contextmanager
def kept(release: Release) -> Iterator[Mapping[str, Any]]:
    """Keep the objects of the pods that there are, so that one can read how they ended."""
    pods = release.pods()
    _set_finalizers(release, pods, '"example.com/kept"')
    yield pods
    _set_finalizers(release, pods, "")


def assert_went_quietly(release: Release, pods: Mapping[str, Any]) -> None:
    """Each process ends by itself, and complains of nothing."""
    for name in pods:
        ended = wait_for(lambda name=name: _ended(release, name), 70, f"{name} to end")
        lines = release.nodes.log(release.namespace, name).splitlines()

        assert (ended["exitCode"], ended["reason"]) == (0, "Completed")
        assert not [line for line in lines if "Traceback" in line or '"error"' in _level(line)]


def _ended(release: Release, name: str) -> dict[str, Any] | None:
    pod = json.loads(release.kubectl("get", "pod", name, "-o", "json"))
    state: dict[str, Any] = pod["status"]["containerStatuses"][0]["state"]
    return state.get("terminated")


def _level(line: str) -> str:
    return str(json.loads(line).get("level", "")) if line.startswith("{") else line


def _set_finalizers(release: Release, pods: Mapping[str, Any], finalizer: str) -> None:
    patch = _FINALIZERS.format(finalizer)
    for name in pods:
        release.kubectl("patch", "pod", name, "--type=merge", "-p", patch)
