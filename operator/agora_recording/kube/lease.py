"""Which of several processes works: the one that holds the Lease.

That is economy; safety rests on other things (docs/explanation/protocol.md, 22). The times in the
Lease are for people: it has expired when this process has not seen it change for as long as it
lasts, by the monotonic clock.
"""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from agora_recording.kube.api import KubeApi, micro_time
from agora_recording.reconcile.ports import ConflictError, GoneError, KubeError

NAME: Final = "agora-recording-operator"
GROUP_VERSION: Final = "coordination.k8s.io/v1"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who contends for the Lease in ``namespace``, under the random name ``identity``.

    ``pod`` runs one process at a time, so what an earlier one held is taken over at once; if it is
    None, the host's name is shown, and nothing is concluded from it. Times are in seconds: the
    Lease lasts for ``duration``; its holder ceases to work ``deadline`` after its last renewal, and
    renews it every ``retry``, which is also how often the others look.
    """

    namespace: str
    identity: str
    pod: str | None
    duration: float
    deadline: float
    retry: float


class Elector:
    """Takes the Lease when it may, and keeps it."""

    def __init__(
        self,
        api: KubeApi,
        candidate: Candidate,
        changed: Callable[[], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Prepare. ``changed`` is called each time that ``leads`` has begun or ceased."""
        self._api, self._me, self._changed, self._now = api, candidate, changed, now
        self._tick = asyncio.get_running_loop().time
        self._path = f"/apis/{GROUP_VERSION}/namespaces/{candidate.namespace}/leases"
        self.name = f"{candidate.pod or socket.gethostname()}_{candidate.identity}"
        self.reached = False
        """Whether the Lease was ever seen."""
        self._spec: Mapping[str, Any] = {}
        self._version: str | None = None
        self._predecessor = ""
        self._since = self._renewed = -math.inf
        self._told = self._released = False
        self._trouble = ""
        self._busy = asyncio.Lock()
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def leads(self) -> bool:
        """Whether this process may work at this moment. Costs nothing."""
        return not self._released and self._tick() < self._renewed + self._me.deadline

    @property
    def transitions(self) -> int:
        """How often the Lease has changed hands."""
        return int(self._spec.get("leaseTransitions") or 0)

    async def run(self) -> None:
        """Contend for the Lease until it is released."""
        while not self._released:
            began = self._tick()
            await self._in_time(self._contend)
            self._tell()
            rest, left = began + self._me.retry - self._tick(), self._expires - self._tick()
            await asyncio.sleep(min(rest, left) if left > 0 else rest)

    async def release(self) -> None:
        """Let go of the Lease for good: another takes it at its next look. Never fails."""
        self._released = True
        self._tell()
        await self._in_time(self._let_go)

    async def _in_time(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it within half the deadline: one request that hangs must not cost the Lease."""
        trouble = ""
        async with self._busy:
            try:
                await asyncio.wait_for(work(), self._me.deadline / 2)
            except (KubeError, TimeoutError) as error:
                trouble = str(error) or "no answer in time"
        if trouble not in {"", self._trouble}:
            log.warning("The Lease is out of reach", error=trouble)
        self._trouble = trouble

    async def _contend(self) -> None:
        """Renew the Lease if it is ours, else look at it and take it if we may."""
        if self._holder != self.name:
            await self._look()
        try:
            await self._take()
        except (ConflictError, GoneError):  # another was quicker; or a late write of ours
            await self._look()
            await self._take()

    async def _let_go(self) -> None:
        await self._look()
        if self._holder == self.name:
            await self._write("", 1)

    async def _look(self) -> None:
        try:
            lease = await self._api.get(f"{self._path}/{NAME}")
        except GoneError:
            lease = {}
        self._see(lease)

    def _see(self, lease: Mapping[str, Any]) -> None:
        """Take in the Lease; it lasts from now on if it says something new."""
        spec = lease.get("spec") or {}
        self._since = self._since if spec == self._spec else self._tick()
        self._spec, self._version = spec, lease.get("metadata", {}).get("resourceVersion")
        if self._holder != self.name:
            self._renewed = -math.inf
            if not self.reached and self._holder.partition("_")[0] == self._me.pod:
                self._predecessor = self._holder
        self.reached = self.reached or self._version is not None

    async def _take(self) -> None:
        """Write our name into the Lease if we may."""
        sent, ours = self._tick(), self._holder in {"", self.name, self._predecessor}
        if not (ours or sent >= self._expires):
            return
        self._see(await self._write(self.name, math.ceil(self._me.duration)))
        self._renewed = sent

    async def _write(self, holder: str, seconds: int) -> Mapping[str, Any]:
        """Write the Lease if it is still as it was seen."""
        now = micro_time(self._now())
        spec = {"holderIdentity": holder, "leaseDurationSeconds": seconds, "renewTime": now}
        if holder != self._holder:
            spec["acquireTime"] = now
            spec["leaseTransitions"] = self.transitions + bool(holder and self._version)
        if self._version is None:
            body = {"apiVersion": GROUP_VERSION, "kind": "Lease", "metadata": {"name": NAME}}
            return await self._api.create(self._path, {**body, "spec": spec})
        body = {"metadata": {"resourceVersion": self._version}, "spec": spec}
        return await self._api.merge_patch(f"{self._path}/{NAME}", body)

    def _tell(self) -> None:
        """Tell if ``leads`` has changed, and come back when it ceases by itself."""
        if self._alarm is not None:
            self._alarm.cancel()
        if self.leads:
            ceases = self._renewed + self._me.deadline
            self._alarm = asyncio.get_running_loop().call_at(ceases, self._tell)
        if self.leads != self._told:
            self._told = self.leads
            log.info("Leading" if self._told else "Standing by", name=self.name)
            self._changed()

    @property
    def _holder(self) -> str:
        return self._spec.get("holderIdentity") or ""

    @property
    def _expires(self) -> float:
        return self._since + float(self._spec.get("leaseDurationSeconds") or 0)
