"""Where Agora records, in its words: what acquire asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from agora_recording.agora import wire
from agora_recording.crd.placement import PLACES, Affinity, Geofence, Placement
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage

RESOURCE_HOURS: Final = 720
"""``resourceExpiredHour``: the longest; after it a recording could no longer be stopped."""
SCENES: Final = {"individual": 0, "mix": 0, "web": 1}
"""``scene`` of acquire, by Agora's mode; the mode of the start must fit it."""
POSTPONED_SCENE: Final = 2
"""``scene`` of what is processed once the recording has ended."""
AREAS: Final = {
    Geofence.MAINLAND_CHINA: "CN",
    Geofence.ASIA: "AP",
    Geofence.EUROPE: "EU",
    Geofence.NORTH_AMERICA: "NA",
}
"""``region`` of acquire."""
AFFINITIES: Final = {
    Affinity.NEAREST: 0,
    Affinity.CHINA: 1,
    Affinity.SOUTHEAST_ASIA: 2,
    Affinity.EUROPE: 3,
    Affinity.NORTH_AMERICA: 4,
}
"""``regionAffinity`` of acquire."""


def acquire_request(spec: CloudRecordingSpec, avoided: Iterable[str]) -> wire.AcquireRequest:
    """Return ``clientRequest`` of acquire, away from the resources ``avoided``."""
    placement = spec.placement or Placement()
    request: wire.AcquireRequest = {
        "scene": _scene(spec),
        "resourceExpiredHour": RESOURCE_HOURS,
    }
    if placement.geofence is not None:
        request["region"] = AREAS[placement.geofence]
    if placement.affinity is not None:
        request["regionAffinity"] = AFFINITIES[placement.affinity]
    if excluded := sorted(avoided):
        request["excludeResourceIds"] = excluded
    return request


def _scene(spec: CloudRecordingSpec) -> int:
    processed = spec.individual is not None and spec.individual.post_processing is not None
    return POSTPONED_SCENE if processed else SCENES[spec.mode]


def is_outside(spec: CloudRecordingSpec, storage: Storage) -> bool:
    """Whether a storage is known to lie outside the area that the recording may not leave."""
    fence = spec.placement.geofence if spec.placement else None
    if fence is None:
        return False
    region = storage.region_number if storage.region is None else storage.region
    return region is not None and fence not in PLACES[storage.vendor].get(region, (fence,))
