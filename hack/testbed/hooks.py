"""What a kubelet would do for the pod of a Job, of which there is none: run its command.

The command runs as a process of this machine, with the environment and under the ServiceAccount of
the pod, whose status then says how it ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testbed.controlplane import ControlPlane
from testbed.processes import wait_for
from testbed.simulator import python_environment

_FINISHED = ("Succeeded", "Failed")


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
    ended = _run(cluster, pod, timeout)
    patch = json.dumps({"status": _status(pod, ended)})
    words = ("patch", "pod", pod["metadata"]["name"], "--subresource=status", "--type=merge")
    cluster.kubectl("-n", namespace, *words, "-p", patch)
    return ended


def _run(cluster: ControlPlane, pod: Mapping[str, Any], timeout: float) -> Ended:
    """Run the command of the pod's only container."""
    (container,) = pod["spec"]["containers"]
    namespace, account = pod["metadata"]["namespace"], pod["spec"]["serviceAccountName"]
    directory = cluster.directory / pod["metadata"]["uid"]
    directory.mkdir()
    kubeconfig = cluster.kubeconfig_for(namespace, account, directory)
    given = {each["name"]: _value(pod, each) for each in container.get("env", ())}
    command: list[str] = container["command"]
    result = subprocess.run(
        [sys.executable, *command[1:]],  # it begins with the image's own python
        env=python_environment(KUBECONFIG=str(kubeconfig), **given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=timeout,
    )
    return Ended(result.returncode, result.stdout)


def _value(pod: Mapping[str, Any], variable: Mapping[str, Any]) -> str:
    if "value" in variable:
        return str(variable["value"])
    part, _, field = variable["valueFrom"]["fieldRef"]["fieldPath"].partition(".")
    return str(pod[part][field])


def _status(pod: Mapping[str, Any], ended: Ended) -> dict[str, Any]:
    """Return the status of a pod whose container has ended."""
    (container,) = pod["spec"]["containers"]
    terminated = {"exitCode": ended.code, "reason": "Error" if ended.code else "Completed"}
    if ended.code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError":
        terminated["message"] = ended.output[-4096:]
    told = {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": False,
        "restartCount": 0,
        "state": {"terminated": terminated},
    }
    phase = "Failed" if ended.code else "Succeeded"
    return {"phase": phase, "containerStatuses": [told]}
