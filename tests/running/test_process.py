"""The operator as a process: its memory, its shutdown, its probes, its logs, its watch."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import httpx
import pytest

from proxy.kube import before_kube
from running.gate import restarts
from running.stage import ACCESS_KEY, CUSTOMER, SECRET, SECRET_KEY, Stage
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.processes import wait_for
from testbed.simulator import Simulator, python_environment


def test_an_idle_operator_is_small(cluster: ControlPlane, simulator: Simulator) -> None:
    """It takes at most 100 MB of memory."""
    with Operator.start(cluster, simulator.api) as idle:
        assert idle.rss_bytes() <= 100 * 1024 * 1024


def test_the_generated_api_classes_stay_unimported() -> None:
    """The typed classes of the kubernetes package cost 25 MB; only its raw client is used."""
    code = (
        "import sys, agora_recording.app; "
        "print(sum(m.startswith(('kubernetes.client.api.', 'kubernetes.aio.client.api.')) "
        "for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=python_environment(), capture_output=True, check=True
    )

    assert done.stdout.strip() == b"0"


def test_sigterm_finishes_the_call_in_flight_and_saves_it(
    stage: Stage, cluster: ControlPlane, simulator: Simulator
) -> None:
    """A start that is under way is answered, and its sid stored, before the process ends."""
    with Operator.start(cluster, simulator.api) as ending:
        simulator.fault("delay", operation="start", channel=stage.channel, times=1, seconds=3)
        stage.apply(stage.recording())
        wait_for(lambda: simulator.calls(stage.channel, "start"), 20, "the start to be under way")

        ending.process.stop(grace=30)

        assert ending.process.returncode == 0
        (recording,) = simulator.recordings(stage.channel)
        assert stage.status()["sid"] == recording["sid"]


def test_probes_and_metrics_answer(operator: Operator, stage: Stage) -> None:
    """/livez and /readyz say ok, /metrics counts what is done."""
    stage.record()

    assert [operator.get(path).status_code for path in ("/livez", "/readyz")] == [200, 200]
    metrics = operator.get("/metrics").text
    assert 'agora_api_requests_total{operation="start",outcome="Success"}' in metrics
    assert 'kube_api_requests_total{code="200"' in metrics
    assert operator.get("/nothing").status_code == httpx.codes.NOT_FOUND


def test_no_secret_is_ever_logged_or_shown(
    stage: Stage, cluster: ControlPlane, simulator: Simulator
) -> None:
    """Neither logs, nor metrics, nor Events, nor the status hold a credential."""
    with Operator.start(cluster, simulator.api, log_level="DEBUG") as talkative:
        simulator.fault("server_error", operation="start", channel=stage.channel, times=1)
        stage.record()
        shown = [
            talkative.logs(),
            talkative.get("/metrics").text,
            stage.kubectl("get", "crec,agp,events", "-o", "yaml"),
        ]

    for secret in (SECRET, CUSTOMER, ACCESS_KEY, SECRET_KEY):
        assert [text for text in shown if secret in text] == []


@pytest.mark.timeout(200)
def test_a_watch_that_dies_silently_is_replaced_within_a_minute(
    stage: Stage, cluster: ControlPlane, simulator: Simulator
) -> None:
    """The connections stay open and say nothing: a new object is seen within a minute."""
    directory = cluster.directory / "frozen"
    directory.mkdir()
    with (
        before_kube(cluster, directory) as kube,
        Operator.start(cluster, simulator.api, server=kube.proxy.url, ca=kube.ca) as running,
    ):
        stage.record()
        stage.delete()
        frozen = kube.proxy.freeze()
        began = time.monotonic()

        stage.apply(stage.recording(name="second"))

        stage.wait_for_reason("Recording", timeout=75, name="second")
        assert time.monotonic() - began <= 60 + 8  # and up to 8 s until a start is confirmed
        assert frozen >= 1
        assert restarts(running) == 0, "kopf itself asks anew, within a minute"


def test_a_setting_that_makes_no_sense_is_named() -> None:
    """A wrong setting ends the process with its name and what is expected."""
    done = subprocess.run(
        [sys.executable, "-m", "agora_recording"],
        env=python_environment(AGORA_RECORDING_WORKERS="0"),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 2
    assert b"AGORA_RECORDING_WORKERS" in done.stderr
    assert b"greater than or equal to 1" in done.stderr


def test_a_second_signal_does_no_harm(cluster: ControlPlane, simulator: Simulator) -> None:
    """SIGTERM twice is SIGTERM once."""
    with Operator.start(cluster, simulator.api) as ending:
        for _ in range(2):
            ending.process.send_signal(signal.SIGTERM)
        assert ending.process.wait(20) == 0
