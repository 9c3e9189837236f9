"""Searching a bucket, within bounds."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from agora_recording.bucket import storage
from agora_recording.bucket.place import BucketError, Obstacle, Place
from agora_recording.bucket.search import Search
from agora_recording.crd.vendor import StorageVendor

LISTING_SECONDS: Final = 30.0
PAGE_NAMES: Final = 1_000
"""What S3 tells at a time."""
MAX_PAGES: Final = 100
AT_A_TIME: Final = 8
"""Searches under way; each takes some memory, and a worker for as long as its storage is slow."""
TURN_SECONDS: Final = 5.0


class Bucket:
    """Finds the sids of recordings by the names of their files."""

    def __init__(self, *, endpoint: str | None = None, seconds: float = LISTING_SECONDS) -> None:
        """Search for at most ``seconds`` at a time.

        ``endpoint`` is the URL of one S3 server that stands for all, such as a self-hosted one.
        """
        self._endpoint = endpoint
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def find_sids(self, place: Place, channel: str, since: datetime) -> tuple[str, ...]:
        """Return the sids that may be recordings of ``channel``, newest first; maybe none.

        They are those of the index files directly in the folder of ``place`` that were last
        written at ``since``, by the storage's clock, or later. Looks at 100,000 names at most, in
        30 s at most, after waiting 5 s at most for its turn; what was found by then is returned.
        Safe to repeat.

        Raises:
            BucketError: It cannot be searched, or not to its end and nothing was found.
        """
        await self._turn()
        try:
            return await self._searched(place, Search(place.folder, channel, since))
        finally:
            self._turns.release()

    async def _turn(self) -> None:
        """Wait for a turn, not for long: whoever waits holds a worker that a stop may need."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise BucketError(Obstacle.BUSY) from None

    async def _searched(self, place: Place, search: Search) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(self._seconds):
                complete = await self._read(place, search)
        except TimeoutError:
            complete = False
        if not complete and not search.sids:
            raise BucketError(Obstacle.TOO_LARGE if search.began else Obstacle.UNREACHABLE)
        return search.sids

    async def _read(self, place: Place, search: Search) -> bool:
        """Show the names to ``search``, page by page; return whether those were all."""
        store = await asyncio.to_thread(storage.opened, place, self._endpoint)
        pages = storage.pages(store, place.prefix, PAGE_NAMES)
        for _ in range(MAX_PAGES):
            with storage.errors_translated():
                page = await anext(pages, None)
            if page is None:
                return True
            search.take(page)
            further = search.resume_after(page[-1]["path"]) if len(page) == PAGE_NAMES else None
            # Azure's listing cannot begin in the middle.
            if further and place.vendor is not StorageVendor.AZURE_BLOB:
                pages = storage.pages(store, place.prefix, PAGE_NAMES, after=further)
        return False
