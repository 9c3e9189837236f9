"""Files that are really uploaded, for clients that look for recordings in their bucket."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agora_simulator.recordings import Recording
from agora_simulator.settings import Settings
from agora_simulator.simulation import Simulation
from agora_simulator.storage import StorageConfig
from agora_simulator.stored import StoredFile, next_file_at, stored_files
from agora_simulator.world import World

if TYPE_CHECKING:
    from obstore.store import S3Credential, S3Store

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS: Final = 0.25
AT_A_TIME: Final = 20
TIMEOUT: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way to the bucket of its recording."""

    storage: StorageConfig
    file: StoredFile


@dataclass(slots=True)
class _Looked:
    """What was seen of a recording, and what was sent of its files."""

    recording: Recording
    users: int
    next_at: float
    versions: dict[str, int]


class Outbox:
    """Tells which files are to be written, each once and whenever its content is another."""

    def __init__(self) -> None:
        self._looked: dict[str, _Looked] = {}

    def due(self, world: World, now: float, settings: Settings) -> list[list[Upload]]:
        """Return what has become due since the last time, in order, for each recording."""
        recordings = {one.sid: one for one in world.recordings(now)}
        self._looked = {sid: one for sid, one in self._looked.items() if sid in recordings}
        due = (self._changed(world, one, now, settings) for one in recordings.values())
        return [uploads for uploads in due if uploads]

    def _changed(
        self, world: World, recording: Recording, now: float, settings: Settings
    ) -> list[Upload]:
        # In mode individual each user who joins adds files.
        users = world.heard(recording) if recording.mode == "individual" else []
        before = self._looked.get(recording.sid)
        if before is not None and _is_same(before, recording, len(users), now):
            return []
        versions = {} if before is None else before.versions
        next_at = next_file_at(recording, now, settings)
        self._looked[recording.sid] = _Looked(recording, len(users), next_at, versions)
        lapses_at = recording.storage.lapses_at
        if lapses_at is not None and lapses_at <= now:
            return []  # Agora keeps them in its backup
        files = stored_files(recording, now, settings, users)
        fresh = [one for one in files if versions.get(one.name) != one.version]
        versions.update((one.name, one.version) for one in fresh)
        return [Upload(recording.storage, one) for one in fresh]


def _is_same(before: _Looked, recording: Recording, users: int, now: float) -> bool:
    """Tell cheaply whether a recording can have nothing new to write."""
    return before.recording is recording and before.users == users and now < before.next_at


class Uploader:
    """Writes files to the storage that the settings name, as long as they name one."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._outbox = Outbox()
        self._turns = asyncio.Semaphore(AT_A_TIME)

    async def run(self) -> None:
        """Upload what is due, until cancelled."""
        while True:
            simulation = self._simulation
            endpoint = simulation.settings.storage_endpoint
            if endpoint is not None:
                due = self._outbox.due(simulation.world, simulation.now(), simulation.settings)
                await asyncio.gather(*(self._upload(endpoint, uploads) for uploads in due))
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _upload(self, endpoint: str, uploads: list[Upload]) -> None:
        async with self._turns:
            for one in uploads:
                if not await _arrived(endpoint, one):
                    return


async def _arrived(endpoint: str, upload: Upload) -> bool:
    try:
        await _put(endpoint, upload)
    except Exception as error:  # noqa: BLE001 - the storage is the client's to mend, and the library may panic
        reason = str(error).partition("<")[0].partition("\n")[0]  # no body: it quotes keys
        log.warning("Uploading %s failed: %s", upload.file.name, reason)
        return False
    return True


async def _put(endpoint: str, upload: Upload) -> None:
    import obstore  # noqa: PLC0415 - loaded by those who want uploads

    storage = upload.storage
    keys = (storage.access_key, storage.secret_key, storage.sts_token)
    store = await asyncio.to_thread(_bucket, endpoint, storage.bucket, *keys)
    await obstore.put_async(store, upload.file.name, upload.file.content)


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
