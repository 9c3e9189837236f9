"""The chart with its simulator: from ``helm install`` to a recording, by the words of its notes."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from running.release import CHART, NAME, Release, installed
from testbed.controlplane import ControlPlane
from testbed.operator import Operator
from testbed.simulator import Simulator, python_environment

pytestmark = pytest.mark.timeout(200)

HOME: Final = "trial"
SIMULATOR: Final = f"{NAME}-simulator"
HERE: Final = {"--host=0.0.0.0": "--host=127.0.0.1", "--port=8080": "--port=0"}
"""What is different on this machine from the pod."""


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    """The chart with the simulator, in a cluster that has never seen the kinds."""
    with ControlPlane.start(audit=True) as plane:
        yield installed(plane, HOME, "simulator.enabled=true")


def get(release: Release, *words: str) -> dict[str, Any]:
    """Return an object of the release's namespace."""
    text = release.cluster.kubectl("-n", release.home, "get", *words, "-o", "json")
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_notes_say_that_nothing_is_recorded(release: Release) -> None:
    """Before anything else; and what ends the trial."""
    assert "THIS IS A TRIAL" in release.notes
    assert "Nothing is recorded, in no project" in release.notes
    assert "credentialsSecretRef" not in release.notes
    project = get(release, "agoraproject", "simulator")
    assert project["spec"]["storage"]["bucket"] == "nothing-is-recorded"


def test_the_operator_calls_the_simulator_and_no_other(release: Release) -> None:
    """By the Service, whose only port is the API's: the admin port is for who gets into the pod."""
    service = get(release, "service", SIMULATOR)["spec"]
    pod = get(release, "deployment", SIMULATOR)["spec"]["template"]
    operator = get(release, "deployment", NAME)["spec"]["template"]["spec"]["containers"][0]
    environment = {each["name"]: each.get("value") for each in operator["env"]}

    url = f"http://{SIMULATOR}.{HOME}.svc:8080"  # which no proxy is asked for
    assert environment["AGORA_RECORDING_AGORA_URL"] == url
    assert [(each["port"], each["targetPort"]) for each in service["ports"]] == [(8080, "api")]
    assert service["selector"].items() <= pod["metadata"]["labels"].items()
    others = get(release, "deployment", NAME)["spec"]["selector"]["matchLabels"]
    assert not others.items() <= pod["metadata"]["labels"].items()
    ports = pod["spec"]["containers"][0]["ports"]
    assert [(each["name"], each["containerPort"]) for each in ports] == [("api", 8080)]


def test_the_pod_of_the_simulator_answers(release: Release) -> None:
    """By its own command; the admin port listens inside the pod alone."""
    pod = get(release, "deployment", SIMULATOR)["spec"]["template"]["spec"]
    command = [HERE.get(word, word) for word in pod["containers"][0]["command"]]
    assert command[-2:] == ["--admin-host=127.0.0.1", "--admin-port=8081"]
    command[-1] = "--admin-port=0"
    with subprocess.Popen(
        [sys.executable, *command[1:]], stdout=subprocess.PIPE, env=python_environment()
    ) as process:
        assert process.stdout is not None
        urls = json.loads(process.stdout.readline())
        answer = httpx.get(f"{urls['admin']}/healthz")
        process.terminate()

    assert answer.json() == {"status": "ok"}


def test_a_recording_runs_by_the_commands_of_the_notes(release: Release) -> None:
    """And ends when it is deleted; the pods, which nobody runs here, are processes."""
    plane = release.cluster
    manifest = textwrap.dedent(release.notes.partition("<<EOF\n")[2].partition("  EOF\n")[0])
    (wait,) = [line for line in release.notes.splitlines() if "--for=condition=Recording" in line]
    with (
        Simulator.start(plane.directory) as agora,
        Operator.start(plane, agora.api, home=HOME, account=NAME),
    ):
        plane.kubectl("-n", HOME, "apply", "-f", "-", stdin=manifest)
        plane.kubectl(*wait.split()[1:], timeout=90)
        (running,) = agora.recordings("trial")
        shown = plane.kubectl("-n", HOME, "get", "cloudrecording/trial", "-o", "wide")
        ends = ("delete", "cloudrecording/trial", "agoraproject/simulator", "--timeout=60s")
        assert " ".join(ends[:3]) in release.notes
        plane.kubectl("-n", HOME, *ends, timeout=90)

        assert (running["endedAt"], "simulator" in shown) == (None, True)
        assert [each["endedAt"] is None for each in agora.recordings("trial")] == [False]


def test_an_upgrade_leaves_the_project_and_makes_it_again(release: Release) -> None:
    """It is made if it is missing, and never replaced: recordings may need it."""
    release.change("upgrade", "--reuse-values")
    first = get(release, "agoraproject", "simulator")["metadata"]["uid"]
    release.change("upgrade", "--reuse-values", "--set", "replicas=1")

    assert get(release, "agoraproject", "simulator")["metadata"]["uid"] == first
    release.change("upgrade", "--reuse-values", "--set", "simulator.enabled=false")
    left = ("-n", HOME, "get", "deployment,service,secret", "-o", "name")
    assert "simulator" not in release.cluster.kubectl(*left)


def test_in_some_namespaces_the_project_is_where_the_operator_works(release: Release) -> None:
    """Elsewhere nobody would record in it."""
    values = ("simulator.enabled=true", "watchNamespaces={lessons,courts}")
    sets = [word for value in values for word in ("--set", value)]
    chart = str(CHART)
    text = release.helm("template", "rel", chart, *sets, "-s", "templates/simulator.yaml").stdout

    assert text.count("namespace: lessons") == 2
    assert text.count(f"namespace: {HOME}") == 2


def test_the_project_goes_with_the_release(release: Release) -> None:
    """That of the trial and no other: nobody could record in it, and one of people's own stays."""
    release.change("upgrade", "--reuse-values", "--set", "simulator.enabled=true")
    made = get(release, "agoraproject", "simulator")
    metadata = {key: made["metadata"][key] for key in ("annotations", "labels")}
    own = {**made, "metadata": {"name": "own", **metadata}}
    release.cluster.kubectl("-n", HOME, "apply", "-f", "-", stdin=json.dumps(own))

    helm, job = release.uninstall()

    assert (helm.returncode, job.code) == (0, 0), helm.stderr + job.output
    assert release.forbidden() == []
    left = release.cluster.kubectl("-n", HOME, "get", "agp,secret", "-o", "name").split()
    assert left == ["agoraproject.recording.agora.io/own"]
