"""From nothing to a recording, without an account, by Helm and the words of its notes."""

from __future__ import annotations

import textwrap
import time
from typing import Final

import pytest

from install.release import IMAGE, Release
from testbed.controlplane import ControlPlane
from testbed.nodes import Nodes, operator_image

WITHIN: Final = 300
"""Seconds from the first process of the control plane."""


@pytest.mark.timeout(WITHIN + 60)
def test_a_recording_runs_within_five_minutes(record_property: pytest.RecordProperty) -> None:
    """Of a cold start of the control plane; then it is deleted, and all is uninstalled."""
    began = time.monotonic()
    with (
        ControlPlane.start() as plane,
        Nodes.start(plane, {IMAGE: operator_image()}) as nodes,
    ):
        release = Release(plane, nodes, "trial")
        notes = release.install("simulator.enabled=true")
        manifest = textwrap.dedent(notes.partition("<<EOF\n")[2].partition("  EOF\n")[0])
        release.kubectl("apply", "-f", "-", stdin=manifest)
        (wait,) = [line for line in notes.splitlines() if "--for=condition=Recording" in line]
        plane.kubectl(*wait.split()[1:], timeout=90)
        took = time.monotonic() - began
        record_property("trial_seconds", round(took, 1))
        shown = release.kubectl("get", "cloudrecording/trial", "-o", "wide")
        release.kubectl("delete", "cloudrecording/trial", "--timeout=60s")
        release.uninstall()

    assert took <= WITHIN
    assert "True" in shown
