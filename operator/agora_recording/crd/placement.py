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


_CHINA: Final = (Geofence.MAINLAND_CHINA,)
_ASIA: Final = (Geofence.ASIA,)
_EUROPE: Final = (Geofence.EUROPE,)
_AMERICA: Final = (Geofence.NORTH_AMERICA,)
_HONG_KONG: Final = (Geofence.MAINLAND_CHINA, Geofence.ASIA)
"""No page of Agora's says on which side of the fence Hong Kong is, so on neither it is refused."""
_BEGIN: Final[Mapping[str, tuple[Geofence, ...]]] = {
    "cn": _CHINA,
    "ap": _ASIA,
    "eu": _EUROPE,
    "us": _AMERICA,
    "ca": _AMERICA,
    "na": _AMERICA,
}
"""By how the names of most regions begin; what is not here lies in no fence."""
_NAMED: Final[Mapping[StorageVendor, Mapping[str, tuple[Geofence, ...]]]] = {
    StorageVendor.AMAZON_S3: {"ap-east-1": _HONG_KONG},
    StorageVendor.ALIBABA_OSS: {"cn-hongkong": _HONG_KONG},
    StorageVendor.TENCENT_COS: {
        **dict.fromkeys(("ap-beijing-1", "ap-beijing", "ap-shanghai", "ap-guangzhou"), _CHINA),
        **dict.fromkeys(("ap-chengdu", "ap-chongqing"), _CHINA),
        **dict.fromkeys(("ap-shenzhen-fsi", "ap-shanghai-fsi", "ap-beijing-fsi"), _CHINA),
        "ap-hongkong": _HONG_KONG,
    },
    StorageVendor.HUAWEI_OBS: {"ap-southeast-1": _HONG_KONG},
    StorageVendor.BAIDU_BOS: {
        **dict.fromkeys(("bj", "bd", "su", "gz", "fwh", "fsh"), _CHINA),
        "hkg": _HONG_KONG,
        "sin": _ASIA,
    },
    StorageVendor.QINIU: {**dict.fromkeys(("z0", "z1", "z2"), _CHINA), "na0": _AMERICA},
    StorageVendor.KINGSOFT_KS3: {
        **dict.fromkeys(("HANGZHOU", "SHANGHAI", "QINGDAO", "BEIJING", "GUANGZHOU"), _CHINA),
        **dict.fromkeys(("JR_BEIJING", "JR_SHANGHAI"), _CHINA),
        "HONGKONG": _HONG_KONG,
        "RUSSIA": _EUROPE,
        "SINGAPORE": _ASIA,
    },
}
"""Regions whose names tell it otherwise."""


def _fences(vendor: StorageVendor, name: str) -> tuple[Geofence, ...]:
    usual = _BEGIN.get(name.partition("-")[0], ())
    return _NAMED.get(vendor, {}).get(name, usual)


PLACES: Final[Mapping[StorageVendor, Mapping[str | int, tuple[Geofence, ...]]]] = {
    vendor: {
        region: _fences(vendor, name)
        for name, number in numbers.items()
        for region in (name, number)
    }
    for vendor, numbers in REGION_NUMBERS.items()
}
"""The areas that each region of a vendor lies in, by its name and by Agora's number.

There may be none. What is not here is not known: a newer region, or one that Agora is not told.
"""
