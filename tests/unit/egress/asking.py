"""Programs that ask Agora, a storage or an API server once, as the operator does."""

AGORA = """
import asyncio, sys
from agora_recording.agora.client import AgoraClient
from agora_recording.agora.errors import AgoraError
from agora_recording.agora.hosts import Hosts
from agora_recording.agora.protocol import Access

async def ask(endpoint):
    client = AgoraClient(Hosts(), connections=2)
    request = {"scene": 0, "resourceExpiredHour": 72}
    try:
        access = Access(endpoint, "customer", "secret")
        print(await client.acquire(access, "0" * 32, "room", 7, request))
    except AgoraError as error:
        print(type(error).__name__, error.said.reason)
    finally:
        await client.close()

asyncio.run(ask(sys.argv[1]))
"""
"""Reserves a resource, and prints its id or the kind of error."""

STORAGE = """
import asyncio, sys
from datetime import UTC, datetime
from agora_recording.bucket import Bucket, BucketError, Place
from agora_recording.crd.vendor import StorageVendor

async def ask(endpoint):
    place = Place(
        vendor=StorageVendor.AMAZON_S3, region="us-east-1", bucket="tapes", prefix=None,
        endpoint=endpoint, access_key="a-key", secret_key="another",
    )
    try:
        print(await Bucket(seconds=20).find_sids(place, "room", datetime(2020, 1, 1, tzinfo=UTC)))
    except BucketError as error:
        print(error.reason)

asyncio.run(ask(sys.argv[1]))
"""
"""Searches a bucket without files, and prints what it finds or the obstacle."""

KUBERNETES = """
import asyncio, sys
from agora_recording.kube.api import KubeApi

async def ask(path):
    api = await KubeApi.connect(lambda *_: None)
    try:
        print(await api.get(path))
    finally:
        await api.close()

asyncio.run(ask(sys.argv[1]))
"""
"""Reads a path of the API server, and prints what it holds."""
