"""``make demo``: the main job on real parts, as a person would do it, in under a minute.

It starts a control plane, the simulator of Agora and the operator, applies the samples with
kubectl, follows the recording, changes its layout, deletes it, and checks the simulator's books.
With KEEP=1 everything stays up after the recording began, for a person to go on by hand.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from typing import Any, Final

from testbed.controlplane import ControlPlane
from testbed.operator import Operator, install
from testbed.processes import exit_on_sigterm, wait_for
from testbed.simulator import ROOT, Simulator

SAMPLES: Final = ROOT / "deploy" / "samples"
NAME: Final = "standup"
CHANNEL: Final = "standup"
LAYOUT: Final = '{"spec": {"mix": {"layout": {"type": "BestFit"}}}}'


class Demo:
    """The demo's steps, told as they happen."""

    def __init__(self, cluster: ControlPlane, simulator: Simulator) -> None:
        self._cluster = cluster
        self._simulator = simulator
        self._began = time.monotonic()
        self._told = ""

    def record(self) -> None:
        """Apply the samples and follow the recording until Agora confirms it."""
        self._kubectl("apply", "-f", str(SAMPLES.relative_to(ROOT)))
        wait_for(self._is_recording, 60, "the recording to be confirmed", every=0.1)
        self._kubectl("get", "crec", NAME, "-o", "wide")

    def change(self) -> None:
        """Change the layout and wait until the recording follows."""
        self._kubectl("patch", "crec", NAME, "--type=merge", "-p", LAYOUT)
        calls = lambda: self._simulator.calls(CHANNEL, "updateLayout")  # noqa: E731
        wait_for(calls, 20, "the new layout to reach Agora")
        self._say("Agora was told the new layout")

    def delete(self) -> None:
        """Delete the object: kubectl returns once the recording has been stopped."""
        self._kubectl("delete", "crec", NAME, "--wait", "--timeout=60s")

    def check(self) -> str:
        """Look into the simulator's books and return the demo's last line."""
        starts = _succeeded(self._simulator.calls(CHANNEL, "start"))
        stops = _succeeded(self._simulator.calls(CHANNEL, "stop"))
        recordings = self._simulator.recordings(CHANNEL)
        seconds = sum(float(r["seconds"]) for r in recordings)
        running = sum(1 for r in recordings if r["endedAt"] is None)
        fine = (starts, stops, running) == (1, 1, 0)
        counts = f"{starts} start, {stops} stop, {seconds:.0f} seconds recorded"
        return f"demo: ok: {counts}" if fine else f"demo: FAILED: {counts}, {running} still run"

    def _is_recording(self) -> bool:
        """Say how the recording stands when that changes, and whether it records."""
        ready = _condition(self._object(), "Ready")
        if ready["reason"] != self._told:
            self._told = ready["reason"]
            self._say(f"{NAME}: {self._told}: {ready['message']}")
        return self._told == "Recording"

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._cluster.kubectl("get", "crec", NAME, "-o", "json"))
        return found

    def _kubectl(self, *words: str) -> None:
        shown = " ".join(f"'{word}'" if " " in word else word for word in words)
        self._say(f"$ kubectl {shown}")
        print(self._cluster.kubectl(*words, timeout=90), end="", flush=True)

    def _say(self, what: str) -> None:
        print(f"[{time.monotonic() - self._began:5.1f} s] {what}", flush=True)


def main() -> int:
    """Run the demo and return its exit code."""
    os.chdir(ROOT)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also when started in the background
    with exit_on_sigterm(), ExitStack() as stack:
        print("Starting a control plane …")
        cluster = stack.enter_context(ControlPlane.start())
        print("Installing deploy/ and starting the simulator of Agora and the operator …")
        install(cluster)
        simulator = stack.enter_context(Simulator.start(cluster.directory))
        start = Operator.start(cluster, simulator.api, log_format="json")
        operator = stack.enter_context(start)
        demo = Demo(cluster, simulator)
        demo.record()
        if os.environ.get("KEEP"):
            keep(cluster, simulator, operator)
            return 0
        demo.change()
        demo.delete()
        verdict = demo.check()
    print(verdict)
    return 0 if verdict.startswith("demo: ok") else 1


def keep(cluster: ControlPlane, simulator: Simulator, operator: Operator) -> None:
    """Leave everything up until Ctrl-C, and say how to reach it."""
    print("\nEverything stays up until Ctrl-C. In another terminal:\n")
    print(f"export KUBECONFIG={cluster.kubeconfig}")
    print("kubectl get crec -A -o wide\n")
    print(f"Simulator of Agora: {simulator.api}; its books: {simulator.admin}/admin/ledger")
    print(f"The operator's log: {operator.process.log}")
    sys.stdout.flush()
    threading.Event().wait()


def _condition(recording: dict[str, Any], kind: str) -> dict[str, str]:
    found: dict[str, str] = next(c for c in recording["status"]["conditions"] if c["type"] == kind)
    return found


def _succeeded(calls: list[dict[str, Any]]) -> int:
    return sum(1 for call in calls if call["status"] == 200)  # noqa: PLR2004


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
