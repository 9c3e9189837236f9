"""A start whose answer was lost, and whose sid nobody tells, is found in a real bucket."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.s3 import S3
from testbed.simulator import Simulator

BOUND_SECONDS = 300.0
"""docs/guarantees.md, "Bounds": from a start whose answer was lost to its sid."""


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """A real S3 server with the bucket that the stages name."""
    with S3.start("recordings") as server:
        yield server


@pytest.fixture(scope="module")
def simulator(cluster: ControlPlane, s3: S3) -> Iterator[Simulator]:
    """An Agora that never names the sid of what was started before, and uploads what it records."""
    directory = cluster.directory / "uploading"
    directory.mkdir()
    with Simulator.start(
        directory, already_started_carries_sid=False, storage_endpoint=s3.url
    ) as running:
        yield running


@pytest.fixture(scope="module")
def finder(cluster: ControlPlane, simulator: Simulator, s3: S3) -> Iterator[Operator]:
    """An operator that searches this storage."""
    with Operator.start(
        cluster, simulator.api, poll_interval="PT2S", storage_url=s3.url
    ) as running:
        yield running


@pytest.fixture
def lost(stage: Stage, finder: Operator, s3: S3) -> Stage:
    """A stage whose recording runs, though the answer to its start was lost."""
    del finder
    keys = {"accessKey": s3.access_key, "secretKey": s3.secret_key}
    stage.apply(stage.secret("bucket", keys))  # one that was never read with other keys
    storage = {
        "vendor": "AmazonS3",
        "region": "us-east-1",
        "bucket": "recordings",
        "credentialsSecretRef": {"name": "bucket"},
    }
    stage.simulator.fault("lose_answer", operation="start", channel=stage.channel, times=1)
    stage.apply(stage.recording(storage=storage))
    wait_for(stage.running, 30, "the start to take effect")
    return stage


def test_the_sid_is_found_and_the_recording_goes_on(lost: Stage) -> None:
    """One recording, the one that the lost answer was about."""
    began = time.monotonic()
    lost.wait_for_reason("Recording", timeout=BOUND_SECONDS)

    print(f"found after {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure for people
    (recording,) = lost.simulator.recordings(lost.channel)
    assert lost.status()["sid"] == recording["sid"]
    lost.delete()
    assert lost.running() == []


def test_deleted_meanwhile_it_is_found_and_stopped(lost: Stage) -> None:
    """The object is held until then, and no person is needed."""
    lost.delete(timeout=BOUND_SECONDS)

    (recording,) = lost.simulator.recordings(lost.channel)
    assert recording["endReason"] == "Stopped"
