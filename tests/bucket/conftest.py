from collections.abc import Iterator
from itertools import count

import pytest

from agora_recording.bucket import Place
from agora_recording.crd.vendor import StorageVendor
from testbed.s3 import S3

NUMBERS = count()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """A real S3 server."""
    with S3.start() as server:
        yield server


@pytest.fixture
def place(s3: S3) -> Place:
    """A bucket of this test's own, and a prefix in it."""
    name = f"bucket-{next(NUMBERS)}"
    s3.create_bucket(name)
    return Place(
        vendor=StorageVendor.AMAZON_S3,
        region="eu-west-1",
        bucket=name,
        prefix="team/standup",
        endpoint=s3.url,
        access_key=s3.access_key,
        secret_key=s3.secret_key,
    )
