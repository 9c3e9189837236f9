"""How a start fits its resource and the moment: what its body alone does not tell."""

import hashlib
import json
from typing import Final

from agora_simulator import regions, replies
from agora_simulator.recordings import POSTPONED_SCENE, Resource
from agora_simulator.replies import RefusedError
from agora_simulator.rtc import IndividualStart
from agora_simulator.settings import Settings
from agora_simulator.start import StartOptions
from agora_simulator.storage import StorageConfig

MISMATCH: Final = "request_hash mismatch"


def fingerprint(parameter: dict[str, object] | None) -> str | None:
    """Return what tells a start's clientRequest from others, and none of its secrets."""
    if parameter is None:
        return None
    return hashlib.sha256(json.dumps(parameter, sort_keys=True).encode()).hexdigest()


def check_start(
    resource: Resource,
    options: StartOptions,
    request: dict[str, object],
    *,
    now: float,
    settings: Settings,
) -> None:
    """Refuse a start that does not fit what was acquired, or comes with keys that soon lapse.

    Raises:
        RefusedError: Code 2, which names the member.
    """
    if resource.parameter is not None and resource.parameter != fingerprint(request):
        raise RefusedError(replies.bad_body(MISMATCH))
    if resource.scene != POSTPONED_SCENE and _needs_postponed_scene(options):
        reason = "clientRequest.appsCollection, clientRequest.transcodeOptions: for scene 2 only"
        raise RefusedError(replies.bad_body(reason))
    storage = options.storage_config
    fence = resource.geofence if settings.geofence_binds_storage else None
    if fence is not None and not regions.within(storage.vendor, storage.region, fence):
        reason = "clientRequest.storageConfig.region: outside the region acquired for"
        raise RefusedError(replies.bad_body(reason))
    check_keys(storage, now, settings)


def check_keys(storage: StorageConfig, now: float, settings: Settings) -> None:
    """Refuse temporary keys that soon lapse.

    Raises:
        RefusedError: Code 2, which names the member.
    """
    lapses_at = storage.lapses_at
    if lapses_at is not None and lapses_at < now + settings.shortest_sts_seconds:
        hours = f"{settings.shortest_sts_seconds / 3600:g}"
        reason = f"clientRequest.storageConfig.stsExpiration: must be {hours} h ahead or more"
        raise RefusedError(replies.bad_body(reason))


def _needs_postponed_scene(options: StartOptions) -> bool:
    return isinstance(options, IndividualStart) and options.for_postponed_scene
