"""A proxy before the API server that can make an operator deaf, and how to see that it hears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from proxy.deeds import Deed, Hold, Moment, answer
from proxy.kube import before_kube
from proxy.proxy import Ask, Proxy
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

DISCOVERY: Final = "/apis/recording.agora.io/v1alpha1"
SOON_SECONDS: Final = 15.0
"""A watch that has failed is replaced in about two, unless several fail one after another."""


def refuse(status: int) -> Deed:
    """Return a deed that answers as the API server refuses."""
    return answer(status, {"kind": "Status", "apiVersion": "v1", "code": status})


def read(_method: str, path: str, _body: bytes) -> Ask:
    """Return what is listed or watched by kopf, such as "watch cloudrecordings"; or the path."""
    where, _, query = path.partition("?")
    is_ours = where.startswith(f"{DISCOVERY}/") and "limit=" not in query
    verb = "watch" if "watch=true" in query else "list"
    return Ask(f"{verb} {where.rpartition('/')[2]}" if is_ours else where, "")


class Gate:
    """A proxy before the API server, and operators that reach the API server through it."""

    def __init__(self, cluster: ControlPlane, proxy: Proxy, ca: Path) -> None:
        self.proxy = proxy
        self._cluster, self._ca = cluster, ca

    @classmethod
    @contextmanager
    def before(cls, cluster: ControlPlane, directory: Path) -> Iterator[Gate]:
        """Start the proxy; its certificate is written into ``directory``."""
        with before_kube(cluster, directory, read) as started:
            yield cls(cluster, started.proxy, started.ca)

    @contextmanager
    def operator(self, simulator: Simulator) -> Iterator[Operator]:
        """Start an operator behind the proxy, and wait until it watches."""
        with Operator.start(
            self._cluster, simulator.api, server=self.proxy.url, ca=self._ca
        ) as running:
            yield running

    def refuse_watch(self, plural: str, status: int) -> None:
        """Break the watch that goes on, and refuse the next one."""
        order = self.proxy.order(refuse(status), f"watch {plural}")
        self.proxy.cut()
        wait_for(lambda: order.struck, 20, "the watch to be refused", every=0.05)

    def make_deaf(self) -> Hold:
        """Break the watch of recordings, and hold the list with which the next one begins."""
        held = self.proxy.hold("list cloudrecordings", "", Moment.BEFORE)
        self.refuse_watch("cloudrecordings", 404)
        held.wait()
        return held


def restarts(operator: Operator) -> int:
    """Return how often the watch was replaced."""
    found = re.search(r"^watch_restarts_total (\d+)", operator.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return int(found[1])


def readiness(operator: Operator) -> int:
    """Return what /readyz says."""
    return operator.get("/readyz").status_code


def begin(stage: Stage) -> None:
    """Create an object, and wait until it is acted on: its recording runs."""
    stage.apply(stage.recording())
    wait_for(stage.running, SOON_SECONDS, "the start of a new object", every=0.05)
