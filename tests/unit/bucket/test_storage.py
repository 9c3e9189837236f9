from dataclasses import replace

import pytest
from obstore.store import AzureStore, S3Store

from agora_recording.bucket import BucketError, Place
from agora_recording.bucket.place import Obstacle
from agora_recording.bucket.storage import S3_URLS, URL, obstacle, opened, s3_url
from agora_recording.crd.vendor import REGION_NUMBERS, StorageVendor

PLACE = Place(
    vendor=StorageVendor.AMAZON_S3,
    region="eu-west-1",
    bucket="tapes",
    prefix=None,
    endpoint=None,
    access_key="the-access-key",
    secret_key="the-secret-key",
)
VENDORS = [
    ("AmazonS3", "eu-west-1", "https://s3.eu-west-1.amazonaws.com"),
    ("AmazonS3", "cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"),
    ("AlibabaOSS", "cn-hangzhou", "https://tapes.s3.oss-cn-hangzhou.aliyuncs.com"),
    ("TencentCOS", "ap-tokyo", "https://tapes.cos.ap-tokyo.myqcloud.com"),
    ("HuaweiOBS", "cn-north-4", "https://tapes.obs.cn-north-4.myhuaweicloud.com"),
    ("GoogleCloudStorage", None, "https://storage.googleapis.com"),
    ("BaiduBOS", "bj", "https://s3.bj.bcebos.com"),
    ("Qiniu", "z0", "https://s3.cn-east-1.qiniucs.com"),
    ("Qiniu", "na0", "https://s3.us-north-1.qiniucs.com"),
]
NOT_LISTABLE = {StorageVendor.KINGSOFT_KS3, StorageVendor.S3_COMPATIBLE}
"""One whose way to speak S3 is not known here, and one that is nowhere without an endpoint."""
WORDS = [
    ("status code: 403 Forbidden: <Code>SignatureDoesNotMatch</Code>", Obstacle.KEYS_REFUSED),
    ("status code: 401 Unauthorized: ", Obstacle.KEYS_REFUSED),
    ("status code: 404 Not Found: <Code>NoSuchBucket</Code>", Obstacle.NO_SUCH_BUCKET),
    ("<Code>ContainerNotFound</Code>", Obstacle.NO_SUCH_BUCKET),
    ("status code: 400 Bad Request: <Code>AuthorizationHeaderMalformed", Obstacle.OTHER_REGION),
    ("status code: 503 Service Unavailable: <Code>SlowDown</Code>", Obstacle.UNREACHABLE),
    ("in 5ms - HTTP error: error sending request", Obstacle.UNREACHABLE),
    ("Encountered object with invalid path: …", Obstacle.UNREADABLE),
    ("status code: 400 Bad Request: <Code>NotImplemented</Code>", Obstacle.ODD_ANSWER),
    ("", Obstacle.ODD_ANSWER),
]


@pytest.mark.parametrize(("vendor", "region", "url"), VENDORS)
def test_each_vendor_has_an_address(vendor: str, region: str | None, url: str) -> None:
    """The public one of the region, with the bucket in the host's name where it must be."""
    place = replace(PLACE, vendor=StorageVendor(vendor), region=region)

    assert s3_url(place) == url


@pytest.mark.parametrize("vendor", [v for v in StorageVendor if v not in NOT_LISTABLE])
def test_every_vendor_can_be_opened(vendor: StorageVendor) -> None:
    """None that the CRD offers is forgotten."""
    region = next(iter(REGION_NUMBERS[vendor]), None)
    secret = "c2VjcmV0"  # Azure's are in Base64
    place = replace(PLACE, vendor=vendor, region=region, access_key="access", secret_key=secret)

    assert isinstance(opened(place, None), S3Store if vendor in S3_URLS else AzureStore)


@pytest.mark.parametrize("vendor", list(S3_URLS))
def test_every_region_has_an_address(vendor: StorageVendor) -> None:
    """Two regions never share one."""
    regions = REGION_NUMBERS[vendor] or [None]
    urls = {s3_url(replace(PLACE, vendor=vendor, region=region)) for region in regions}

    assert len(urls) == len(regions)
    assert all(URL.fullmatch(url) for url in urls)


