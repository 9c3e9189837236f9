"""A channel that asks for tokens: the operator makes them, and repeats a start with the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from proxy.agora import AgoraReader, before_agora
from proxy.proxy import Ask, Proxy
from running.stage import APP_ID, Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator

CERTIFICATE = "5cfd2fd1755d40ecb72977518be15d3b"
GUARDED = "fedcba9876543210fedcba9876543210"
"""An App ID that takes tokens only."""


class StartReader(AgoraReader):
    """Notes what each start is for and says."""

    def __init__(self) -> None:
        super().__init__()
        self.starts: list[tuple[str, dict[str, Any]]] = []
        """Path and body of each, in order."""

    def __call__(self, method: str, path: str, body: bytes) -> Ask:
        """Return the operation and the channel."""
        if path.endswith("/start"):
            self.starts.append((path, json.loads(body)))
        return super().__call__(method, path, body)


@pytest.fixture(scope="module")
def reader() -> StartReader:
    """What came by the proxy."""
    return StartReader()


@pytest.fixture(scope="module")
def wire(simulator: Simulator, reader: StartReader) -> Iterator[Proxy]:
    """A proxy before a simulator one of whose App IDs has a certificate."""
    simulator.set(apps={APP_ID: {}, GUARDED: {"certificate": CERTIFICATE}})
    with before_agora(simulator.api, reader) as running:
        yield running
    simulator.set(apps={})


@pytest.fixture(scope="module")
def mortal(cluster: ControlPlane, wire: Proxy) -> Iterator[Operator]:
    """An operator of this module's own, which reaches Agora through the proxy."""
    with Operator.start(cluster, wire.url, poll_interval="PT1S") as running:
        yield running


def guard(stage: Stage) -> None:
    """Let the stage's project make tokens for the App ID that asks for them."""
    stage.kubectl("delete", "agp", "default", "--wait")
    stage.app_id = GUARDED
    reference = {"name": "certificate"}
    stage.apply(
        stage.secret("certificate", {"appCertificate": CERTIFICATE}),
        stage.project(appCertificateSecretRef=reference),
    )


@pytest.mark.usefixtures("mortal")
def test_a_recorder_joins_with_the_token_that_the_operator_makes(
    stage: Stage, reader: StartReader
) -> None:
    """Agora takes it, or the recorder would never be seen recording; nothing shows it."""
    guard(stage)
    stage.record()
    token = reader.starts[-1][1]["clientRequest"]["token"]

    assert token.startswith("007")
    shown = json.dumps(stage.get()) + stage.kubectl("get", "events", "-o", "json")
    assert token not in shown
    assert CERTIFICATE not in shown
    stage.delete()


def test_a_repeated_start_says_the_same_whatever_happened_since(
    stage: Stage, reader: StartReader, mortal: Operator
) -> None:
    """Its answers were lost, keys were rotated, users were left out, and the operator restarted."""
    guard(stage)
    before = len(reader.starts)
    stage.simulator.fault("lose_answer", operation="start", channel=stage.channel, times=1)
    stage.simulator.fault("server_error", operation="start", channel=stage.channel, times=3)
    stage.apply(stage.recording())
    wait_for(lambda: len(reader.starts) > before + 1, 30, "a start that is repeated")
    mortal.kill()
    stage.apply(
        stage.storage_secret(accessKey="rotated", secretKey="rotated"),
        stage.agora_secret(customerId="rotated", customerSecret="rotated"),
        stage.recording(subscription={"audio": {"include": [5]}}),
    )
    mortal.restart()
    stage.wait_for_reason("Recording", timeout=60)

    first, *repeated = reader.starts[before:]
    assert len(repeated) >= 2
    said = {(path, body["uid"], body["clientRequest"]["token"]) for path, body in repeated}
    assert said == {(first[0], first[1]["uid"], first[1]["clientRequest"]["token"])}
    assert repeated[-1][1]["clientRequest"]["storageConfig"]["accessKey"] == "rotated"
    (recording,) = stage.simulator.recordings(stage.channel)
    assert recording["sid"] == stage.status()["sid"]
    stage.delete()
