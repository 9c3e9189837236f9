"""Where the files go: a bucket of one of the vendors, and how to write to it."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, SecretKey, SecretReference, rules
from agora_recording.crd.vendor import REGION_NUMBERS, StorageVendor


class Encryption(StrEnum):
    """How the storage encrypts the files that it stores."""

    AES256 = "AES256"
    KMS = "KMS"


class StorageSecretKeys(Model):
    """Under which keys the Secret holds what, for a Secret whose keys cannot be chosen."""

    access_key: SecretKey = "accessKey"
    """Key that holds the access key (Agora: ``storageConfig.accessKey``)."""

    secret_key: SecretKey = "secretKey"  # noqa: S105 - the name of a key
    """Key that holds the secret key (Agora: ``storageConfig.secretKey``)."""

    sts_token: SecretKey = "stsToken"  # noqa: S105 - the name of a key
    """Key that holds the token of temporary credentials, which a Secret with others lacks;
    AmazonS3, AlibabaOSS and TencentCOS only (Agora: ``storageConfig.stsToken``)."""

    sts_expiration: SecretKey = "stsExpiration"
    """Key that holds when temporary credentials lapse, in Unix seconds or as RFC 3339, at least 4
    hours after the start (Agora: ``storageConfig.stsExpiration``)."""


class StorageSecretReference(SecretReference):
    """A Secret that lets Agora write to the bucket."""

    keys: StorageSecretKeys = StorageSecretKeys()
    """Under which keys the Secret holds what, such as AWS_ACCESS_KEY_ID."""


def _region_rule(vendor: StorageVendor) -> tuple[str, str]:
    names = ", ".join(f"'{name}'" for name in REGION_NUMBERS[vendor])
    return (
        f"self.vendor != '{vendor}' || !has(self.region) || self.region in [{names}]",
        (
            f"region is not one that Agora knows for {vendor}; use the vendor's own spelling, or "
            "give regionNumber for a newer one"
        ),
    )


_RULES: Final = (
    *(_region_rule(vendor) for vendor, names in REGION_NUMBERS.items() if names),
    (
        (
            "self.vendor in ['AzureBlob', 'GoogleCloudStorage', 'S3Compatible'] || "
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
    (
        "self.vendor != 'S3Compatible' || !has(self.regionNumber)",
        "S3Compatible has no regions at Agora; leave out regionNumber",
    ),
    (
        "(self.vendor == 'S3Compatible') == has(self.endpoint)",
        (
            "endpoint belongs to vendor: S3Compatible, which needs it, since Agora finds such a "
            "storage by its host; change vendor or endpoint"
        ),
    ),
    (
        "self.vendor == 'AmazonS3' || !has(self.encryption)",
        "Agora asks only AmazonS3 to encrypt; leave out encryption, and set it up in the bucket",
    ),
    (
        "self.vendor in ['AmazonS3', 'AlibabaOSS'] || !has(self.objectTag)",
        "Agora tags files at AmazonS3 and AlibabaOSS only; leave out objectTag",
    ),
)


class Storage(Model):
    """A bucket and how to write to it."""

    model_config = ConfigDict(json_schema_extra=rules(*_RULES))

    vendor: StorageVendor
    """Storage service (Agora: ``storageConfig.vendor``)."""

    region: Annotated[str | None, Field(min_length=1, max_length=32)] = None
    """Region in the vendor's own spelling, such as us-east-1; with S3Compatible only for looking
    into the bucket, and us-east-1 if unset (Agora: ``storageConfig.region``)."""

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

    endpoint: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=253,
            json_schema_extra=rules(
                (
                    (
                        "self.matches('^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?"
                        "(/[A-Za-z0-9._-]+)*$')"
                    ),
                    (
                        "endpoint must be a host without https://, such as s3.example.com or "
                        "storage.example.com/s3"
                    ),
                )
            ),
        ),
    ] = None
    """Host of an S3Compatible storage, without https://; a port and a path may follow
    (Agora: ``storageConfig.extensionParams.endpoint``)."""

    encryption: Encryption | None = None
    """How AmazonS3 encrypts the files: AES256 with keys of S3, KMS with keys of the Key Management
    Service; unset: as the bucket says (Agora: ``storageConfig.extensionParams.sse``)."""

    object_tag: Annotated[str | None, Field(min_length=1, max_length=1024)] = None
    """Tag that AmazonS3 or AlibabaOSS puts on the files
    (Agora: ``storageConfig.extensionParams.tag``)."""

    credentials_secret_ref: StorageSecretReference
    """Secret with the keys ``accessKey`` and ``secretKey``, or others that ``keys`` names, in the
    namespace of the object that names it; that of a ClusterAgoraProject in the operator's. Write
    access is enough. Temporary credentials have ``stsToken`` and ``stsExpiration`` too. What
    changes in it while recording is passed on to Agora within minutes."""
