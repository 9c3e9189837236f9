"""That the testbed runs pods as a node does: else the tests beside this one would prove nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from install.release import IMAGE, is_ready
from testbed.controlplane import ControlPlane
from testbed.nodes import Nodes
from testbed.processes import wait_for

NAMESPACE = "pods"
DEAF = """
import signal, time
signal.signal(15, signal.SIG_IGN)
print("up", flush=True)
time.sleep(99)
"""
POLITE = """
import signal, sys, time
signal.signal(15, lambda *_: (print("asked to end", flush=True), sys.exit(0)))
print("up", flush=True)
time.sleep(99)
"""
CRASH_FIRST = """
import pathlib, sys, time
crashed = pathlib.Path("crashed")
if not crashed.exists():
    crashed.touch()
    sys.exit(3)
time.sleep(99)
"""
SHOW = "import json, os; print(json.dumps(dict(os.environ)), flush=True)"
ASK = """
import time, urllib.error, urllib.request

def status(host, path):
    try:
        return urllib.request.urlopen(f"http://{host}/{path}").status
    except urllib.error.HTTPError as error:
        return error.code

whole = "web.pods.svc.cluster.local"
print(status("web", "live"), status(whole, "live"), status("web.pods", "not"))
time.sleep(99)
"""
SERVE = """
import http.server, pathlib

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if pathlib.Path(self.path[1:]).exists() else 503)
        self.end_headers()

pathlib.Path("live").touch()
http.server.HTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
"""


class Pods:
    """Makes pods in the tests' namespace and looks at them."""

    def __init__(self, cluster: ControlPlane, nodes: Nodes) -> None:
        self.nodes = nodes
        self._cluster = cluster

    def run(self, name: str, code: str, **container: Any) -> None:
        """Make a pod that runs some Python."""
        self.apply(pod(name, code, **container))

    def apply(self, *objects: dict[str, Any]) -> None:
        """Apply objects."""
        items = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(items))

    def kubectl(self, *words: str, stdin: str | None = None) -> str:
        """Run kubectl in the namespace."""
        return self._cluster.kubectl("-n", NAMESPACE, *words, stdin=stdin)

    def get(self, name: str) -> dict[str, Any]:
        """Return a pod."""
        found: dict[str, Any] = json.loads(self.kubectl("get", "pod", name, "-o", "json"))
        return found

    def container(self, name: str) -> dict[str, Any]:
        """Return the status of a pod's container; empty before there is one."""
        statuses = self.get(name)["status"].get("containerStatuses", [{}])
        found: dict[str, Any] = statuses[0]
        return found

    def wait_for_state(self, name: str, state: str) -> dict[str, Any]:
        """Wait until a container is waiting, running or terminated, and return what is said."""
        return wait_for(
            lambda: self.container(name).get("state", {}).get(state), 20, f"{name} {state}"
        )

    def wait_for_line(self, name: str, line: str) -> None:
        """Wait until a pod has printed a line."""
        self.wait_for_state(name, "running")
        wait_for(lambda: line in self.nodes.log(NAMESPACE, name), 10, f"{name} to print {line}")


