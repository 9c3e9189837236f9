"""The storage vendors of Agora Cloud Recording, and their regions.

The numbers are Agora's (REST reference, "Third-party cloud storage regions"). The region names are
the vendors' own spelling, as their consoles and clients show it.
"""

from enum import StrEnum
from typing import Final


class StorageVendor(StrEnum):
    """A storage service that Agora uploads to."""

    AMAZON_S3 = "AmazonS3"
    ALIBABA_OSS = "AlibabaOSS"
    TENCENT_COS = "TencentCOS"
    AZURE_BLOB = "AzureBlob"
    GOOGLE_CLOUD_STORAGE = "GoogleCloudStorage"
    HUAWEI_OBS = "HuaweiOBS"
    BAIDU_BOS = "BaiduBOS"
    S3_COMPATIBLE = "S3Compatible"
    QINIU = "Qiniu"
    KINGSOFT_KS3 = "KingsoftKS3"


def _regions(names: str, first: int = 0) -> dict[str, int]:
    """Number region names from ``first`` on, in the order of Agora's table."""
    return {name: number for number, name in enumerate(names.split(), first)}


VENDOR_NUMBERS: Final = {
    StorageVendor.QINIU: 0,
    StorageVendor.AMAZON_S3: 1,
    StorageVendor.ALIBABA_OSS: 2,
    StorageVendor.TENCENT_COS: 3,
    StorageVendor.KINGSOFT_KS3: 4,
    StorageVendor.AZURE_BLOB: 5,
    StorageVendor.GOOGLE_CLOUD_STORAGE: 6,
    StorageVendor.HUAWEI_OBS: 7,
    StorageVendor.BAIDU_BOS: 8,
    StorageVendor.S3_COMPATIBLE: 11,
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
    )
    # Agora writes CN_Northeast_2 and CN_Southeast_7; the vendor has these two under AP only.
    | {"ap-northeast-2": 26, "ap-southeast-7": 27},
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
    # Beijing, Baoding, Suzhou, Guangzhou, Hong Kong, Singapore, Wuhan, Shanghai.
    StorageVendor.BAIDU_BOS: _regions("bj bd su gz hkg sin fwh fsh"),
    StorageVendor.S3_COMPATIBLE: {},
    # Huadong, Huabei, Huanan, Beimei.
    StorageVendor.QINIU: _regions("z0 z1 z2 na0"),
    StorageVendor.KINGSOFT_KS3: _regions(
        "HANGZHOU SHANGHAI QINGDAO BEIJING GUANGZHOU HONGKONG JR_BEIJING JR_SHANGHAI RUSSIA "
        "SINGAPORE"
    ),
}
"""``storageConfig.region``; empty where Agora ignores the region, which is 0 then."""
