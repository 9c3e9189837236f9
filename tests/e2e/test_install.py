"""The chart and the install bundle, with the real Helm and a real cluster."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agora_recording.settings import Settings
from e2e.chart import CHART, ROOT, rendered, run
from generate.__main__ import generated
from testbed.controlplane import ControlPlane
from testbed.processes import wait_for

NAMESPACE = "agora-recording-system"
PRINT_SETTINGS = (
    "from agora_recording.settings import Settings; print(Settings().model_dump_json())"
)


def test_the_generated_files_are_up_to_date(helm: Path) -> None:
    """A changed model, permission or template needs `make generate`."""
    files = generated(ROOT, helm)
    stale = [path for path, text in files.items() if (ROOT / path).read_text() != text]

    assert stale == [], "run `make generate`"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("imag.tag=1", "imag"),
        ("image.tga=1", "tga"),
        ("image.pullPolicy=Sometimes", "/image/pullPolicy"),
        ("image.digest=abc", "/image/digest"),
        ("settings.worker=3", "worker"),
        ("settings.workers=0", "/settings/workers"),
        ("settings.logLevel=LOUD", "/settings/logLevel"),
        ("settings.pollInterval=2m", "/settings/pollInterval"),
        ("settings.agoraUrl=api.agora.io", "/settings/agoraUrl"),
        (r"settings.agoraUrl=http://one\,two", "/settings/agoraUrl"),
        ("settings.shutdownSeconds=60", "/settings/shutdownSeconds"),
        ("settings.leaderElection=false", "/replicas"),
        ("settings.leaseDuration=12s", "/settings/leaseDuration"),
        ("replicas=-1", "/replicas"),
        ("crds.kepp=false", "kepp"),
        ("resources.limit.cpu=1", "limit"),
        ("finalizerProtection.enable=false", "enable"),
        ("uninstall.policy=Keep", "/uninstall/policy"),
        ("uninstall.timeoutSeconds=0", "/uninstall/timeoutSeconds"),
        ("simulator.enable=true", "enable"),
        ("simulator.enabled=true,settings.agoraUrl=http://agora", "/settings/agoraUrl"),
    ],
)
def test_helm_refuses_a_value_that_means_nothing(helm: Path, value: str, named: str) -> None:
    """A misspelt value would otherwise be ignored without a word."""
    message = run(helm, "template", "x", str(CHART), "--set", value)

    assert "values don't meet the specifications of the schema" in message
    assert named in message


def test_the_operator_reads_the_settings_of_the_chart(helm: Path) -> None:
    """From the environment that the Deployment gives it."""
    values = ("settings.workers=7", "settings.agoraUrl=http://simulator:8080")
    deployment = rendered(helm, "Deployment", *values, "settings.pollInterval=PT30S")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    environment = {each["name"]: each.get("value", "from-the-pod") for each in container["env"]}
    read = subprocess.run(
        [sys.executable, "-c", PRINT_SETTINGS],
        env={**environment, "PYTHONPATH": str(ROOT / "operator")},
        capture_output=True,
        text=True,
        check=True,
    )
    settings = Settings.model_validate(json.loads(read.stdout))

    assert (settings.workers, settings.agora_url) == (7, "http://simulator:8080")
    assert settings.poll_interval.total_seconds() == 30
    assert (settings.namespace, settings.pod_name) == ("from-the-pod", "from-the-pod")
    assert settings.health_port == container["ports"][0]["containerPort"]


def test_the_pods_are_replicas_of_which_one_is_elected(helm: Path) -> None:
    """Without an election there is one, and it is gone before the next one starts."""
    elected = rendered(helm, "Deployment")["spec"]
    alone = rendered(helm, "Deployment", "replicas=1", "settings.leaderElection=false")["spec"]

    assert (elected["replicas"], elected.get("strategy")) == (2, None)
    assert (alone["replicas"], alone["strategy"]) == (1, {"type": "Recreate"})


def test_a_digest_pins_the_image(helm: Path) -> None:
    """Even if a tag is given."""
    digest = f"sha256:{'a' * 64}"
    values = (f"image.digest={digest}", "image.tag=latest", "image.repository=r.example.com/o")
    (container,) = rendered(helm, "Deployment", *values)["spec"]["template"]["spec"]["containers"]

    assert container["image"] == f"r.example.com/o@{digest}"


def test_helm_installs_and_says_what_is_next(helm: Path, cluster: ControlPlane) -> None:
    """Into a namespace of one's own; the CRDs of this cluster are there already."""
    place = ("recorder", "--namespace", "helm-install")
    options = ("--create-namespace", "--set", "crds.enabled=false")
    notes = run(helm, "install", *place, str(CHART), *options, cluster=cluster)
    account = "system:serviceaccount:helm-install:recorder-agora-recording-operator"
    allowed = cluster.kubectl(
        "auth", "can-i", "patch", "crec", "--subresource=status", as_(account)
    )
    holds = cluster.kubectl(
        "-n",
        "helm-install",
        "auth",
        "can-i",
        "patch",
        "leases/agora-recording-operator",
        as_(account),
    )
    run(helm, "uninstall", *place, "--no-hooks", cluster=cluster)  # no pod of theirs would run
    cluster.kubectl("delete", "namespace", "helm-install", "--wait=false")

    assert "deployment/recorder-agora-recording-operator" in notes
    assert "kubectl explain cloudrecording.spec" in notes
    assert (allowed.strip(), holds.strip()) == ("yes", "yes")


def as_(user: str) -> str:
    """Return the option of kubectl to be somebody else."""
    return f"--as={user}"


@pytest.mark.parametrize("options", [("--server-side",), ()], ids=["server-side", "plain"])
def test_the_bundle_installs_as_it_is(cluster: ControlPlane, options: tuple[str, ...]) -> None:
    """A pod is made, so that the namespace's rule against privileged pods has let it in."""
    cluster.kubectl("apply", "-f", str(ROOT / "deploy"), *options)
    pods = ("get", "pods", "-n", NAMESPACE, "-o", "name")
    wait_for(lambda: cluster.kubectl(*pods), 30, "the operator's pod")
    cluster.kubectl("delete", "namespace", NAMESPACE)
    for kind in (
        "clusterrole,clusterrolebinding",
        "validatingadmissionpolicy,validatingadmissionpolicybinding",
    ):
        cluster.kubectl("delete", kind, "-l", "app.kubernetes.io/name=agora-recording-operator")


def test_the_samples_are_accepted(cluster: ControlPlane) -> None:
    """Projects, Secrets and recordings, in any order."""
    samples = ROOT / "deploy" / "samples"
    objects = sum(file.read_text().count("\nkind:") for file in samples.rglob("*.yaml"))
    applied = cluster.kubectl("apply", "--dry-run=server", "--recursive", "-f", str(samples))

    assert applied.count("created (server dry run)") == objects > 4
