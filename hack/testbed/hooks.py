"""Lets a Job's or Helm's pod live in a cluster without nodes: its command runs to the end.

The kubelet's stand-in does it, as on nodes (`pods.py`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from testbed.controlplane import ControlPlane
from testbed.nodeapi import NodeApi
from testbed.nodes import operator_image
from testbed.pods import Pod, Surroundings
from testbed.podspec import write_images
from testbed.processes import wait_for
from testbed.services import write_table

_FINISHED = ("Succeeded", "Failed")
_ADDRESS = "127.0.0.1"  # nobody asks these pods for anything


@dataclass(frozen=True)
class Ended:
    """How a pod ended."""

    code: int
    """The exit code of its only container."""
    output: str
    """What it printed."""


def run_pod(
    cluster: ControlPlane, namespace: str, selector: str, *, within: float = 60, timeout: float = 90
) -> Ended:
    """Wait for a new pod with these labels, run its command to the end, and say in its status how.

    Args:
        cluster: Where it is.
        namespace: Its namespace.
        selector: Its labels, as kubectl takes them.
        within: Seconds until it has to be there.
        timeout: Seconds that its command may take.
    """

    def new() -> dict[str, Any] | None:
        text = cluster.kubectl("-n", namespace, "get", "pods", "-l", selector, "-o", "json")
        pods = [p for p in json.loads(text)["items"] if p["status"].get("phase") not in _FINISHED]
        return pods[-1] if pods else None

    pod = wait_for(new, within, f"a pod with {selector}")
    directory = cluster.directory / pod["metadata"]["uid"]
    directory.mkdir()
    return asyncio.run(asyncio.wait_for(_lived(cluster, pod, directory), timeout))


async def _lived(cluster: ControlPlane, manifest: Mapping[str, Any], directory: Path) -> Ended:
    images, services = directory / "images.json", directory / "services.json"
    (container,) = manifest["spec"]["containers"]
    write_images(images, {container["image"]: operator_image()})
    write_table(services, {})
    async with aclosing(NodeApi(cluster.kubeconfig)) as api, httpx.AsyncClient() as probing:
        pod = Pod(manifest, _ADDRESS, Surroundings(api, images, directory, services, probing))
        return Ended(await pod.live(), pod.log.read_text(encoding="utf-8"))
