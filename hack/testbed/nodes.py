"""Nodes for a control plane: kube-scheduler, kwok, and a kubelet that runs pods as processes."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from testbed.binaries import find_or_build_kwok, find_or_build_scheduler
from testbed.controlplane import ControlPlane
from testbed.pods import LOG_FILE, PID_FILE
from testbed.podspec import Image, write_images
from testbed.processes import Process, wait_for
from testbed.simulator import ROOT, python_environment

NAMES: Final = ("node-one", "node-two")
OPERATOR: Final = "agora-recording-operator"
"""The name of the operator's image."""

_STAGES: Final = ROOT / "hack" / "kwok" / "stages.yaml"
_READY_WITHIN: Final = 30.0  # seconds


def operator_image(checkout: Path = ROOT) -> Image:
    """Return the operator's image, with the code of a checkout."""
    entrypoint = ("python", "-m", "agora_recording")
    return Image(checkout, entrypoint, {"AGORA_RECORDING_HEALTH_HOST": "0.0.0.0"})


class Nodes:
    """Two nodes that run pods. Get them with `with Nodes.start(cluster, images) as nodes:`."""

    def __init__(self, cluster: ControlPlane, directory: Path) -> None:
        self._cluster = cluster
        self._directory = directory
        self._images: dict[str, Image] = {}

    @classmethod
    @contextmanager
    def start(cls, cluster: ControlPlane, images: Mapping[str, Image]) -> Iterator[Nodes]:
        """Start what runs pods, and wait until both nodes are ready.

        Args:
            cluster: The control plane whose nodes they are.
            images: What each "name:tag" runs; a pod of ours with another image waits for it.

        Raises:
            MissingToolError: If a program is missing and can't be built.
            BuildError: If building fails.
            TimeoutError: If a node does not get ready.
        """
        scheduler, kwok = find_or_build_scheduler(), find_or_build_kwok()
        directory = cluster.directory / "nodes"
        directory.mkdir()
        nodes = cls(cluster, directory)
        nodes.add_images(images)
        cluster.kubectl("apply", "-f", "-", stdin=json.dumps(_objects()))
        with ExitStack() as stack:
            for process in nodes._processes(scheduler, kwok):
                stack.enter_context(process)
            wait_for(nodes._are_ready, _READY_WITHIN, "the nodes to be ready", every=0.2)
            yield nodes

    def add_images(self, images: Mapping[str, Image]) -> None:
        """Say what further images run, such as that of another version."""
        self._images |= images
        write_images(self._table, self._images)

    def log(self, namespace: str, pod: str) -> str:
        """Return what the processes of a pod have printed; it stays when the pod is gone."""
        return (self.home(namespace, pod) / LOG_FILE).read_text(encoding="utf-8")

    def crash(self, namespace: str, pod: str) -> None:
        """End a pod's process at once, as the kernel does when memory runs out."""
        os.kill(
            int((self.home(namespace, pod) / PID_FILE).read_text(encoding="utf-8")), signal.SIGKILL
        )

    def home(self, namespace: str, pod: str) -> Path:
        """Return the folder in which a pod's process runs."""
        return self._directory / f"{namespace}_{pod}"

    @property
    def _table(self) -> Path:
        return self._directory / "images.json"

    def _processes(self, scheduler: Path, kwok: Path) -> Iterator[Process]:
        kubeconfig = f"--kubeconfig={self._cluster.kubeconfig}"
        words = (scheduler, kubeconfig, "--leader-elect=false", "--secure-port=0")
        yield self._process("kube-scheduler", *words)
        yield self._process(
            "kwok", kwok, kubeconfig, f"--config={_STAGES}", "--manage-all-nodes=true"
        )
        files = (f"--images={self._table}", f"--directory={self._directory}")
        yield self._process("kubelet", sys.executable, "-m", "testbed.kubelet", kubeconfig, *files)

    def _process(self, name: str, *command: str | Path) -> Process:
        home = str(self._directory)  # kwok keeps a configuration there, and reads a user's
        env = python_environment(HOME=home)
        return Process(name, command, log=self._directory / f"{name}.log", env=env)

    def _are_ready(self) -> bool:
        condition = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
        return self._cluster.kubectl("get", "nodes", "-o", condition).split() == ["True"] * len(
            NAMES
        )


def _objects() -> dict[str, object]:
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
        }
        for name in NAMES
    ]
    return {"apiVersion": "v1", "kind": "List", "items": nodes}
