"""One throw-away Kubernetes control plane: how it comes up, what it offers, how it goes away."""

import os
import random
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from testbed import components
from testbed.binaries import ControlPlaneBinaries, find_kubectl, find_or_build_control_plane
from testbed.credentials import Credentials, write_kubeconfig
from testbed.processes import Process, ProcessDiedError, exit_on_sigterm, wait_for
from testbed.statedir import state_directory

_READY_WITHIN = 60.0  # seconds; usually 5, on a machine that does nothing else
_ANSWER_WITHIN = 2.0  # seconds for one probe; whoever holds a port that is not ours is silent
_PORT_ATTEMPTS = 5
_GRACE = 3.0  # seconds between SIGTERM and SIGKILL; nothing of a cluster is worth saving


class KubectlError(RuntimeError):
    """kubectl failed; the message has its command line and what it printed on stderr."""


def candidate_ports() -> Iterator[int]:
    """Yield loopback ports that were free a moment ago, without end.

    They are below those that Linux gives to outgoing connections (32768 and up), so that nothing
    takes the port while the API server restarts.
    """
    while True:
        port = random.randint(20000, 29999)  # noqa: S311 - nothing secret
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Go listens
            probe.bind(("127.0.0.1", port))
            yield port


class ControlPlane:
    """A running control plane. Get one with `with ControlPlane.start() as cluster:`."""

    def __init__(self, directory: Path, binaries: ControlPlaneBinaries) -> None:
        self.directory = directory
        """The folder with all its files, among them each process's log; gone with the cluster."""
        self.kubeconfig = directory / "kubeconfig"
        """The administrator's, with the CA inside."""
        self.audit_log = directory / "audit.log"
        """A line of JSON for each answered request, if started with `audit=True`."""
        self.server = ""
        """The API server's URL."""
        self._binaries = binaries
        self._credentials = Credentials.issue(directory)
        self._kubectl = find_kubectl()
        self._tls = ssl.create_default_context(cafile=self.ca)
        self._processes: dict[str, Process] = {}  # in the order of starting

    @classmethod
    @contextmanager
    def start(
        cls,
        *,
        audit: bool = False,
        apiserver_flags: Sequence[str] = (),
        binaries: ControlPlaneBinaries | None = None,
        ports: Iterator[int] | None = None,
    ) -> Iterator[Self]:
        """Start one, usable from the first line of the block and gone after the last.

        Call it from the main thread (see `Process`). SIGTERM ends the block with SystemExit.

        Args:
            audit: Whether to write `audit_log`.
            apiserver_flags: Further flags of kube-apiserver.
            binaries: The programs; found or built if not given.
            ports: The API server's ports, tried one after the other while they are taken.

        Raises:
            ProcessDiedError: If one of its processes ends while starting.
            TimeoutError: If it does not come up.
            MissingToolError: If a program is missing and can't be built.
            BuildError: If building fails.
        """
        binaries = binaries or find_or_build_control_plane()
        with exit_on_sigterm(), state_directory() as directory:
            cluster = cls(directory, binaries)
            flags = list(apiserver_flags)
            if audit:
                flags += components.audit_flags(directory, cluster.audit_log)
            try:
                cluster._start(ports or candidate_ports(), flags)
                yield cluster
            finally:
                cluster._stop()

    @property
    def ca(self) -> Path:
        """The certificate of the authority that vouches for the API server."""
        return self._credentials.ca

    @property
    def apiserver(self) -> Process:
        """The API server, to pause, kill and restart; `wait_until_ready()` tells it is back."""
        return self._processes["kube-apiserver"]

    @property
    def controller_manager(self) -> Process:
        """The controllers: namespaces, garbage collection, service accounts and so on."""
        return self._processes["kube-controller-manager"]

    @property
    def etcd(self) -> Process:
        """The store."""
        return self._processes["etcd"]

    def environment(self) -> dict[str, str]:
        """Return an environment in which kubectl and helm talk to this cluster alone.

        The cache is the cluster's own: kubectl remembers the kinds of a server by its port, and
        another cluster had that port before.
        """
        cache = str(self.directory / "kubectl-cache")
        return {**os.environ, "KUBECONFIG": str(self.kubeconfig), "KUBECACHEDIR": cache}

    def kubectl(
        self, *args: str, stdin: str | None = None, check: bool = True, timeout: float = 60
    ) -> str:
        """Run kubectl as the administrator and return what it prints on stdout.

        Args:
            args: Its arguments; a later `--kubeconfig` makes it somebody else.
            stdin: What it reads, as for `apply -f -`.
            check: Whether failing is an error.
            timeout: Seconds it may take.

        Raises:
            KubectlError: If it fails and `check` is on.
            subprocess.TimeoutExpired: If it takes too long.
        """
        result = subprocess.run(
            [self._kubectl, *args],
            input=stdin if stdin is not None else "",
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        if check and result.returncode != 0:
            raise KubectlError(f"kubectl {' '.join(args)} failed: {result.stderr.strip()}")
        return result.stdout

    def token(self, namespace: str, service_account: str, seconds: int = 3600) -> str:
        """Issue a token of a service account, good for `seconds` (at least 600)."""
        duration = f"--duration={seconds}s"
        return self.kubectl("create", "token", "-n", namespace, service_account, duration).strip()

    def kubeconfig_for(
        self,
        namespace: str,
        service_account: str,
        directory: Path,
        *,
        server: str | None = None,
        ca: Path | None = None,
    ) -> Path:
        """Write a kubeconfig into `directory` that acts as a service account in its namespace.

        Args:
            namespace: Where the service account is.
            service_account: Its name.
            directory: An existing folder.
            server: URL of a proxy before the API server, if requests are to go through one.
            ca: The certificate to verify that proxy with.
        """
        return write_kubeconfig(
            directory / f"{namespace}-{service_account}.kubeconfig",
            server=server or self.server,
            ca=ca or self.ca,
            token=self.token(namespace, service_account),
            namespace=namespace,
        )

    def wait_until_ready(self, timeout: float = _READY_WITHIN) -> None:
        """Wait until the API server says that it is ready, as after `apiserver.restart()`.

        Raises:
            ProcessDiedError: If one of its processes has ended.
            TimeoutError: If it isn't ready after `timeout` seconds.
        """
        self._wait_for_answer("/readyz", timeout)

    def _start(self, ports: Iterator[int], flags: Sequence[str]) -> None:
        self._run(components.etcd(self._binaries, self.directory))
        self._start_apiserver(ports, flags)
        self._run(
            components.kube_controller_manager(
                self._binaries, self.directory, self._credentials, self.kubeconfig
            )
        )
        # A pod needs it, and it shows that the controllers work.
        account = "/api/v1/namespaces/default/serviceaccounts/default"
        self._wait_for_answer(account, _READY_WITHIN)

    def _start_apiserver(self, ports: Iterator[int], flags: Sequence[str]) -> None:
        for attempt, port in enumerate(ports, start=1):
            self._aim_at(port)
            self._run(
                components.kube_apiserver(
                    self._binaries, self.directory, self._credentials, port, flags
                )
            )
            try:
                return self.wait_until_ready()
            except ProcessDiedError:
                taken = "address already in use" in self.apiserver.tail()
                if not taken or attempt == _PORT_ATTEMPTS:
                    raise
        raise ValueError("there is no port left to try")

    def _run(self, process: Process) -> None:
        self._processes[process.name] = process.start()

    def _aim_at(self, port: int) -> None:
        self.server = f"https://127.0.0.1:{port}"
        write_kubeconfig(
            self.kubeconfig,
            server=self.server,
            ca=self.ca,
            token=self._credentials.admin_token,
            namespace="default",
        )

    def _wait_for_answer(self, path: str, timeout: float) -> None:
        def is_answered() -> bool:
            for process in self._processes.values():
                process.check_alive()
            return self._get(path) == HTTPStatus.OK

        wait_for(is_answered, timeout, f"{path} of {self.server}")

    def _get(self, path: str) -> int | None:
        """Return the status the API server answers with, or None if it does not answer."""
        address = urlsplit(self.server).netloc
        connection = HTTPSConnection(address, timeout=_ANSWER_WITHIN, context=self._tls)
        headers = {"Authorization": f"Bearer {self._credentials.admin_token}"}
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def _stop(self) -> None:
        """Stop what runs, the users of a process before the process."""
        for process in reversed(self._processes.values()):
            process.stop(grace=_GRACE)
