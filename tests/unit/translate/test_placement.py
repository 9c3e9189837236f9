"""Where Agora records: the numbers and words of it, and which storage lies within."""

import pytest

from agora_recording.crd.placement import PLACES, Affinity, Geofence, Placement
from agora_recording.crd.storage import Storage
from agora_recording.crd.vendor import REGION_NUMBERS, VENDOR_NUMBERS, StorageVendor
from agora_recording.translate.placement import AREAS, acquire_request, is_outside
from agora_simulator import regions
from builders import spec, storage

USUAL = {"scene": 0, "resourceExpiredHour": 720}
OWN = storage(vendor=StorageVendor.S3_COMPATIBLE, region="us-east-1", endpoint="s3.test")


@pytest.mark.parametrize(
    ("placement", "sent"),
    [
        (None, {}),
        (Placement(), {}),
        (Placement(geofence=Geofence.MAINLAND_CHINA), {"region": "CN"}),
        (Placement(geofence=Geofence.ASIA), {"region": "AP"}),
        (Placement(geofence=Geofence.EUROPE), {"region": "EU"}),
        (Placement(geofence=Geofence.NORTH_AMERICA), {"region": "NA"}),
        (Placement(affinity=Affinity.NEAREST), {"regionAffinity": 0}),
        (Placement(affinity=Affinity.CHINA), {"regionAffinity": 1}),
        (Placement(affinity=Affinity.SOUTHEAST_ASIA), {"regionAffinity": 2}),
        (Placement(affinity=Affinity.EUROPE), {"regionAffinity": 3}),
        (Placement(affinity=Affinity.NORTH_AMERICA), {"regionAffinity": 4}),
    ],
)
def test_every_place_has_its_word(placement: Placement | None, sent: dict[str, object]) -> None:
    """What is left out is not sent."""
    assert acquire_request(spec(placement=placement), ()) == USUAL | sent


def test_resources_to_stay_away_from_are_named() -> None:
    """In an order that does not vary."""
    sent = acquire_request(spec(), {"r2", "r1"})

    assert sent == USUAL | {"excludeResourceIds": ["r1", "r2"]}


@pytest.mark.parametrize(
    ("fence", "where", "outside"),
    [
        (Geofence.EUROPE, storage(region="eu-west-1"), False),
        (Geofence.EUROPE, storage(region="us-east-1"), True),
        (Geofence.EUROPE, storage(region=None, region_number=4), False),
        (Geofence.EUROPE, storage(region=None, region_number=0), True),
        (Geofence.EUROPE, storage(region=None, region_number=99), False),
        (Geofence.EUROPE, OWN, False),
        (Geofence.EUROPE, storage(vendor=StorageVendor.AZURE_BLOB, region=None), False),
        (None, storage(region="us-east-1"), False),
    ],
    ids=[
        "inside",
        "outside",
        "a number inside",
        "a number outside",
        "a newer region",
        "an S3-compatible storage, whose names mean nothing to Agora",
        "a vendor without regions",
        "no fence",
    ],
)
def test_a_storage_outside_is_seen(
    fence: Geofence | None, where: Storage, *, outside: bool
) -> None:
    """As far as its region tells."""
    assert is_outside(spec(placement=Placement(geofence=fence)), where) is outside


def test_without_placement_every_storage_will_do() -> None:
    """There is no fence."""
    assert not is_outside(spec(), storage(region="us-east-1"))


HONG_KONG = [
    (StorageVendor.AMAZON_S3, "ap-east-1"),
    (StorageVendor.ALIBABA_OSS, "cn-hongkong"),
    (StorageVendor.TENCENT_COS, "ap-hongkong"),
    (StorageVendor.HUAWEI_OBS, "ap-southeast-1"),
    (StorageVendor.BAIDU_BOS, "hkg"),
    (StorageVendor.KINGSOFT_KS3, "HONGKONG"),
]


@pytest.mark.parametrize(("vendor", "region"), HONG_KONG)
def test_hong_kong_is_on_both_sides_of_the_fence(vendor: StorageVendor, region: str) -> None:
    """Of every vendor: no page of Agora's says on which."""
    for each in (region, REGION_NUMBERS[vendor][region]):
        assert set(PLACES[vendor][each]) == {Geofence.MAINLAND_CHINA, Geofence.ASIA}


MISNAMED = {
    *((StorageVendor.ALIBABA_OSS, number) for number in (26, 27)),
    *((StorageVendor.KINGSOFT_KS3, number) for number in (8, 9)),
}
"""Agora's names put these into China and North America; the vendors', and the map, into Seoul and
Bangkok, Russia and Singapore."""


@pytest.mark.parametrize("fence", Geofence)
def test_the_simulator_draws_the_same_fences(fence: Geofence) -> None:
    """By numbers instead of names, and by Agora's names instead of the vendors'."""
    differently = {
        (vendor, number)
        for vendor, names in REGION_NUMBERS.items()
        for name, number in names.items()
        for region in (name, number)
        if (fence in PLACES[vendor][region])
        != regions.within(VENDOR_NUMBERS[vendor], number, AREAS[fence])
    }

    assert differently <= MISNAMED
