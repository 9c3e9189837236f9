"""Index files in a real bucket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from simulator.client import START, STORAGE, Admin, Recorder
from testbed.processes import wait_for
from testbed.s3 import S3
from testbed.simulator import Simulator

BUCKET = "tapes"


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """A real S3 server with a bucket."""
    with S3.start(BUCKET) as server:
        yield server


@pytest.fixture
def files(s3: S3) -> S3Store:
    """The bucket as its owner sees it."""
    return S3Store(
        BUCKET,
        endpoint=s3.url,
        region="us-east-1",
        access_key_id=s3.access_key,
        secret_access_key=s3.secret_key,
        client_options={"allow_http": True},
    )


def request(s3: S3, prefix: str, **storage: Any) -> dict[str, Any]:
    """Return a start request with the keys of the server and a prefix of its own."""
    keys = {"accessKey": s3.access_key, "secretKey": s3.secret_key}
    there = {"bucket": BUCKET, "fileNamePrefix": [prefix], **keys, **storage}
    return {**START, "storageConfig": {**STORAGE, **there}}


def names(files: S3Store, prefix: str) -> list[str]:
    """Return the names of the files under a prefix."""
    return sorted(file["path"] for file in obstore.list(files, prefix).collect())


def text(files: S3Store, name: str) -> str:
    """Return what stands in a file, or nothing if there is none."""
    try:
        return bytes(obstore.get(files, name).bytes()).decode()
    except FileNotFoundError:
        return ""


def test_an_index_is_written_at_the_first_slice_and_at_the_end(
    recorder: Recorder, admin: Admin, s3: S3, files: S3Store
) -> None:
    """As a client finds it that looks for the recording in its bucket."""
    admin.set(storage_endpoint=s3.url, in_progress_after=0)
    recorder.begin(request(s3, "life"))
    index = f"life/{recorder.sid}_{recorder.channel}.m3u8"
    begun = wait_for(lambda: text(files, index), 10, "the index")
    recorder.stop()
    wait_for(lambda: text(files, index) != begun, 10, "the end of the index")

    assert begun.startswith("#EXTM3U\n")
    assert "ENDLIST" not in begun
    assert text(files, index) == begun + "#EXT-X-ENDLIST\n"
    assert names(files, "life") == [index]


def test_there_is_an_index_for_each_user_and_track(
    individual: Recorder, admin: Admin, s3: S3, files: S3Store
) -> None:
    """In individual mode."""
    admin.set(storage_endpoint=s3.url, in_progress_after=0)
    admin.join(individual.channel, 17)
    config = {"channelType": 1, "subscribeUidGroup": 0}
    individual.begin({**request(s3, "individual"), "recordingConfig": config}).raise_for_status()
    stem = f"individual/{individual.sid}_{individual.channel}__uid_s_17__uid_e"
    both = [f"{stem}_audio.m3u8", f"{stem}_video.m3u8"]

    wait_for(lambda: names(files, "individual") == both, 10, "both indices")


def test_without_a_slice_nothing_is_written(
    recorder: Recorder, admin: Admin, s3: S3, files: S3Store
) -> None:
    """An empty channel leaves no files; those of a later recording come all the same."""
    admin.set(storage_endpoint=s3.url, in_progress_after=0)
    admin.leave(recorder.channel)
    recorder.begin(request(s3, "empty"))
    recorder.stop()
    admin.advance(1000)
    admin.join(recorder.channel)
    recorder.begin(request(s3, "empty"))
    wait_for(lambda: names(files, "empty"), 10, "an index")

    assert names(files, "empty") == [f"empty/{recorder.sid}_{recorder.channel}.m3u8"]


@pytest.mark.parametrize(
    ("storage", "reason"),
    [
        ({"secretKey": "the-wrong-key"}, "403"),
        ({"accessKey": "a line end\n"}, "panicked"),
    ],
)
def test_a_failed_upload_harms_nobody(
    s3: S3, tmp_path: Path, storage: dict[str, str], reason: str
) -> None:
    """It is told in the log, without keys, and the recording goes on."""
    settings: dict[str, Any] = {"storage_endpoint": s3.url, "in_progress_after": 0}
    with (
        Simulator.start(tmp_path, **settings) as simulator,
        Recorder(simulator.api, "room") as recorder,
    ):
        log = simulator.process.log
        recorder.begin(request(s3, "failed", **storage)).raise_for_status()
        wait_for(
            lambda: f"Uploading failed/{recorder.sid}_room" in log.read_text(), 10, "a failure"
        )
        query = recorder.query()

    assert reason in log.read_text()
    assert s3.access_key not in log.read_text()
    assert query.json()["serverResponse"]["status"] == 5
