"""The operator's Lease, taken from it: nobody begins anything while somebody else holds it."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime
from typing import Any, Final

from agora_recording.kube.api import KubeApi, micro_time
from agora_recording.kube.lease import GROUP_VERSION, NAME
from agora_recording.reconcile.ports import ConflictError, GoneError

HOLDER: Final = "uninstallation"
"""Whom the Lease names meanwhile."""
TRIES: Final = 5
"""The leader renews it each second; so often a conflict is followed by another try."""
HELD_SECONDS: Final = 30
"""How long the operator leaves it alone after its holder's last word: meanwhile Helm removes the
operator. A new installation waits as long."""


class Seat:
    """The Lease in the operator's namespace.

    Args:
        api: The API server.
        namespace: Where the operator is.
        settle: Seconds after which whoever led has noticed that it does not any more.
    """

    def __init__(self, api: KubeApi, namespace: str, *, settle: float) -> None:
        self._api = api
        self._path = f"/apis/{GROUP_VERSION}/namespaces/{namespace}/leases/{NAME}"
        self._settle = settle

    async def take(self) -> bool:
        """Take the Lease, and return when nobody leads; return False if there is none to take.

        Raises:
            KubeError: It could not be taken.
        """
        taken = await self._write(HOLDER, HELD_SECONDS + math.ceil(self._settle))
        if taken:
            await asyncio.sleep(self._settle)
        return taken

    async def keep(self) -> None:
        """Keep the Lease for a last while. Raises as ``take``."""
        await self._write(HOLDER, HELD_SECONDS)

    async def give_back(self) -> None:
        """Let the operator work again, at its next look. Raises as ``take``."""
        await self._write("", 1)

    async def _write(self, holder: str, seconds: int) -> bool:
        """Write the Lease; return whether there is one."""
        for left in reversed(range(TRIES)):
            try:
                lease = await self._api.get(self._path)
                await self._api.merge_patch(self._path, _taken(lease, holder, seconds))
            except GoneError:
                return False
            except ConflictError:
                if not left:
                    raise
            else:
                return True
        return False


def _taken(lease: dict[str, Any], holder: str, seconds: int) -> dict[str, Any]:
    """Return the patch of exactly this Lease that makes somebody its holder."""
    now = micro_time(datetime.now(UTC))
    return {
        "metadata": {"resourceVersion": lease["metadata"]["resourceVersion"]},
        "spec": {
            "holderIdentity": holder,
            "leaseDurationSeconds": seconds,
            "acquireTime": now,
            "renewTime": now,
            "leaseTransitions": int(lease["spec"].get("leaseTransitions") or 0) + bool(holder),
        },
    }
