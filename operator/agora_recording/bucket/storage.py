"""The storages of the vendors, as obstore sees them, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from agora_recording.bucket.place import BucketError, Obstacle, Place
from agora_recording.crd.vendor import StorageVendor

if TYPE_CHECKING:
    from obstore import ListStream, ObjectMeta
    from obstore.store import AzureStore, S3Credential, S3Store

CONNECT_TIMEOUT: Final = timedelta(seconds=5)
REQUEST_TIMEOUT: Final = timedelta(seconds=15)
RETRIES: Final = 2

S3_URLS: Final = {
    StorageVendor.AMAZON_S3: "https://s3.{region}.amazonaws.com",
    StorageVendor.ALIBABA_OSS: "https://{bucket}.s3.oss-{region}.aliyuncs.com",
    StorageVendor.TENCENT_COS: "https://{bucket}.cos.{region}.myqcloud.com",
    StorageVendor.HUAWEI_OBS: "https://{bucket}.obs.{region}.myhuaweicloud.com",
    StorageVendor.GOOGLE_CLOUD_STORAGE: "https://storage.googleapis.com",
    StorageVendor.BAIDU_BOS: "https://s3.{region}.bcebos.com",
    StorageVendor.QINIU: "https://s3.{region}.qiniucs.com",
}
"""Where each vendor speaks S3; some take the bucket in the host's name alone."""
S3_REGIONS: Final = {
    "z0": "cn-east-1",
    "z1": "cn-north-1",
    "z2": "cn-south-1",
    "na0": "us-north-1",
}
"""The regions that a vendor, Qiniu, names otherwise where it speaks S3."""
MAINLAND_SUFFIX: Final = ".cn"
"""Amazon's regions in mainland China have a domain of their own."""
SIGNED_REGION: Final = {StorageVendor.GOOGLE_CLOUD_STORAGE: "auto"}
"""The region in a signature where there is none; us-east-1 for all others."""

URL: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,4}|:[1-5][0-9]{4})?(/[A-Za-z0-9._-]+)*")
HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
"""Bucket, region and account are parts of one, and must not lead to another host."""
KEY: Final = re.compile(r"[!-~]+")

MEANINGS: Final = {
    r"NoSuchBucket|ContainerNotFound|\b404 Not Found": Obstacle.NO_SUCH_BUCKET,
    r"PermanentRedirect|AuthorizationHeaderMalformed|incorrectly configured region": (
        Obstacle.OTHER_REGION
    ),
    r"status code: 40[13]\b|Invalid Access Key": Obstacle.KEYS_REFUSED,
    r"error sending request|error decoding|status code: (?:429|5\d\d)\b": Obstacle.UNREACHABLE,
    r"invalid path": Obstacle.UNREADABLE,
}
"""What obstore's words mean, the first that fit: it has no types for them."""


def opened(place: Place, endpoint: str | None) -> S3Store | AzureStore:
    """Return the bucket, unseen; it is reached at ``endpoint`` if that is given.

    Blocks for 0.1 s, to load the library and this machine's certificates.

    Raises:
        BucketError: It is not known how to reach it, or the place is misspelt.
    """
    own = endpoint or place.endpoint
    if place.vendor is StorageVendor.AZURE_BLOB and own is None:
        return _azure(place)
    in_host = own is None and "{bucket}" in S3_URLS.get(place.vendor, "")
    return _s3(place, (own or s3_url(place)).rstrip("/"), bucket_in_host=in_host)


def pages(
    store: S3Store | AzureStore, prefix: str | None, size: int, *, after: str | None = None
) -> ListStream[Sequence[ObjectMeta]]:
    """Return the names below a prefix, in alphabetical order, in pages of ``size``."""
    import obstore  # noqa: PLC0415 - loaded when first needed

    return obstore.list(store, prefix, offset=after, chunk_size=size)


@contextmanager
def errors_translated() -> Iterator[None]:
    """Turn obstore's errors into BucketError, without their text: it may quote a key."""
    from obstore.exceptions import BaseError  # noqa: PLC0415 - loaded when first needed

    try:
        yield
    except BaseError as error:
        raise BucketError(obstacle(str(error))) from None


def obstacle(said: str) -> Obstacle:
    """Return what obstore's words mean."""
    fitting = (meaning for pattern, meaning in MEANINGS.items() if re.search(pattern, said))
    return next(fitting, Obstacle.ODD_ANSWER)


def s3_url(place: Place) -> str:
    """Return where the vendor of a place speaks S3.

    Raises:
        BucketError: It does not, or only in regions whose name is not known.
    """
    template = S3_URLS.get(place.vendor)
    if template is None or ("{region}" in template and place.region is None):
        raise BucketError(Obstacle.NOT_LISTABLE)
    url = template.format(bucket=place.bucket, region=_s3_region(place))
    in_china = place.vendor is StorageVendor.AMAZON_S3 and url.startswith("https://s3.cn-")
    return url + MAINLAND_SUFFIX if in_china else url


def _azure(place: Place) -> AzureStore:
    from obstore.store import AzureStore  # noqa: PLC0415 - loaded when first needed

    _check((place.bucket, place.access_key), (place.secret_key,))
    with errors_translated():
        return AzureStore(
            place.bucket,
            account_name=place.access_key,
            account_key=place.secret_key,
            client_options={"connect_timeout": CONNECT_TIMEOUT, "timeout": REQUEST_TIMEOUT},
            retry_config={"max_retries": RETRIES},
        )


def _s3_region(place: Place) -> str | None:
    return S3_REGIONS.get(place.region or "", place.region)


def _s3(place: Place, url: str, *, bucket_in_host: bool) -> S3Store:
    from obstore.store import S3Store  # noqa: PLC0415 - loaded when first needed

    def keys() -> S3Credential:
        return {
            "access_key_id": place.access_key,
            "secret_access_key": place.secret_key,
            "token": place.session_token,
            "expires_at": None,
        }

    region = _s3_region(place) or SIGNED_REGION.get(place.vendor, "us-east-1")
    token = () if place.session_token is None else (place.session_token,)
    _check((place.bucket, region), (place.access_key, place.secret_key, *token), url)
    with errors_translated():
        return S3Store(
            place.bucket,
            endpoint=url,
            region=region,
            virtual_hosted_style_request=bucket_in_host,
            credential_provider=keys,  # to options the environment could add a session token
            skip_signature=False,  # nor may it take the keys away
            client_options={
                "allow_http": url.startswith("http://"),
                "connect_timeout": CONNECT_TIMEOUT,
                "timeout": REQUEST_TIMEOUT,
            },
            retry_config={"max_retries": RETRIES},
        )


def _check(names: Sequence[str], keys: Sequence[str], url: str = "https://vendor") -> None:
    """Refuse what would lead to another host, and what makes obstore panic."""
    fit = (
        URL.fullmatch(url)
        and all(HOST_NAME.fullmatch(name) for name in names)
        and all(KEY.fullmatch(key) for key in keys)
    )
    if not fit:
        raise BucketError(Obstacle.MISSPELT)