@pytest.mark.parametrize("vendor", sorted(NOT_LISTABLE))
def test_a_vendor_that_cannot_be_listed_says_so(vendor: StorageVendor) -> None:
    """Its files must be looked for by hand."""
    with pytest.raises(BucketError) as caught:
        opened(replace(PLACE, vendor=vendor, region="BEIJING"), None)

    assert caught.value.reason == Obstacle.NOT_LISTABLE


@pytest.mark.parametrize(
    ("vendor", "endpoint", "in_host"),
    [
        ("TencentCOS", None, True),
        ("AmazonS3", None, False),
        ("S3Compatible", "https://tapes.example.com", False),
        ("S3Compatible", "https://example.com/storage/v1/s3", False),
    ],
)
def test_the_bucket_stands_in_the_host_or_in_the_path(
    vendor: str, endpoint: str | None, *, in_host: bool
) -> None:
    """A host of one's own may begin as the bucket is called; that does not make it the bucket's."""
    region = None if endpoint else "ap-tokyo"
    place = replace(PLACE, vendor=StorageVendor(vendor), region=region, endpoint=endpoint)
    store = opened(place, None)

    assert isinstance(store, S3Store)
    assert store.config.get("virtual_hosted_style_request", "false") == str(in_host).lower()
    if endpoint:
        assert store.config["endpoint"] == endpoint


@pytest.mark.parametrize(
    "vendor", ["AmazonS3", "AlibabaOSS", "TencentCOS", "HuaweiOBS", "BaiduBOS", "Qiniu"]
)
def test_a_region_without_name_cannot_be_listed(vendor: str) -> None:
    """A number of a newer region tells Agora where it is, but not us."""
    with pytest.raises(BucketError) as caught:
        opened(replace(PLACE, vendor=StorageVendor(vendor), region=None), None)

    assert caught.value.reason == Obstacle.NOT_LISTABLE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bucket", "evil.example/tapes"),
        ("bucket", "tapes@evil.example"),
        ("bucket", "tapes#"),
        ("bucket", "tapes:80"),
        ("bucket", "ta\npes"),
        ("bucket", ""),
        ("region", "evil.example/"),
        ("region", "eu west"),
        ("endpoint", "ftp://127.0.0.1"),
        ("endpoint", "127.0.0.1:9000"),
        ("endpoint", "http://user:password@127.0.0.1"),
        ("endpoint", "http://127.0.0.1:99999"),
        ("endpoint", "http://"),
        ("endpoint", "http://127.0.0.1/a b"),
        ("access_key", "the-access-key\n"),
        ("access_key", ""),
        ("secret_key", "the secret key"),
        ("secret_key", "ключ"),
    ],
)
@pytest.mark.parametrize("vendor", ["AmazonS3", "TencentCOS", "AzureBlob"])
def test_a_misspelt_place_is_refused(vendor: str, field: str, value: str) -> None:
    """It would lead to another host, or make the library panic."""
    azure = {"access_key": "access", "secret_key": "c2VjcmV0"} if vendor == "AzureBlob" else {}
    place = replace(PLACE, vendor=StorageVendor(vendor), **azure)
    if field == "region" and vendor == "AzureBlob":
        place = replace(place, endpoint="http://127.0.0.1")  # it has regions only so
    with pytest.raises(BucketError) as caught:
        opened(replace(place, **{field: value}), None)

    assert caught.value.reason == Obstacle.MISSPELT


def test_an_account_is_no_way_to_another_host() -> None:
    """Azure's first key becomes part of the host's name."""
    place = replace(PLACE, vendor=StorageVendor.AZURE_BLOB, access_key="evil.example/")
    with pytest.raises(BucketError) as caught:
        opened(place, None)

    assert caught.value.reason == Obstacle.MISSPELT


@pytest.mark.parametrize(("said", "meaning"), WORDS)
def test_words_of_the_library_have_a_meaning(said: str, meaning: Obstacle) -> None:
    """People are told what to do, whatever the library said."""
    assert obstacle(said) is meaning


def test_keys_are_not_shown() -> None:
    """A place may end in a log."""
    assert "the-access-key" not in repr(PLACE)
    assert "the-secret-key" not in repr(PLACE)


@pytest.mark.parametrize(("prefix", "folder"), [(None, ""), ("", ""), ("a", "a/"), ("a/b", "a/b/")])
def test_a_prefix_is_a_folder(prefix: str | None, folder: str) -> None:
    """File names follow its last slash."""
    assert replace(PLACE, prefix=prefix).folder == folder
