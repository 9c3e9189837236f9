"""Where Agora records: the area that data may not leave, and what to keep away from."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from agora_recording.crd.model import Model, ObjectName, list_of
from agora_recording.crd.vendor import REGION_NUMBERS, StorageVendor


class Geofence(StrEnum):
    """An area that the recording does not leave."""

    MAINLAND_CHINA = "MainlandChina"
    ASIA = "Asia"
    EUROPE = "Europe"
    NORTH_AMERICA = "NorthAmerica"


class Affinity(StrEnum):
    """Where Agora looks for a server first."""

    NEAREST = "Nearest"
    CHINA = "China"
    SOUTHEAST_ASIA = "SoutheastAsia"
    EUROPE = "Europe"
    NORTH_AMERICA = "NorthAmerica"


class Neighbour(Model):
    """A CloudRecording in the same namespace."""

    name: ObjectName
    """Name of the CloudRecording."""


class Placement(Model):
    """Where Agora records."""

    geofence: Geofence | None = None
    """Area that neither servers nor storage may be outside of; Asia is without mainland China, and
    the region of the storage must lie in it (Agora: ``region``)."""

    affinity: Affinity | None = None
    """Where Agora looks for servers first; unset: nearest to where the operator calls from
    (Agora: ``regionAffinity``)."""

    away_from: Annotated[
        tuple[Neighbour, ...] | None,
        Field(min_length=1, max_length=8, json_schema_extra=list_of("map", "name")),
    ] = None
    """Recordings whose servers are avoided, so that one outage does not end both. Those that have
    yet to begin are waited for in the first 30 seconds of this object, and from then on only those
    that have begun are avoided (Agora: ``excludeResourceIds``)."""


UNFENCED: Final = (StorageVendor.KINGSOFT_KS3, StorageVendor.S3_COMPATIBLE)
"""Vendors whose names of regions do not tell where they are."""

_CHINA: Final = frozenset({Geofence.MAINLAND_CHINA})
_ASIA: Final = frozenset({Geofence.ASIA})
_AMERICA: Final = frozenset({Geofence.NORTH_AMERICA})
_BEGIN: Final[Mapping[str, frozenset[Geofence]]] = {
    "cn": _CHINA,
    "ap": _ASIA,
    "eu": frozenset({Geofence.EUROPE}),
    "us": _AMERICA,
    "ca": _AMERICA,
    "na": _AMERICA,
}
"""By how the names of most regions begin; what is not here lies in no fence."""
_NAMED: Final[Mapping[str, frozenset[Geofence]]] = {
    **dict.fromkeys(("ap-beijing-1", "ap-beijing", "ap-shanghai", "ap-guangzhou"), _CHINA),
    **dict.fromkeys(("ap-chengdu", "ap-chongqing"), _CHINA),
    **dict.fromkeys(("ap-shenzhen-fsi", "ap-shanghai-fsi", "ap-beijing-fsi"), _CHINA),
    **dict.fromkeys(("bj", "bd", "su", "gz", "fwh", "fsh"), _CHINA),
    **dict.fromkeys(("z0", "z1", "z2"), _CHINA),
    "sin": _ASIA,
    "na0": _AMERICA,
    # No page says on which side of the fence Hong Kong is.
    **dict.fromkeys(("cn-hongkong", "ap-hongkong", "hkg"), _CHINA | _ASIA),
}
"""Names that tell it otherwise: those of Tencent, Baidu and Qiniu."""


def regions_within(fence: Geofence) -> tuple[str, ...]:
    """Return the names of the storage regions that lie within a fence."""
    names = {
        name: _NAMED.get(name, _BEGIN.get(name.partition("-")[0], frozenset()))
        for vendor, numbers in REGION_NUMBERS.items()
        if vendor not in UNFENCED
        for name in numbers
    }
    return tuple(name for name, fences in names.items() if fence in fences)
