"""Whether what a release is granted is what it uses, both ways."""

from __future__ import annotations

from typing import Any, Final

from install.release import Release
from running.audit import Request, requests_of
from running.disturbance import disturbed
from running.stage import Stage

_MOST_LIVES: Final = 8
"""After which everything that is granted must have been needed."""


def exercise(release: Release, stage: Stage, *projects: dict[str, Any]) -> list[Request]:
    """Let recordings live until all that is granted was used, and return all that was asked for.

    An object is read anew only if somebody else wrote to it at the same moment, so somebody does.
    """
    granted = release.granted()
    for _ in range(_MOST_LIVES):
        for project in projects:
            asked = requests_of(stage.cluster, release.user)
            if granted <= {each.permission for each in asked}:
                return asked
            with disturbed(stage.cluster, project, stage.recording()):
                live_twice(stage, project)
    return requests_of(stage.cluster, release.user)


def live_twice(stage: Stage, project: dict[str, Any]) -> None:
    """Record, stop and record again, with a project that is made and removed."""
    kind = project["kind"]
    stage.apply(project)
    for state in ("Recording", "Stopped") * 2:
        reference = {"kind": kind, "name": "default"}
        stage.apply(stage.recording(projectRef=reference, desiredState=state))
        stage.wait_for_reason(state, 60)
    stage.kubectl("delete", "crec/lesson", f"{kind}/default", "--timeout=60s")


def assert_exact(release: Release, asked: list[Request]) -> None:
    """Nothing was refused, nothing is granted in vain."""
    assert not [each for each in asked if each.status in {401, 403}]
    used, granted = {each.permission for each in asked}, release.granted()
    assert (used - granted, granted - used) == (set(), set())
