"""Where files go, in Agora's words, and in those of whoever looks for them there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agora_recording.agora import wire
from agora_recording.bucket import Place
from agora_recording.crd.storage import Encryption, Storage, StorageSecretReference
from agora_recording.crd.vendor import REGION_NUMBERS, VENDOR_NUMBERS, StorageVendor
from agora_recording.domain.upload import Upload
from agora_recording.translate import sts
from agora_recording.translate.digest import digest
from agora_recording.translate.secrets import SecretNeed

NO_KEY: Final = "none"
"""Stands for a storage key that is gone. Agora takes it: a repeated start or a probe needs some."""
NOWHERE: Final = Storage(
    vendor=StorageVendor.AMAZON_S3,
    region="us-east-1",
    bucket="none",
    credentials_secret_ref=StorageSecretReference(name="none"),
)
"""Stands for storage that is gone: what is started with it is stopped at once."""
ENCRYPTIONS: Final = {Encryption.AES256: "aes256", Encryption.KMS: "kms"}
"""``extensionParams.sse``."""


def storage_config(storage: Storage, keys: Mapping[str, str]) -> wire.StorageConfig:
    """Return ``storageConfig`` with the keys of the Secret."""
    region = storage.region_number
    if region is None:
        region = REGION_NUMBERS[storage.vendor].get(storage.region or "", 0)
    config: wire.StorageConfig = {
        "vendor": VENDOR_NUMBERS[storage.vendor],
        "region": region,
        "bucket": storage.bucket,
        "accessKey": keys.get("accessKey", NO_KEY),
        "secretKey": keys.get("secretKey", NO_KEY),
    }
    if (lapse := sts.expiry(keys)) is not None:
        config["stsToken"] = keys[sts.TOKEN]
        config["stsExpiration"] = int(lapse.timestamp())
    if storage.prefix:
        config["fileNamePrefix"] = storage.prefix.split("/")
    if extension := _extension(storage):
        config["extensionParams"] = extension
    return config


def upload(
    storage: Storage, need: SecretNeed, namespace: str, keys: Mapping[str, str], version: str
) -> Upload:
    """Return what may be shown of the keys that were found for a storage.

    Args:
        storage: Where files go.
        need: The Secret, and which of its keys were read.
        namespace: Where the Secret is, if not where the recording is.
        keys: What it holds.
        version: What says whether it has changed.
    """
    return Upload(
        place=digest({**storage_config(storage, {})}),
        secret=need.name,
        namespace=namespace,
        version=digest({"secret": version, "keys": need.keys}),
        expires_at=sts.expiry(keys),
    )


def place(storage: Storage, keys: Mapping[str, str]) -> Place:
    """Return where the files of a recording go, to look for them there."""
    return Place(
        vendor=storage.vendor,
        region=storage.region,
        bucket=storage.bucket,
        prefix=storage.prefix,
        endpoint=f"https://{storage.endpoint}" if storage.endpoint else None,
        access_key=keys["accessKey"],
        secret_key=keys["secretKey"],
        session_token=keys.get(sts.TOKEN),
    )


def _extension(storage: Storage) -> wire.ExtensionParams:
    extension: wire.ExtensionParams = {}
    if storage.endpoint:
        extension["endpoint"] = storage.endpoint
    if storage.encryption:
        extension["sse"] = ENCRYPTIONS[storage.encryption]
    if storage.object_tag:
        extension["tag"] = storage.object_tag
    return extension
