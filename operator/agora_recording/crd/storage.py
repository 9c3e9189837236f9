"""Where the files go: the storage vendors of Agora Cloud Recording and their regions.

The numbers are Agora's (REST reference, "Third-party cloud storage regions"); the region names
are the vendors' own spelling, which is Agora's in lower case with hyphens.
"""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, SecretReference, rules


class StorageVendor(StrEnum):
    """A storage service that Agora uploads to."""

    AMAZON_S3 = "AmazonS3"
    ALIBABA_OSS = "AlibabaOSS"
    TENCENT_COS = "TencentCOS"
    AZURE_BLOB = "AzureBlob"
    GOOGLE_CLOUD_STORAGE = "GoogleCloudStorage"
    HUAWEI_OBS = "HuaweiOBS"


def _regions(names: str, first: int = 0) -> dict[str, int]:
    """Number region names from ``first`` on, in the order of Agora's table."""
    return {name: number for number, name in enumerate(names.split(), first)}


VENDOR_NUMBERS: Final = {
    StorageVendor.AMAZON_S3: 1,
    StorageVendor.ALIBABA_OSS: 2,
    StorageVendor.TENCENT_COS: 3,
    StorageVendor.AZURE_BLOB: 5,
    StorageVendor.GOOGLE_CLOUD_STORAGE: 6,
    StorageVendor.HUAWEI_OBS: 7,
}
"""``storageConfig.vendor``."""

REGION_NUMBERS: Final[dict[StorageVendor, dict[str, int]]] = {
    StorageVendor.AMAZON_S3: _regions(
        "us-east-1 us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-central-1 "
        "ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 sa-east-1 ca-central-1 "
        "ap-south-1 cn-north-1 cn-northwest-1 us-gov-west-1 af-south-1 ap-east-1 ap-northeast-3 "
        "eu-north-1 me-south-1 us-gov-east-1 ap-southeast-3 eu-south-1"
    )
    | {"il-central-1": 28},
    StorageVendor.ALIBABA_OSS: _regions(
        "cn-hangzhou cn-shanghai cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-shenzhen "
        "cn-hongkong us-west-1 us-east-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 "
        "ap-southeast-5 ap-northeast-1 ap-south-1 eu-central-1 eu-west-1 eu-east-1 "
        "ap-southeast-6 cn-heyuan cn-guangzhou cn-chengdu cn-nanjing cn-fuzhou cn-wulanchabu "
        "cn-northeast-2 cn-southeast-7"
    ),
    StorageVendor.TENCENT_COS: _regions(
        "ap-beijing-1 ap-beijing ap-shanghai ap-guangzhou ap-chengdu ap-chongqing "
        "ap-shenzhen-fsi ap-shanghai-fsi ap-beijing-fsi ap-hongkong ap-singapore ap-mumbai "
        "ap-seoul ap-bangkok ap-tokyo na-siliconvalley na-ashburn na-toronto eu-frankfurt "
        "eu-moscow"
    ),
    StorageVendor.AZURE_BLOB: {},
    StorageVendor.GOOGLE_CLOUD_STORAGE: {},
    StorageVendor.HUAWEI_OBS: _regions(
        "cn-north-1 cn-north-4 cn-east-2 cn-east-3 cn-south-1 cn-southwest-2 ap-southeast-1 "
        "ap-southeast-2 ap-southeast-3 af-south-1 sa-argentina-1 sa-peru-1 na-mexico-1 "
        "sa-brazil-1 la-south-2 sa-chile-1"
    ),
}
"""``storageConfig.region``; empty where Agora ignores the region."""


def _region_rule(vendor: StorageVendor) -> tuple[str, str]:
    names = ", ".join(f"'{name}'" for name in REGION_NUMBERS[vendor])
    return (
        f"self.vendor != '{vendor}' || !has(self.region) || self.region in [{names}]",
        (
            f"region is not one that Agora knows for {vendor}; use the vendor's own spelling, or "
            "give regionNumber for a newer one"
        ),
    )


class Storage(Model):
    """A bucket and how to write to it."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            *(_region_rule(vendor) for vendor, names in REGION_NUMBERS.items() if names),
            (
                (
                    "self.vendor in ['AzureBlob', 'GoogleCloudStorage'] || "
                    "has(self.region) != has(self.regionNumber)"
                ),
                "give region, or regionNumber for a region this release does not know, not both",
            ),
            (
                (
                    "!(self.vendor in ['AzureBlob', 'GoogleCloudStorage']) || "
                    "(!has(self.region) && !has(self.regionNumber))"
                ),
                "this vendor has no regions at Agora; leave out region and regionNumber",
            ),
        )
    )

    vendor: StorageVendor
    """Storage service (Agora: ``storageConfig.vendor``)."""

    region: Annotated[str | None, Field(min_length=1, max_length=32)] = None
    """Region in the vendor's own spelling, such as us-east-1 (Agora: ``storageConfig.region``)."""

    region_number: Annotated[int | None, Field(ge=0, le=1000)] = None
    """Agora's number of a region that this release has no name for."""

    bucket: Annotated[str, Field(min_length=1, max_length=222)]
    """Name of the bucket (Agora: ``storageConfig.bucket``)."""

    prefix: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=127,
            json_schema_extra=rules(
                (
                    "self.matches('^[A-Za-z0-9]+(/[A-Za-z0-9]+)*$')",
                    (
                        "prefix may hold only letters and digits between single slashes, such as "
                        "team/standup"
                    ),
                )
            ),
        ),
    ] = None
    """Folder in the bucket; letters and digits between single slashes
    (Agora: ``storageConfig.fileNamePrefix``)."""

    credentials_secret_ref: SecretReference
    """Secret with the keys ``accessKey`` and ``secretKey``, in the namespace of the object that
    names it; that of a ClusterAgoraProject in the operator's. Write access is enough."""
