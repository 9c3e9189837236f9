"""For each constraint of the schemas, what it refuses and what it lets through.

A constraint is named by its kind, its path (`[]` for the items of a list) and its keyword; a CEL
rule by its message; a required field by "required" and its name.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from e2e.objects import GOOD, STORAGE

REMOVED = object()
"""As a value: the field is left out."""


@dataclass(frozen=True)
class Case:
    """One constraint, at work."""

    kind: str
    path: str
    keyword: str
    refused: Any
    """Value that the constraint refuses, at `at`."""

    accepted: tuple[Any, ...]
    """Values at `at` that the API server accepts."""

    says: str
    """Part of what the user reads: how to put it right."""

    at: str = ""
    """Path of the values, if they are not those of `path` itself."""

    blames: str = ""
    """Path of the field that the error names, if it is not `path`."""

    @property
    def constraint(self) -> tuple[str, str, str]:
        """Return what identifies the constraint."""
        return self.kind, self.path, self.keyword

    def manifest(self, value: object) -> dict[str, Any]:
        """Return a good object with a value at the place of this case."""
        return changed(GOOD[self.kind], self.at or self.path, value)


def changed(manifest: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return a copy with a value at a path; `[]` means the first item."""
    copied = copy.deepcopy(manifest)
    *parents, last = path.replace("[]", ".0").split(".")
    place: Any = copied
    for name in parents:
        place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
    if value is REMOVED:
        del place[last]
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return copied


VENDORS = (
    "AmazonS3",
    "AlibabaOSS",
    "TencentCOS",
    "AzureBlob",
    "GoogleCloudStorage",
    "HuaweiOBS",
    "BaiduBOS",
    "S3Compatible",
    "Qiniu",
    "KingsoftKS3",
)
_REGIONS = (
    ("AmazonS3", "il-central-1"),
    ("AlibabaOSS", "cn-hangzhou"),
    ("TencentCOS", "ap-beijing-1"),
    ("HuaweiOBS", "cn-north-1"),
    ("BaiduBOS", "hkg"),
    ("Qiniu", "na0"),
    ("KingsoftKS3", "JR_BEIJING"),
)
REGIONS = [
    (
        vendor,
        region,
        (
            f"region is not one that Agora knows for {vendor}; use the vendor's own spelling, or "
            "give regionNumber for a newer one"
        ),
    )
    for vendor, region in _REGIONS
]
EITHER = "give region, or regionNumber for a region this release does not know, not both"
NO_REGIONS = "this vendor has no regions at Agora; leave out region and regionNumber"
NO_NUMBER = "S3Compatible has no regions at Agora; leave out regionNumber"
ENDPOINT = (
    "endpoint belongs to vendor: S3Compatible, which needs it, since Agora finds such a storage by "
    "its host; change vendor or endpoint"
)
HOST = "endpoint must be a host without https://, such as s3.example.com or storage.example.com/s3"
ENCRYPTION = (
    "Agora asks only AmazonS3 to encrypt; leave out encryption, and set it up in the bucket"
)
TAG = "Agora tags files at AmazonS3 and AlibabaOSS only; leave out objectTag"
PREFIX = "prefix may hold only letters and digits between single slashes, such as team/standup"


def bounds(kind: str, path: str, least: float, most: float) -> Iterator[Case]:
    """Yield the cases of a number that has a least and a greatest value."""
    low = f"should be greater than or equal to {least}"
    high = f"should be less than or equal to {most}"
    yield Case(kind, path, "minimum", least - 1, (least,), low)
    yield Case(kind, path, "maximum", most + 1, (most,), high)


def length(kind: str, path: str, most: int, accepted: str) -> Iterator[Case]:
    """Yield the cases of a string that must not be empty, nor longer than `most`."""
    high = f"may not be more than {most} bytes"
    yield Case(kind, path, "maxLength", "a" * (most + 1), (accepted,), high)
    yield Case(kind, path, "minLength", "", (accepted,), "should be at least 1 chars long")


def key_reference(kind: str, path: str) -> Iterator[Case]:
    """Yield the cases of a reference to one key of a Secret."""
    yield from required(kind, path, "name")
    yield from length(kind, f"{path}.name", 253, "s" * 253)
    yield from length(kind, f"{path}.key", 253, "k" * 253)


def words(kind: str, path: str, *allowed: str) -> Case:
    """Return the case of an enum; the error lists the words that are allowed."""
    listed = ", ".join(f'"{word}"' for word in allowed)
    says = f"supported values: {listed}"
    return Case(kind, path, "enum", "Nonsense", allowed[:1], says)


def required(kind: str, path: str, *names: str) -> Iterator[Case]:
    """Yield the cases of fields that an object must have."""
    for name in names:
        field = f"{path}.{name}".removeprefix(".")
        good: Any = GOOD[kind]
        for part in field.replace("[]", ".0").split("."):
            good = good[int(part)] if isinstance(good, list) else good[part]
        yield Case(kind, path, f"required {name}", REMOVED, (good,), "Required value", field, field)


