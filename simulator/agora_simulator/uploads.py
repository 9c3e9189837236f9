"""Index files that are really uploaded, for clients that look for recordings in their bucket."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agora_simulator.recordings import Recording
from agora_simulator.simulation import Simulation
from agora_simulator.storage import StorageConfig
from agora_simulator.world import World

if TYPE_CHECKING:
    from obstore.store import S3Credential, S3Store

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 0.25
AT_A_TIME: Final = 20
TIMEOUT: Final = timedelta(seconds=5)
HEAD: Final = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:15\n"
END: Final = "#EXT-X-ENDLIST\n"


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One index file as it is to be written."""

    storage: StorageConfig
    name: str
    closed: bool

    @property
    def text(self) -> str:
        """What stands in it."""
        return HEAD + END if self.closed else HEAD


class Outbox:
    """Tells which index files are to be written, each once when it begins and once at its end."""

    def __init__(self) -> None:
        self._begun: dict[str, set[str]] = {}
        self._closed: set[str] = set()

    def due(self, world: World, now: float) -> list[IndexFile]:
        """Return what has become due since the last time."""
        recordings = {one.sid: one for one in world.recordings(now)}
        # A move can bring back what was stopped.
        ended = {sid for sid, one in recordings.items() if one.ended_at is not None}
        self._closed &= ended
        self._begun = {sid: names for sid, names in self._begun.items() if sid in recordings}
        due = (
            self._changed(world, one, now) for one in recordings.values() if self._may_write(one)
        )
        return [file for files in due for file in files]

    def _may_write(self, recording: Recording) -> bool:
        """Tell cheaply whether a recording may have something to write."""
        if recording.sid in self._closed:
            return False
        # In individual mode each user who joins adds files.
        complete = recording.mode == "mix" and recording.sid in self._begun
        return recording.ended_at is not None or not complete

    def _changed(self, world: World, recording: Recording, now: float) -> list[IndexFile]:
        storage = recording.options.storage_config
        names = world.index_files(recording, now)
        if recording.ended_at is not None:
            self._closed.add(recording.sid)
            return [IndexFile(storage, name, closed=True) for name in names]
        if not names:
            return []
        begun = self._begun.setdefault(recording.sid, set())
        fresh = [name for name in names if name not in begun]
        begun.update(fresh)
        return [IndexFile(storage, name, closed=False) for name in fresh]


class Uploader:
    """Writes index files to the storage that the settings name, as long as they name one."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._outbox = Outbox()
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def run(self) -> None:
        """Upload what is due, until cancelled."""
        while True:
            endpoint = self._simulation.settings.storage_endpoint
            if endpoint is not None:
                due = self._outbox.due(self._simulation.world, self._simulation.now())
                await asyncio.gather(*(self._upload(endpoint, file) for file in due))
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _upload(self, endpoint: str, file: IndexFile) -> None:
        try:
            async with self._turns:
                await _put(endpoint, file)
        except Exception as error:  # noqa: BLE001 - the storage is the client's to mend, and the library may panic
            reason = str(error).partition("<")[0].partition("\n")[0]  # no body: it quotes keys
            log.warning("Uploading %s failed: %s", file.name, reason)


async def _put(endpoint: str, file: IndexFile) -> None:
    import obstore  # noqa: PLC0415 - loaded by those who want uploads

    storage = file.storage
    keys = (storage.access_key, storage.secret_key, storage.sts_token)
    store = await asyncio.to_thread(_bucket, endpoint, storage.bucket, *keys)
    await obstore.put_async(store, file.name, file.text.encode())


@lru_cache(maxsize=64)
def _bucket(endpoint: str, name: str, access: str, secret: str, token: str | None) -> "S3Store":
    from obstore.store import S3Store  # noqa: PLC0415 - the same

    def keys() -> "S3Credential":
        return {
            "access_key_id": access,
            "secret_access_key": secret,
            "token": token,
            "expires_at": None,
        }

    return S3Store(
        name,
        endpoint=endpoint.rstrip("/"),
        region="us-east-1",
        credential_provider=keys,
        client_options={"allow_http": True, "timeout": TIMEOUT},
        retry_config={"max_retries": 2},
    )
