"""The operator in a container: started as the kubelet starts the chart's pod, minus the pod."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from image.engine import Engine
from testbed.controlplane import ControlPlane
from testbed.operator import NAMESPACE, SERVICE_ACCOUNT, Operator
from testbed.simulator import ROOT

ACCOUNT_FOLDER: Final = "/var/run/secrets/kubernetes.io/serviceaccount"
SAMPLES: Final = ROOT / "deploy" / "samples"
"""Mounted as /samples."""


@dataclass(frozen=True)
class Pod:
    """A running container of the operator's image."""

    engine: Engine
    operator: Operator
    ready_after_seconds: float
    """From when podman was told to start it until /readyz said yes."""

    @classmethod
    @contextmanager
    def start(
        cls, engine: Engine, image: str, cluster: ControlPlane, agora_url: str
    ) -> Iterator[Pod]:
        """Start one on one core, with a ServiceAccount's token, and wait until it is ready."""
        name = "operator"
        folder = _account(cluster)
        where = urlsplit(cluster.server)
        settings = {
            "KUBERNETES_SERVICE_HOST": where.hostname,
            "KUBERNETES_SERVICE_PORT": where.port,
            "AGORA_RECORDING_NAMESPACE": NAMESPACE,
            "AGORA_RECORDING_POD_NAME": name,
            "AGORA_RECORDING_AGORA_URL": agora_url,
            "AGORA_RECORDING_HEALTH_HOST": "127.0.0.1",
            "AGORA_RECORDING_HEALTH_PORT": 0,
        }
        options = [f"--env={key}={value}" for key, value in settings.items()]
        options += [f"--volume={folder}:{ACCOUNT_FOLDER}:ro", f"--volume={SAMPLES}:/samples:ro"]
        container = engine.container(name, image, options=[*options, "--cpuset-cpus=0"])
        began = time.monotonic()
        with container as process:
            operator = Operator(process, name)
            operator.wait_until_ready()
            yield cls(engine, operator, time.monotonic() - began)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as `kubectl exec` does."""
        return self.engine.run_in(self.operator.process.name, *command)

    def status(self) -> dict[str, str]:
        """Return what the kernel says of its process."""
        pairs = (line.partition(":") for line in self._proc("status"))
        return {key: value.strip() for key, _, value in pairs}

    def limit(self, name: str) -> int:
        """Return one of its hard limits by the kernel's name."""
        line = next(line for line in self._proc("limits") if line.startswith(name))
        return int(line.removeprefix(name).split()[1])

    def _proc(self, file: str) -> list[str]:
        pid = self.engine.pid(self.operator.process.name)
        return Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8").splitlines()


def _account(cluster: ControlPlane) -> Path:
    """Write what the kubelet mounts of a ServiceAccount, readable by the container's user."""
    folder = cluster.directory / "serviceaccount"
    folder.mkdir()
    files = {
        "token": cluster.token(NAMESPACE, SERVICE_ACCOUNT),
        "ca.crt": cluster.ca.read_text(encoding="utf-8"),
        "namespace": NAMESPACE,
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder
