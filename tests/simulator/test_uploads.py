"""Files in a real bucket."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from simulator.client import START, STORAGE, Admin, Program, Recorder
from simulator.pages import web
from testbed.processes import wait_for
from testbed.s3 import S3
from testbed.simulator import Simulator

BUCKET = "tapes"


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """A real S3 server with a bucket."""
    with S3.start(BUCKET) as server:
        yield server


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """A simulator without the recordings of other tests, whose keys this storage refuses."""
    running = Program("--set", "seed=7")
    yield running
    running.end()


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


def test_an_index_is_written_at_the_first_slice_with_each_slice_and_at_the_end(
    recorder: Recorder, admin: Admin, s3: S3, files: S3Store
) -> None:
    """As a client finds it that looks for the recording in its bucket; what it names is there."""
    admin.set(storage_endpoint=s3.url, in_progress_after=0)
    recorder.begin(request(s3, "life"))
    index = f"life/{recorder.sid}_{recorder.channel}.m3u8"
    begun = wait_for(lambda: text(files, index), 10, "the index")
    admin.advance(15)
    grown = wait_for(lambda: text(files, index).removeprefix(begun), 10, "the first slice")
    recorder.stop()
    ended = wait_for(
        lambda: text(files, index).removeprefix(begun + grown), 10, "the end of the index"
    )
    slices = [line for line in (grown + ended).splitlines() if line.endswith(".ts")]

    assert begun.startswith("#EXTM3U\n")
    assert "ENDLIST" not in begun + grown
    assert ended.endswith("#EXT-X-ENDLIST\n")
    assert names(files, "life") == sorted([index, *(f"life/{name}" for name in slices)])


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

    assert names(files, "empty")[0] == f"empty/{recorder.sid}_{recorder.channel}.m3u8"
    assert {name.partition("_")[0] for name in names(files, "empty")} == {f"empty/{recorder.sid}"}


def test_a_page_and_a_video_are_uploaded_too(
    recorder: Recorder, admin: Admin, s3: S3, files: S3Store
) -> None:
    """With the keys of the start, whatever the mode."""
    admin.set(storage_endpoint=s3.url, in_progress_after=0, ready_after=0)
    recorder.mode = "web"
    recorder.acquire(scene=1)
    storage = request(s3, "page")["storageConfig"]
    recorder.start({**web(), "storageConfig": storage}).raise_for_status()
    admin.advance(15)
    recorder.stop()
    video = f"page/{recorder.sid}_{recorder.channel}_0.mp4"

    wait_for(lambda: video in names(files, "page"), 10, "the video")
    assert len(names(files, "page")) == 4


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
