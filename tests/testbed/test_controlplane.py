"""A started control plane is a real one, and nothing of it stays behind."""

import json
import os
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from urllib.request import urlopen

import pytest

from testbed.controlplane import ControlPlane, KubectlError, candidate_ports
from testbed.processes import Process, ProcessDiedError, wait_for
from testbed.statedir import state_directory

HACK = Path(__file__).parents[2] / "hack"


@pytest.fixture(scope="module")
def cluster() -> Iterator[ControlPlane]:
    """A control plane for the tests that leave it as it was."""
    with ControlPlane.start(audit=True) as running:
        yield running


@pytest.fixture
def taken() -> Iterator[int]:
    """A loopback port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        yield port


def processes_using(directory: Path) -> list[str]:
    """Return the command lines of living processes that name the folder."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # it ended meanwhile
            continue
        if any(str(directory) in word for word in words):
            lines.append(" ".join(words))
    return lines


def test_two_clusters_live_side_by_side(cluster: ControlPlane) -> None:
    """A demo may run while the tests do: own port, own data, own authority."""
    with ControlPlane.start() as other:
        other.kubectl("create", "namespace", "only-there")

        assert "only-there" in other.kubectl("get", "namespaces")
        assert "only-there" not in cluster.kubectl("get", "namespaces")
        with pytest.raises(KubectlError, match="certificate signed by unknown authority"):
            cluster.kubectl("get", "namespaces", "--server", other.server)


def test_the_server_proves_who_it_is(cluster: ControlPlane) -> None:
    """Clients of the demo verify TLS as they would in production."""
    assert "insecure" not in cluster.kubeconfig.read_text()
    tls = ssl.create_default_context(cafile=cluster.ca)
    with urlopen(f"{cluster.server}/version", context=tls) as answer:  # noqa: S310 - https
        assert json.load(answer)["major"] == "1"


def test_a_namespace_goes_away_with_what_is_in_it(cluster: ControlPlane) -> None:
    """The controllers work, with accounts of their own."""
    cluster.kubectl("create", "namespace", "short-lived")
    cluster.kubectl("create", "configmap", "thing", "-n", "short-lived")
    cluster.kubectl("delete", "namespace", "short-lived", "--wait", "--timeout=50s")

    found = cluster.kubectl("get", "configmap", "thing", "-n", "short-lived", check=False)

    assert found == ""


def test_a_service_account_may_do_what_it_was_granted_and_nothing_else(
    cluster: ControlPlane, tmp_path: Path
) -> None:
    """RBAC decides, so that the operator's own role is put to the test."""
    reader = ("role", "reader", "--verb=get,list", "--resource=configmaps")
    cluster.kubectl("create", *reader)
    cluster.kubectl("create", "rolebinding", "r", "--role=reader", "--serviceaccount=default:app")
    cluster.kubectl("create", "serviceaccount", "app")
    account = ("--kubeconfig", str(cluster.kubeconfig_for("default", "app", tmp_path)))

    assert "kube-root-ca.crt" in cluster.kubectl("get", "configmaps", *account)
    with pytest.raises(KubectlError, match=r"default:app.*cannot list resource \"secrets\""):
        cluster.kubectl("get", "secrets", *account)


def test_default_admission_plugins_are_on(cluster: ControlPlane) -> None:
    """NamespaceLifecycle refuses what a lenient test server would take."""
    with pytest.raises(KubectlError, match='namespaces "nowhere" not found'):
        cluster.kubectl("create", "configmap", "lost", "-n", "nowhere")


def test_the_audit_log_has_each_request_once(cluster: ControlPlane) -> None:
    """Tests count the operator's requests there."""
    cluster.kubectl("get", "--raw", "/api/v1/namespaces/default/configmaps/counted", check=False)

    def recorded() -> list[str]:
        lines = cluster.audit_log.read_text().splitlines()
        return [line for line in lines if "/configmaps/counted" in line]

    (line,) = wait_for(recorded, 10, "the audit log")
    event = json.loads(line)
    assert (event["stage"], event["level"]) == ("ResponseComplete", "Metadata")


def test_the_api_server_can_be_away_and_come_back(cluster: ControlPlane) -> None:
    """For tests of outages: frozen, killed, and then the same cluster as before."""
    cluster.apiserver.pause()
    with pytest.raises(TimeoutError):
        cluster.wait_until_ready(timeout=0)
    cluster.apiserver.resume()
    cluster.wait_until_ready()

    cluster.apiserver.kill()
    with pytest.raises(KubectlError, match="refused"):
        cluster.kubectl("get", "namespaces")
    cluster.apiserver.restart()
    cluster.wait_until_ready()

    assert "default" in cluster.kubectl("get", "namespaces")


def test_a_taken_port_is_passed_over(taken: int) -> None:
    """Another cluster that starts at the same moment may have got it first."""
    with ControlPlane.start(ports=chain([taken], candidate_ports())) as running:
        assert not running.server.endswith(f":{taken}")
        assert running.kubectl("get", "--raw", "/readyz") == "ok"


def test_a_machine_without_free_ports_gets_the_server_s_own_words(taken: int) -> None:
    """Giving up shows why, and leaves nothing behind."""
    with (
        pytest.raises(ProcessDiedError, match="address already in use") as died,
        ControlPlane.start(ports=repeat(taken)),
    ):
        pytest.fail("it started")

    assert "kube-apiserver ended with exit code 1" in str(died.value)


def test_a_component_that_dies_while_starting_is_quoted() -> None:
    """Not a timeout after a minute, but the reason at once."""
    with (
        pytest.raises(ProcessDiedError, match="unknown flag: --nonsense"),
        ControlPlane.start(apiserver_flags=["--nonsense"]),
    ):
        pytest.fail("it started")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Process, Path]]:
    """A control plane held up by `python -m testbed up`, and the folder it lives in."""
    command = (sys.executable, "-m", "testbed", "up")
    env = {**os.environ, "PYTHONPATH": str(HACK)}
    with Process("testbed up", command, log=tmp_path / "log", env=env) as owner:

        def is_up() -> bool:
            owner.check_alive()
            return "Ctrl-C ends it" in owner.tail()

        wait_for(is_up, 60, "the control plane of another process")
        export = next(line for line in owner.tail().splitlines() if "KUBECONFIG" in line)
        yield owner, Path(export.partition("=")[2]).parent


def test_a_killed_parent_takes_its_cluster_along(held: tuple[Process, Path]) -> None:
    """A crashed test run leaves no process, and its folder only until the next start."""
    owner, directory = held
    assert len(processes_using(directory)) == 3

    owner.kill()
    wait_for(lambda: not processes_using(directory), 10, "the end of the children")
    with state_directory():  # the first thing that a start does
        assert not directory.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_parent_tidies_up(
    held: tuple[Process, Path], number: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM end a cluster in good order."""
    owner, directory = held
    os.kill(owner.pid, number)

    assert owner.wait(timeout=30) == 128 + number
    assert processes_using(directory) == []
    assert not directory.exists()
