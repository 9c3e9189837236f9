"""What is done before the operator is removed, so that no recording goes on unwatched.

The operator runs meanwhile, and must: it alone stops recordings. Once nothing is open its Lease is
taken from it, so that it cannot begin another one in the moments until it is removed; then all is
looked at again. The finalizers of projects go in the end: nobody would take them off later, and
their namespaces could not be deleted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final

from agora_recording.cluster.leftovers import Leftovers
from agora_recording.cluster.remains import Remains, listed
from agora_recording.cluster.seat import Seat
from agora_recording.reconcile.ports import ConflictError, UnreachableError

LOOK_SECONDS: Final = 1.0
"""How often is looked at what is still open."""
REFUSED: Final = """\
Not uninstalled: without the operator nobody would watch or stop these recordings, {count} in all:
{listed}
Delete them, or stop them by desiredState: Stopped, and uninstall again. Or set uninstall.policy to
Stop, which stops them, or to Orphan, which leaves them running."""
LATE: Final = """\
Not uninstalled: these recordings could not be stopped in time, {count} in all:
{listed}
kubectl describe tells what each of them waits for, if the operator runs. They remain stopped:
uninstall again to go on waiting, or set uninstall.timeoutSeconds."""
WAITING: Final = """\
Stopping, still open {count}:
{listed}"""
ORPHANED: Final = """\
These are left running at Agora, unwatched, and are paid for until they end, {count} in all:
{listed}"""
UNSEATED: Final = (
    "There is no Lease to take from the operator: unless it is scaled to 0 it may take up again "
    "what it is to let go."
)


class Policy(StrEnum):
    """What becomes of recordings that run when the operator is uninstalled."""

    REFUSE = "Refuse"
    STOP = "Stop"
    ORPHAN = "Orphan"


class Uninstallation:
    """Makes sure that the operator can go."""

    def __init__(self, objects: Leftovers, seat: Seat, say: Callable[[str], None]) -> None:
        """Prepare. ``say`` is told what a person has to know."""
        self._objects, self._seat, self._say = objects, seat, say
        self._told = ""

    async def prepare(self, policy: Policy, *, seconds: float) -> bool:
        """Return whether the operator can go; for Stop wait for that, for so long at most.

        Raises:
            KubeError: Something could not be found out, or not be done.
        """
        if not await self._objects.exist():
            return True
        match policy:
            case Policy.REFUSE:
                return self._nothing_of(REFUSED, await self._close())
            case Policy.STOP:
                return self._nothing_of(LATE, await self._stop_all(seconds))
            case Policy.ORPHAN:
                await self._orphan_all()
                return True

    async def _close(self) -> Sequence[Remains]:
        """Return what is open; if nothing is, keep it so, and let go of the projects."""
        if found := await self._objects.open():
            return found
        async with self._alone():
            if not (found := await self._objects.open()):
                await self._objects.release_projects()
                await self._seat.keep()
        if found:
            await self._seat.give_back()
        return found

    async def _stop_all(self, seconds: float) -> Sequence[Remains]:
        """Stop whatever is open until nothing is; return what is after so many seconds."""
        now = asyncio.get_running_loop().time
        until = now() + seconds
        while True:
            try:
                found = await self._close()
                for each in found:
                    await self._objects.stop(each)
            except (UnreachableError, ConflictError) as error:
                if now() >= until:
                    raise
                self._tell(f"Trying again: {error}")
            else:
                if not found or now() >= until:
                    return found
                self._tell(WAITING.format(count=len(found), listed=listed(found)))
            await asyncio.sleep(LOOK_SECONDS)

    async def _orphan_all(self) -> None:
        """Let go of all objects whatever runs for them, and say what does."""
        async with self._alone() as seated:
            if not seated:
                self._say(UNSEATED)
            found = await self._objects.open()
            self._nothing_of(ORPHANED, found, at_most=len(found))
            for each in found:
                await self._objects.release(each)
            await self._objects.release_projects()
            await self._seat.keep()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[bool]:
        """Keep the operator from working, and let it work again if this fails."""
        try:
            yield await self._seat.take()
        except BaseException:
            await self._seat.give_back()
            raise

    def _nothing_of(self, words: str, found: Sequence[Remains], **more: int) -> bool:
        """Return whether nothing is found; else say what."""
        if found:
            self._say(words.format(count=len(found), listed=listed(found, **more)))
        return not found

    def _tell(self, progress: str) -> None:
        """Say how it goes, if that is news."""
        if progress != self._told:
            self._say(progress)
        self._told = progress