def pod(name: str, code: str, **container: Any) -> dict[str, Any]:
    """Return a pod that runs some Python."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": spec(code, **container),
    }


def spec(code: str, **container: Any) -> dict[str, Any]:
    """Return the spec of a pod that runs some Python."""
    described = {"name": "only", "image": IMAGE, "command": ["python", "-c", code], **container}
    return {"containers": [described], "terminationGracePeriodSeconds": 2}


def job(name: str, code: str) -> dict[str, Any]:
    """Return a Job that is tried once."""
    template = {"spec": {**spec(code), "restartPolicy": "Never"}}
    body = {"backoffLimit": 0, "template": template}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": body}


@pytest.fixture(scope="module")
def pods(cluster: ControlPlane, nodes: Nodes) -> Iterator[Pods]:
    """A namespace for the pods of these tests."""
    cluster.kubectl("create", "namespace", NAMESPACE)
    made = Pods(cluster, nodes)
    wait_for(lambda: made.kubectl("get", "serviceaccount", "-o", "name"), 20, "a ServiceAccount")
    yield made
    cluster.kubectl("delete", "namespace", NAMESPACE)


def test_a_job_ends_as_its_process_does(pods: Pods) -> None:
    """Exit code 0 completes it, another one fails it."""
    pods.apply(job("good", "pass"), job("bad", "raise SystemExit(4)"))

    pods.kubectl("wait", "--for=condition=Complete", "job/good", "--timeout=30s")
    pods.kubectl("wait", "--for=condition=Failed", "job/bad", "--timeout=30s")
    code = "jsonpath={.items[0].status.containerStatuses[0].state.terminated.exitCode}"
    assert pods.kubectl("get", "pods", "-l", "job-name=bad", "-o", code) == "4"


def test_a_crashed_process_is_started_again(pods: Pods) -> None:
    """The status counts it, and keeps how the last one ended."""
    pods.run("crashing", CRASH_FIRST)
    wait_for(lambda: pods.container("crashing").get("restartCount") == 1, 20, "a restart")
    pods.wait_for_state("crashing", "running")

    assert pods.container("crashing")["lastState"]["terminated"]["exitCode"] == 3

    pods.nodes.crash(NAMESPACE, "crashing")
    waiting = pods.wait_for_state("crashing", "waiting")

    assert waiting["reason"] == "CrashLoopBackOff"
    assert pods.container("crashing")["restartCount"] == 1
    assert pods.container("crashing")["lastState"]["terminated"]["exitCode"] == 137


def test_a_process_sees_the_variables_of_its_manifest_and_no_others(pods: Pods) -> None:
    """From fields, Secrets and ConfigMaps; it waits for a Secret that is not there yet."""
    variables = [
        {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "late", "key": "key"}}},
        {
            "name": "LESS",
            "valueFrom": {"secretKeyRef": {"name": "late", "key": "no", "optional": True}},
        },
        {"name": "BOTH", "value": "$(POD) and $(KEY), not $(THAT)"},
    ]
    pods.run("showing", SHOW, env=variables)
    wait_for(
        lambda: "late" in pods.wait_for_state("showing", "waiting")["message"], 20, "the reason"
    )
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "late"}}
    pods.apply({**secret, "stringData": {"key": "hidden"}})
    wait_for(lambda: pods.container("showing").get("restartCount"), 20, "it to end")
    shown = json.loads(pods.nodes.log(NAMESPACE, "showing").splitlines()[0])

    assert (shown["POD"], shown["KEY"]) == ("showing", "hidden")
    assert shown["BOTH"] == "showing and hidden, not $(THAT)"
    assert shown["IP"] == pods.get("showing")["status"]["podIP"]
    assert "LESS" not in shown
    assert shown.keys() <= {
        *("POD", "IP", "KEY", "BOTH", "KUBECONFIG", "PATH", "PYTHONPATH", "HOME"),
        *("PYTHONDONTWRITEBYTECODE", "AGORA_RECORDING_HEALTH_HOST", "LC_CTYPE"),
        *("TESTBED_SERVICES", "TESTBED_NAMESPACE", "PYTHONUNBUFFERED"),
    }


def test_an_image_that_nobody_has_is_not_run(pods: Pods) -> None:
    """A wrong tag shows as it does in a cluster."""
    pods.run("unknown", "pass", image="agora-recording-operator:9.9.9")
    wait_for(
        lambda: pods.wait_for_state("unknown", "waiting")["reason"] == "ImagePullBackOff",
        20,
        "the image to be missed",
    )

    assert pods.get("unknown")["status"]["phase"] == "Pending"


def test_a_process_is_asked_to_end_and_killed_if_it_does_not(pods: Pods) -> None:
    """After the grace period of its pod; the object goes with it."""
    pods.run("polite", POLITE)
    pods.run("deaf", DEAF)
    pods.wait_for_line("polite", "up")
    pods.wait_for_line("deaf", "up")
    pods.kubectl("delete", "pod", "polite", "deaf", "--wait", "--timeout=20s")

    assert "asked to end" in pods.nodes.log(NAMESPACE, "polite")
    assert pods.kubectl("get", "pod", "polite", "deaf", "--ignore-not-found") == ""


def test_probes_are_asked_for(pods: Pods) -> None:
    """Ready follows the readiness probe; a failed liveness probe ends in a restart."""
    ready, live = (
        {"httpGet": {"path": path, "port": "web"}, "periodSeconds": 1, "failureThreshold": 2}
        for path in ("/ready", "/live")
    )
    ports = [{"name": "web", "containerPort": 8080}]
    pods.run("probed", SERVE, ports=ports, readinessProbe=ready, livenessProbe=live)
    home = pods.nodes.home(NAMESPACE, "probed")
    wait_for((home / "live").exists, 20, "it to serve")

    assert not is_ready(pods.get("probed"))

    (home / "ready").touch()
    wait_for(lambda: is_ready(pods.get("probed")), 20, "it to be ready")
    (home / "ready").unlink()
    wait_for(lambda: not is_ready(pods.get("probed")), 20, "it to be unready again")
    (home / "live").unlink()
    wait_for(lambda: pods.container("probed").get("restartCount") == 1, 20, "a restart")


def test_a_pod_is_reached_by_the_name_of_its_service(pods: Pods) -> None:
    """While it is ready, at the Service's port; short names are those of the same namespace."""
    probe = {"tcpSocket": {"port": "web"}, "periodSeconds": 1, "failureThreshold": 1}
    served = pod(
        "served", SERVE, ports=[{"name": "web", "containerPort": 8080}], readinessProbe=probe
    )
    served["metadata"]["labels"] = {"app": "served"}
    spec = {"selector": {"app": "served"}, "ports": [{"port": 80, "targetPort": "web"}]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}
    pods.apply(served, service)
    pods.kubectl("wait", "--for=condition=Ready", "pod/served", "--timeout=30s")
    pods.run("asking", ASK)

    said = lambda: pods.kubectl("logs", "asking", "--tail=3")  # noqa: E731
    wait_for(lambda: said().split() == ["200", "200", "503"], 20, "the answers")


def test_the_pods_of_others_are_played_by_kwok(pods: Pods) -> None:
    """They are ready at once, and run nothing."""
    pods.run("other", "raise SystemExit(1)", image="nginx")
    pods.kubectl("wait", "--for=condition=Ready", "pod/other", "--timeout=30s")

    assert pods.container("other")["restartCount"] == 0