def rule(kind: str, path: str, message: str, refused: object, *accepted: object) -> Case:
    """Return the case of a CEL rule; the error must be its message."""
    return Case(kind, path, message, refused, accepted, message)


def storages(kind: str) -> Iterator[Case]:
    """Yield the cases of a storage, which projects and recordings have alike."""
    path = "spec.storage"
    cloud = {"bucket": "b", "credentialsSecretRef": {"name": "s"}}
    azure = {"vendor": "AzureBlob"} | cloud
    yield from required(kind, path, "vendor", "bucket", "credentialsSecretRef")
    yield words(kind, f"{path}.vendor", *VENDORS)
    yield from required(kind, f"{path}.credentialsSecretRef", "name")
    yield from length(kind, f"{path}.credentialsSecretRef.name", 253, "s3")
    for key in ("accessKey", "secretKey", "stsToken", "stsExpiration"):
        yield from length(kind, f"{path}.credentialsSecretRef.keys.{key}", 253, "k" * 253)
    yield from length(kind, f"{path}.bucket", 222, "b" * 222)
    yield from length(kind, f"{path}.prefix", 127, "p" * 127)
    yield from length(kind, f"{path}.region", 32, "us-east-1")
    number = [{"vendor": "AmazonS3", "regionNumber": n} | cloud for n in (-1, 0, 1000, 1001)]
    for keyword, refused, accepted, says in (
        ("minimum", number[0], number[1], "should be greater than or equal to 0"),
        ("maximum", number[3], number[2], "should be less than or equal to 1000"),
    ):
        field = f"{path}.regionNumber"
        yield Case(kind, field, keyword, refused, (accepted,), says, path)
    for vendor, known, message in REGIONS:
        other = {"vendor": vendor, "region": "nowhere-1"} | cloud
        good = {"vendor": vendor, "region": known} | cloud
        yield rule(kind, path, message, other, good, good | {"prefix": "a/b2/C"})
    numbered = {key: value for key, value in STORAGE.items() if key != "region"}
    yield rule(kind, path, EITHER, STORAGE | {"regionNumber": 1}, STORAGE, number[1])
    yield rule(kind, path, EITHER, numbered, numbered | {"regionNumber": 1})
    yield rule(kind, path, NO_REGIONS, azure | {"region": "westeurope"}, azure)
    yield rule(kind, path, NO_REGIONS, azure | {"regionNumber": 1}, azure)
    for bad in ("a//b", "/a", "a/", "a-b", "ä"):
        yield rule(kind, f"{path}.prefix", PREFIX, bad, "team/standup", "a")
    yield from extensions(kind, path, cloud)


def extensions(kind: str, path: str, cloud: Mapping[str, Any]) -> Iterator[Case]:
    """Yield the cases of what only some vendors have."""
    own = {"vendor": "S3Compatible", "endpoint": "s3.example.com"} | cloud
    endpoint = f"{path}.endpoint"
    amazon = {"vendor": "AmazonS3", "region": "us-east-1"} | cloud
    alibaba = {"vendor": "AlibabaOSS", "region": "cn-hangzhou"} | cloud
    tencent = {"vendor": "TencentCOS", "region": "ap-tokyo"} | cloud
    yield rule(kind, path, NO_NUMBER, own | {"regionNumber": 1}, own, own | {"region": "eu"})
    yield rule(kind, path, ENDPOINT, {"vendor": "S3Compatible"} | cloud, own)
    yield rule(kind, path, ENDPOINT, amazon | {"endpoint": "s3.example.com"}, amazon)
    for value, accepted, keyword, says in (
        ("", "s", "minLength", "should be at least 1 chars long"),
        ("s" * 254, "s" * 253, "maxLength", "may not be more than 253 bytes"),
    ):
        good = own | {"endpoint": accepted}
        yield Case(kind, endpoint, keyword, own | {"endpoint": value}, (good,), says, path)
    hosts = ("127.0.0.1:9000", "a.example.com/storage/v1/s3", "localhost")
    for bad in ("https://s3.example.com", "s3.example.com/", "u:p@h", "a b", "h?x=1", "h:port"):
        good_ones = tuple(own | {"endpoint": host} for host in hosts)
        yield Case(kind, endpoint, HOST, own | {"endpoint": bad}, good_ones, HOST, path)
    yield words(kind, f"{path}.encryption", "AES256", "KMS")
    yield rule(kind, path, ENCRYPTION, alibaba | {"encryption": "KMS"}, amazon, alibaba)
    yield rule(kind, path, TAG, tencent | {"objectTag": "a=b"}, alibaba | {"objectTag": "a=b"})
    yield from length(kind, f"{path}.objectTag", 1024, "team=standup")
