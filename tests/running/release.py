"""The chart as a person installs, changes and uninstalls it, with the real Helm."""

from __future__ import annotations

import subprocess
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from running.audit import requests_of
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane
from testbed.hooks import Ended, run_pod
from testbed.simulator import ROOT

CHART: Final = ROOT / "charts" / "agora-recording-operator"
NAME: Final = "rel-agora-recording-operator"
"""What the chart calls the operator, its ServiceAccount and so on."""
SELECTOR: Final = f"batch.kubernetes.io/job-name={NAME}-uninstall"


@dataclass
class Release:
    """The chart as Helm installed it."""

    cluster: ControlPlane
    home: str
    notes: str = ""
    """What Helm said last, when it was installed or upgraded."""

    def helm(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Helm for the release."""
        return subprocess.run(
            [str(find_or_build_helm()), "-n", self.home, *words],
            env=self.cluster.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def change(self, verb: str, *words: str) -> None:
        """Install or upgrade it."""
        done = self.helm(verb, "rel", str(CHART), *words)
        assert done.returncode == 0, done.stderr
        self.notes = done.stdout

    def uninstall(self) -> tuple[subprocess.CompletedProcess[str], Ended]:
        """Uninstall it; return how that went, and how its Job did."""
        with ThreadPoolExecutor(1) as pool:
            helm: Future[subprocess.CompletedProcess[str]] = pool.submit(
                self.helm, "uninstall", "rel", "--timeout", "120s"
            )
            job = run_pod(self.cluster, self.home, SELECTOR)
            return helm.result(), job

    def is_there(self) -> bool:
        """Say whether the operator's Deployment exists."""
        return NAME in self.cluster.kubectl("-n", self.home, "get", "deployment", "-o", "name")

    def forbidden(self) -> list[str]:
        """Return what the Job's ServiceAccount was refused."""
        user = f"system:serviceaccount:{self.home}:{NAME}-uninstall"
        asked = requests_of(self.cluster, user)
        assert asked
        return [f"{each.verb} {each.resource}" for each in asked if each.status in {401, 403}]


def installed(plane: ControlPlane, home: str, *values: str) -> Release:
    """Install the chart into a namespace of this test's own, with the CRDs the first time."""
    release = Release(plane, home)
    sets = [word for value in values for word in ("--set", value)]
    kept = plane.kubectl("get", "crd", "-o", "name").strip()
    more = ("--take-ownership",) if kept else ()
    release.change("install", "--create-namespace", *more, *sets)
    plane.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
    return release
