"""The operator as a process, under the ServiceAccount and the role that ``deploy/`` ships."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from testbed.controlplane import ControlPlane
from testbed.processes import Process, wait_for
from testbed.simulator import ROOT, python_environment

NAMESPACE: Final = "agora-recording-system"
SERVICE_ACCOUNT: Final = "agora-recording-operator"
USER: Final = f"system:serviceaccount:{NAMESPACE}:{SERVICE_ACCOUNT}"
"""Whom the API server's audit log names as the author of the operator's requests."""


def install(cluster: ControlPlane) -> None:
    """Apply ``deploy/`` as it is, and wait until the API server serves the CRDs."""
    cluster.kubectl("apply", "--server-side", "-f", str(ROOT / "deploy"))
    cluster.kubectl(
        "wait",
        "--for=condition=Established",
        "--timeout=30s",
        "crd",
        "cloudrecordings.recording.agora.io",
        "agoraprojects.recording.agora.io",
        "clusteragoraprojects.recording.agora.io",
    )
    wait_for(lambda: _served(cluster), 30, "the API server to serve CloudRecordings")


def unguard(cluster: ControlPlane) -> None:
    """Let anybody drop finalizers of CloudRecordings, as where the policy is not installed."""
    name = f"{SERVICE_ACCOUNT}-finalizers"
    cluster.kubectl("delete", "validatingadmissionpolicybinding", name, "--ignore-not-found")


class Operator:
    """One operator process; it can be killed and started again. Several are replicas."""

    def __init__(self, process: Process, pod_name: str) -> None:
        self.process = process
        self.pod_name = pod_name
        """What the Lease calls it, and the processes that take its place."""

    @classmethod
    @contextmanager
    def start(
        cls,
        cluster: ControlPlane,
        agora_url: str,
        *,
        home: str = NAMESPACE,
        account: str = SERVICE_ACCOUNT,
        server: str | None = None,
        ca: Path | None = None,
        **settings: str,
    ) -> Iterator[Operator]:
        """Start an operator and wait until it watches.

        Args:
            cluster: Where it works; ``install`` must have been called.
            agora_url: Base URL of Agora's API.
            home: Namespace of its ServiceAccount.
            account: Name of that.
            server: URL of the API server if it is to be reached through a proxy.
            ca: The certificate to verify that proxy with.
            settings: Further settings, by their names in lower case.
        """
        pod_name = f"operator-{uuid.uuid4().hex[:8]}"
        directory = cluster.directory / pod_name
        directory.mkdir()
        kubeconfig = cluster.kubeconfig_for(home, account, directory, server=server, ca=ca)
        defaults = {"agora_url": agora_url, "pod_name": pod_name, "namespace": home}
        defaults |= {"health_host": "127.0.0.1", "health_port": "0"}
        chosen = {f"AGORA_RECORDING_{k.upper()}": v for k, v in {**defaults, **settings}.items()}
        process = Process(
            "operator",
            [sys.executable, "-m", "agora_recording"],
            log=directory / "operator.log",
            env=python_environment(KUBECONFIG=str(kubeconfig), **chosen),
        )
        with process:
            operator = cls(process, pod_name)
            operator.wait_until_ready()
            yield operator

    def wait_until_ready(self) -> None:
        """Return once /readyz says so."""
        wait_for(self._ready, 30, "the operator to be ready")

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self.process.kill()

    def restart(self) -> None:
        """Start it again, as the kubelet does, and wait until it is ready."""
        self.process.restart()
        self.wait_until_ready()

    def leads(self) -> bool:
        """Say whether it works, as its metrics told within the last second."""
        return "\nagora_recording_leader 1.0\n" in self.get("/metrics").text

    def get(self, path: str) -> httpx.Response:
        """Ask its health port."""
        return httpx.get(f"http://127.0.0.1:{self._port()}{path}", timeout=5)

    def logs(self) -> str:
        """Return all that it logged."""
        return self.process.log.read_text(encoding="utf-8")

    def rss_bytes(self) -> int:
        """Return its resident memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) * 1024

    def _port(self) -> int:
        """Return the health port of the latest process."""
        started = [line for line in self.logs().splitlines() if '"health_port"' in line]
        return int(json.loads(started[-1])["health_port"])

    def _ready(self) -> bool:
        self.process.check_alive()
        try:
            return self.get("/readyz").status_code == httpx.codes.OK
        except (httpx.HTTPError, IndexError):
            return False


def _served(cluster: ControlPlane) -> bool:
    """Say whether a list is answered: for a moment after creation it is not."""
    answer = cluster.kubectl("get", "crec,agp,cagp", "-A", "-o", "name", check=False)
    return "error" not in answer.lower()
