"""The regions of the storage vendors by number, and the geofence that each lies in.

https://docs.agora.io/en/cloud-recording/reference/region-vendor
"""

from typing import Final

SELF_BUILT: Final = 11
"""The vendor number of any storage that speaks S3."""
NUMBERED_BY_PLACE: Final = frozenset({5, 6})
"""Microsoft Azure and Google Cloud: the region is ignored."""


def _named(names: str) -> dict[int, str]:
    return dict(enumerate(names.split()))


REGIONS: Final[dict[int, dict[int, str]]] = {
    0: _named("CN_Huadong CN_Huabei CN_Huanan NA_Beimei"),
    1: _named(
        "US_EAST_1 US_EAST_2 US_WEST_1 US_WEST_2 EU_WEST_1 EU_WEST_2 EU_WEST_3 EU_CENTRAL_1 "
        "AP_SOUTHEAST_1 AP_SOUTHEAST_2 AP_NORTHEAST_1 AP_NORTHEAST_2 SA_EAST_1 CA_CENTRAL_1 "
        "AP_SOUTH_1 CN_NORTH_1 CN_NORTHWEST_1 US_GOV_WEST_1 AF_SOUTH_1 AP_EAST_1 AP_NORTHEAST_3 "
        "EU_NORTH_1 ME_SOUTH_1 US_GOV_EAST_1 AP_SOUTHEAST_3 EU_SOUTH_1"
    )
    | {28: "IL_CENTRAL_1"},
    2: _named(
        "CN_Hangzhou CN_Shanghai CN_Qingdao CN_Beijing CN_Zhangjiakou CN_Huhehaote CN_Shenzhen "
        "CN_Hongkong US_West_1 US_East_1 AP_Southeast_1 AP_Southeast_2 AP_Southeast_3 "
        "AP_Southeast_5 AP_Northeast_1 AP_South_1 EU_Central_1 EU_West_1 EU_East_1 "
        "AP_Southeast_6 CN_Heyuan CN_Guangzhou CN_Chengdu CN_Nanjing CN_Fuzhou CN_Wulanchabu "
        "CN_Northeast_2 CN_Southeast_7"
    ),
    3: _named(
        "AP_Beijing_1 AP_Beijing AP_Shanghai AP_Guangzhou AP_Chengdu AP_Chongqing AP_Shenzhen_FSI "
        "AP_Shanghai_FSI AP_Beijing_FSI AP_Hongkong AP_Singapore AP_Mumbai AP_Seoul AP_Bangkok "
        "AP_Tokyo NA_Siliconvalley NA_Ashburn NA_Toronto EU_Frankfurt EU_Moscow"
    ),
    4: _named(
        "CN_Hangzhou CN_Shanghai CN_Qingdao CN_Beijing CN_Guangzhou CN_Hongkong JR_Beijing "
        "JR_Shanghai NA_Russia_1 NA_Singapore_1"
    ),
    7: _named(
        "CN_North_1 CN_North_4 CN_East_2 CN_East_3 CN_South_1 CN_Southwest_2 AP_Southeast_1 "
        "AP_Southeast_2 AP_Southeast_3 AF_South_1 SA_Argentina_1 SA_Peru_1 NA_Mexico_1 "
        "SA_Brazil_1 LA_South_2 SA_Chile_1"
    ),
    8: _named(
        "CN_Beijing CN_Baoding CN_Suzhou CN_Guangzhou AP_Hongkong AP_Singapore CN_Wuhan CN_Shanghai"
    ),
    SELF_BUILT: {0: ""},
}
"""By vendor and number; the vendors that are not here take any number."""

_AREAS: Final = {
    "CN": {"CN"},
    "JR": {"CN"},  # those of Kingsoft for banks
    "AP": {"AP"},
    "EU": {"EU"},
    "NA": {"NA"},
    "US": {"NA"},
    "CA": {"NA"},
}
_HONG_KONG: Final = frozenset({(1, 19), (2, 7), (3, 9), (4, 5), (7, 6), (8, 4)})
_UNCLEAR: Final = {
    **{place: {"CN", "AP"} for place in _HONG_KONG},
    (2, 26): {"CN", "AP"},
    (2, 27): {"CN", "AP"},
    (4, 8): {"NA", "EU"},
    (4, 9): {"NA", "AP"},
}
"""Hong Kong, of which no page tells the side of the fence, and those that Agora's pages name after
another place than they lie in: two of Alibaba's in Asia, Kingsoft's in Russia and Singapore."""
_TENCENT_CHINA: Final = range(9)
"""Tencent's names of its regions in mainland China begin like those of other vendors in Asia."""


def known(vendor: int, region: int) -> bool:
    """Tell whether a vendor has a region of that number."""
    return vendor in NUMBERED_BY_PLACE or region in REGIONS[vendor]


def within(vendor: int, region: int, geofence: str) -> bool:
    """Tell whether a region may lie in a geofence; it may if its place is not known."""
    name = REGIONS.get(vendor, {}).get(region, "")
    if not name:
        return True
    if (vendor, region) in _UNCLEAR:
        return geofence in _UNCLEAR[vendor, region]
    if vendor == 3 and region in _TENCENT_CHINA:  # noqa: PLR2004 - Tencent
        return geofence == "CN"
    return geofence in _AREAS.get(name.partition("_")[0], set())
