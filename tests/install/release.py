"""A release of the chart: what a person does with Helm, and what becomes of it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from running.audit import Request, requests_of
from testbed.binaries import find_or_build_helm
from testbed.controlplane import ControlPlane
from testbed.nodes import OPERATOR, Nodes
from testbed.processes import wait_for
from testbed.simulator import ROOT

CHART: Final = ROOT / "charts" / "agora-recording-operator"
VERSION: Final = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"]
IMAGE: Final = f"{OPERATOR}:{VERSION}"
LEASE: Final = "agora-recording-operator"


class HelmError(AssertionError):
    """Helm failed; the message is what it said."""


@dataclass(frozen=True)
class Release:
    """A release by the name of its namespace."""

    cluster: ControlPlane
    nodes: Nodes
    namespace: str

    @property
    def fullname(self) -> str:
        """The name of all its objects."""
        return f"{self.namespace}-{CHART.name}"

    @property
    def user(self) -> str:
        """Who the operator is to the API server."""
        return f"system:serviceaccount:{self.namespace}:{self.fullname}"

    @property
    def label(self) -> str:
        """The selector of all its objects."""
        return f"app.kubernetes.io/instance={self.namespace}"

    def install(self, *values: str, chart: Path = CHART) -> str:
        """Install a chart, wait until it is ready, and return Helm's notes.

        The CRDs may be there: an earlier release leaves them.
        """
        options = ("--create-namespace", "--take-ownership")
        return self.helm("install", str(chart), *options, *_waiting(values))

    def upgrade(self, *values: str, chart: Path = CHART, seconds: int = 90) -> None:
        """Install a chart over what is installed, with these values alone, and wait.

        Raises:
            HelmError: If it is not ready in that time.
        """
        self.helm("upgrade", str(chart), *_waiting(values, seconds))

    def objects(self) -> list[dict[str, Any]]:
        """Return what the release consists of, also what Helm makes for a while only."""
        text = self.helm("get manifest") + self.helm("get hooks")
        return [each for each in yaml.safe_load_all(text) if each]

    def asked(self, suffix: str = "") -> list[Request]:
        """Return what the operator, or who has a suffix to its name, asked the API server for.

        Except what everybody may: to ask there what he may.
        """
        asked = requests_of(self.cluster, f"{self.user}{suffix}")
        return [each for each in asked if each.group != "authorization.k8s.io"]

    def uninstall(self) -> str:
        """Remove the release, wait until its objects are gone, and return what Helm says."""
        return self.helm("uninstall", "--wait", "--timeout=90s")

    def helm(self, verb: str, *words: str) -> str:
        """Run Helm on the release and return what it prints."""
        verbs = verb.split()
        command = [str(find_or_build_helm()), *verbs, self.namespace, *words, "-n", self.namespace]
        environment = self.cluster.environment()
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise HelmError(
                f"helm {verb}: {done.stdout}{done.stderr}\n{self.kubectl('get', 'pods')}"
            )
        return done.stdout

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl in the release's namespace."""
        return self.cluster.kubectl("-n", self.namespace, *words, stdin=stdin, timeout=120)

    def is_available(self) -> bool:
        """Say whether the Deployment has all the pods that it wants, by its own condition."""
        status = json.loads(self.kubectl("get", "deployment", self.fullname, "-o", "json"))[
            "status"
        ]
        return {"type": "Available", "status": "True"}.items() <= next(
            each.items() for each in status["conditions"] if each["type"] == "Available"
        )

    def pods(self) -> dict[str, dict[str, Any]]:
        """Return the pods of the operator that are not going away, by name."""
        selector = f"app.kubernetes.io/name={CHART.name},{self.label}"
        found = json.loads(self.kubectl("get", "pods", "-l", selector, "-o", "json"))["items"]
        living = [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]
        return {pod["metadata"]["name"]: pod for pod in living}

    def holder(self) -> str:
        """Return who holds the Lease: pod and process; empty if nobody does."""
        holder = "jsonpath={.spec.holderIdentity}"
        return self.kubectl("get", "lease", LEASE, "-o", holder, "--ignore-not-found")

    def leader(self) -> str:
        """Return the pod that leads, once one of those that stay does."""

        def leading() -> str | None:
            holder = self.holder()
            return next((name for name in self.pods() if holder.startswith(f"{name}_")), None)

        return wait_for(leading, 40, "a pod to lead", every=0.2)


def is_ready(pod: dict[str, Any]) -> bool:
    """Say whether a pod's condition Ready holds."""
    conditions = pod["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _waiting(values: tuple[str, ...], seconds: int = 90) -> list[str]:
    return [
        "--wait",
        f"--timeout={seconds}s",
        *(word for value in values for word in ("--set", value)),
    ]
