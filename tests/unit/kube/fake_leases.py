"""Replicas that contend for one Lease at an API server in memory, in fake time."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

from agora_recording.kube.api import KubeApi
from agora_recording.kube.lease import Candidate, Elector
from agora_recording.reconcile.ports import (
    ConflictError,
    ForbiddenError,
    GoneError,
    UnreachableError,
)
from builders import NOW

DURATION: Final = 12.0
DEADLINE: Final = 8.0
RETRY: Final = 1.0
LEASES: Final = "/apis/coordination.k8s.io/v1/namespaces/here/leases"
LEASE: Final = f"{LEASES}/agora-recording-operator"


def tick() -> float:
    """Return the loop's time."""
    return asyncio.get_running_loop().time()


class FakeServer:
    """Holds the Lease, with resourceVersions as the API server has them."""

    def __init__(self) -> None:
        self.lease: dict[str, Any] | None = None
        self._version = 0

    @property
    def spec(self) -> Mapping[str, Any]:
        """What the Lease says."""
        assert self.lease is not None
        spec: Mapping[str, Any] = self.lease["spec"]
        return spec

    def get(self) -> dict[str, Any]:
        """Return the Lease."""
        if self.lease is None:
            raise GoneError("not found")
        return copy.deepcopy(self.lease)

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create the Lease."""
        if self.lease is not None:
            raise ConflictError("it exists")
        self.lease = {"metadata": {}, "spec": dict(body["spec"])}
        return self._stored()

    def patch(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change the Lease if the resourceVersion is its own."""
        if self.lease is None:
            raise GoneError("not found")
        if body["metadata"]["resourceVersion"] != self.lease["metadata"]["resourceVersion"]:
            raise ConflictError("it has been modified")
        self.lease["spec"] |= body["spec"]
        return self._stored()

    def touch(self) -> None:
        """Change something of the Lease that has nothing to do with holding it."""
        self._stored()

    def _stored(self) -> dict[str, Any]:
        assert self.lease is not None
        self._version += 1
        self.lease["metadata"]["resourceVersion"] = str(self._version)
        return copy.deepcopy(self.lease)


class Line:
    """One replica's connection to the API server: what it asks of ``KubeApi``."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self.cut = False
        """Requests do not arrive."""
        self.deaf = False
        """Requests arrive, and their answers do not."""
        self.there = 0.0
        """Seconds that a request takes."""
        self.back = 0.0
        """Seconds that an answer takes."""
        self.trouble: Exception | None = None
        """What every request is answered with."""
        self.forbidden: set[str] = set()
        """What the role does not allow."""
        self.requests = 0

    def mend(self) -> None:
        """Let everything arrive at once."""
        self.cut = self.deaf = False
        self.there = self.back = 0.0

    async def get(self, path: str) -> dict[str, Any]:
        """Read the Lease."""
        assert (
            path == "/apis/coordination.k8s.io/v1/namespaces/here/leases/agora-recording-operator"
        )
        await self._go()
        return await self._answer(self._server.get())

    async def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create the Lease."""
        assert path == LEASES
        await self._go()
        if "create" in self.forbidden:
            raise ForbiddenError("403")
        return await self._answer(self._server.create(body))

    async def merge_patch(self, path: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        """Change the Lease."""
        assert path == LEASE
        await self._go()
        return await self._answer(self._server.patch(patch))

    async def _go(self) -> None:
        self.requests += 1
        await asyncio.sleep(self.there)
        if self.trouble is not None:
            raise self.trouble
        if self.cut:
            raise UnreachableError("no connection")

    async def _answer(self, lease: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(self.back)
        if self.deaf:
            raise UnreachableError("no answer")
        return lease


class Replica:
    """An operator process that contends for the Lease."""

    def __init__(
        self,
        server: FakeServer,
        identity: str,
        *,
        pod: str | None = "",
        skew: float = 0.0,
        retry: float = RETRY,
    ) -> None:
        """Prepare.

        Args:
            server: Where the Lease is.
            identity: Name of the process.
            pod: Name of its pod; empty: one of its own.
            skew: Seconds that its wall clock is fast.
            retry: Seconds between two looks.
        """
        self.line = Line(server)
        self.changes: list[tuple[float, bool]] = []
        """When it began and ceased to lead, as it was told."""
        pod = f"pod-{identity}" if pod == "" else pod
        me = Candidate("here", identity, pod, DURATION, DEADLINE, retry)
        self.elector = Elector(cast("KubeApi", self.line), me, self._changed, self._now)
        self._skew = skew
        self._task: asyncio.Task[None] | None = None

    @property
    def leads(self) -> bool:
        """Whether it may work now."""
        return self.elector.leads

    def start(self) -> Replica:
        """Begin to contend."""
        self._task = asyncio.create_task(self.elector.run())
        return self

    def kill(self) -> None:
        """End it without a word."""
        assert self._task is not None
        self._task.cancel()

    async def wait_until_it_leads(self, seconds: float = 60.0) -> float:
        """Return how long it took until it leads."""
        began = tick()
        while not self.leads:
            assert tick() < began + seconds, "it never leads"
            await asyncio.sleep(0.01)
        return tick() - began

    def _changed(self) -> None:
        self.changes.append((tick(), self.leads))

    def _now(self) -> datetime:
        return NOW + timedelta(seconds=tick() + self._skew)


async def two(server: FakeServer) -> tuple[Replica, Replica]:
    """Return a leader and a replica that waits."""
    leader, other = Replica(server, "a").start(), Replica(server, "b")
    await leader.wait_until_it_leads()
    other.start()
    await asyncio.sleep(20.4)
    assert leader.leads
    assert not other.leads
    return leader, other
