from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from image.engine import BASE, FILES, Engine
from image.pod import Pod
from running.stage import Stage
from testbed.controlplane import ControlPlane
from testbed.simulator import ROOT, Simulator

MEGABYTE: Final = 1_000_000
ABSENT: Final = ("pip", "setuptools", "pytest", "kubernetes.client.api.core_v1_api")
"""Modules that the image must not have."""

LOADED: Final = re.compile(r"^# code object from '(.+)'$", re.MULTILINE)
"""What Python says, asked with -v, of each module: bytecode, or a source that it compiled."""


@pytest.fixture(scope="module")
def simulator(engine: Engine, simulator_image: str) -> Iterator[Simulator]:
    """The simulator in its container, on any free ports."""
    ports = ("--port=0", "--admin-port=0")
    with (
        engine.container("simulator", simulator_image, *ports, options=()) as process,
        Simulator.of(process) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def pod(
    engine: Engine, operator_image: str, cluster: ControlPlane, simulator: Simulator
) -> Iterator[Pod]:
    """The operator in its container."""
    with Pod.start(engine, operator_image, cluster, simulator.api) as started:
        yield started


@pytest.mark.timeout(900)
def test_two_builds_make_the_same_layers(
    engine: Engine, operator_image: str, simulator_image: str
) -> None:
    """Both images are built from nothing, and agree in every byte of every file."""
    layers = [engine.inspect(i)["RootFS"]["Layers"] for i in (operator_image, simulator_image)]

    assert layers[0] == layers[1]
    assert len(layers[0]) > len(engine.inspect(BASE)["RootFS"]["Layers"])


@pytest.mark.parametrize("kind", ["operator", "simulator"])
def test_the_image_says_how_it_is_run(kind: str, request: pytest.FixtureRequest) -> None:
    """Not as root, and with the program as entry point."""
    engine: Engine = request.getfixturevalue("engine")
    config = engine.inspect(request.getfixturevalue(f"{kind}_image"))["Config"]

    module = {"operator": "agora_recording", "simulator": "agora_simulator"}[kind]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["python", "-m", module]


def test_the_image_is_small(
    engine: Engine, operator_image: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It adds at most 160 MB to its base."""
    added = engine.inspect(operator_image)["Size"] - engine.inspect(BASE)["Size"]

    with capsys.disabled():
        print(f"\n{added / MEGABYTE:.0f} MB beyond its base")  # noqa: T201 - a figure of a run
    assert 0 < added <= 160 * MEGABYTE


def test_it_is_ready_soon_and_small(pod: Pod, capsys: pytest.CaptureFixture[str]) -> None:
    """Ready within 3 s on one core, idle within 130 MB."""
    resident = int(pod.status()["VmRSS"].removesuffix(" kB")) * 1024

    took = pod.ready_after_seconds
    with capsys.disabled():
        print(f"\nready after {took:.1f} s, {resident / MEGABYTE:.0f} MB")  # noqa: T201 - the same
    assert took <= 3
    assert resident <= 130 * MEGABYTE


def test_it_runs_without_any_right(pod: Pod) -> None:
    """As 65532, with no capability and no way to get one, and no file that it could write."""
    status = pod.status()

    assert status["Uid"].split() == ["65532"] * 4
    assert {status[f"Cap{kind}"] for kind in ("Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert pod.limit("Max open files") == FILES
    for folder in ("/", "/tmp", "/opt/agora"):  # noqa: S108 - it must not be writable
        assert "Read-only file system" in pod.run("touch", f"{folder}/file").stderr


@pytest.mark.parametrize("module", ABSENT)
def test_the_image_lacks_what_nobody_runs(pod: Pod, module: str) -> None:
    """No installer, no tests, no generated APIs."""
    done = pod.run("python", "-c", f"import {module}")

    assert f"No module named '{module}'" in done.stderr


def test_nothing_is_compiled_at_start(pod: Pod) -> None:
    """All that both programs and the commands import has bytecode, Python's own library too."""
    programs = "import agora_recording.app, agora_recording.offline.commands, agora_simulator.api"

    loaded = LOADED.findall(pod.run("python", "-v", "-c", programs).stderr)

    assert len(loaded) > 500
    assert [path for path in loaded if not path.endswith(".pyc")] == []


def test_the_bill_of_materials_names_what_the_image_has(pod: Pod) -> None:
    """Each package in the image, and no other, stands in it with its version."""
    subprocess.run([ROOT / "hack" / "release" / "sbom.sh"], check=True)
    bill = json.loads((ROOT / "dist" / "sbom.cdx.json").read_text())
    code = (
        "import importlib.metadata as m\n"
        "print(*{f'{d.name}=={d.version}' for d in m.distributions()})"
    )

    named = {f"{each['name']}=={each['version']}" for each in bill["components"]}

    present = pod.run("python", "-c", code).stdout.lower().replace("_", "-").split()
    own = bill["metadata"]["component"]
    assert set(present) == named | {f"{own['name']}=={own['version']}"}


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_the_commands_work_in_the_container(pod: Pod, command: str) -> None:
    """The samples are judged by the CRDs' rules, with what was left of CEL."""
    done = pod.run("python", "-m", "agora_recording", command, "/samples")

    assert (done.returncode, done.stderr.count("problems: 0")) == (0, 1)


@pytest.mark.timeout(120)
def test_it_records(pod: Pod, cluster: ControlPlane, simulator: Simulator) -> None:
    """A recording is started, confirmed and stopped, with the ServiceAccount's token alone."""
    stage = Stage(cluster, simulator, "container")
    stage.set_up()

    stage.record()
    running = stage.running()
    stage.delete()

    assert len(running) == 1
    assert stage.running() == []
    assert "Traceback" not in pod.operator.logs()


def test_it_ends_when_told(pod: Pod) -> None:
    """After SIGTERM, as the kubelet sends it, it ends by itself and in order."""
    pod.operator.process.send_signal(signal.SIGTERM)

    assert pod.operator.process.wait(20) == 0
