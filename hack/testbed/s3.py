"""An S3 server (SeaweedFS) as a process: buckets that recordings are really uploaded to."""

from __future__ import annotations

import os
import random
import re
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from testbed.binaries import find_seaweedfs
from testbed.processes import Process, ProcessDiedError, exit_on_sigterm, wait_for
from testbed.statedir import state_directory

_READY_WITHIN: Final = 30.0  # seconds; usually 2, on a machine that does nothing else
_PORT_ATTEMPTS: Final = 5
_LISTENERS: Final = ("master", "volume", "filer", "s3", "admin")
_TO_SIBLING: Final = 10_000
"""Each listener has a sibling for gRPC this far above; SeaweedFS's own worker relies on that."""
_SAID: Final = re.compile(r"(Filer UI|S3 Endpoint): +(http://127\.0\.0\.1:\d+)")
_SOCKETS: Final = Path("/tmp")  # noqa: S108 - where SeaweedFS puts them, whatever TMPDIR says


class S3:
    """A running S3 server. Get one with ``with S3.start("my-bucket") as s3:``."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self.access_key = secrets.token_hex(10)
        """Half of the one pair of keys that opens it."""
        self.secret_key = secrets.token_hex(20)
        self.url = ""
        """Where it speaks S3, with the bucket's name in the path."""
        self._filer = ""
        self._ports = dict(zip(_LISTENERS, _free_ports(), strict=False))
        keys = {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}
        self.process = Process(
            "SeaweedFS",
            _command(directory, self._ports),
            log=directory / "log",
            env={**os.environ, **keys},
            cwd=directory,
        )

    @classmethod
    @contextmanager
    def start(cls, *buckets: str) -> Iterator[S3]:
        """Start a server with these buckets, on free loopback ports; its files go with it.

        Call it from the main thread (see `Process`). SIGTERM ends the block with SystemExit.

        Raises:
            MissingToolError: If SeaweedFS is missing.
            ProcessDiedError: If it ends while starting.
            TimeoutError: If it does not come up.
        """
        with exit_on_sigterm(), state_directory() as directory, ExitStack() as stack:
            server = _launched(directory, stack)
            for bucket in buckets:
                server.create_bucket(bucket)
            yield server

    def create_bucket(self, name: str) -> None:
        """Make a bucket; one that exists is left as it is."""
        # To SeaweedFS it is a folder, and making one needs no signature.
        httpx.post(f"{self._filer}/buckets/{name}/", timeout=10).raise_for_status()

    def launch(self) -> None:
        """Start it and wait until it has said where it listens."""
        self.process.start()
        said = wait_for(self._said, _READY_WITHIN, "SeaweedFS to listen")
        self.url, self._filer = said["S3 Endpoint"], said["Filer UI"]

    def kill(self) -> None:
        """End it at once: after a SIGTERM it would take 12 s. May be repeated."""
        self.process.kill()
        for port in self._ports.values():
            for socket_file in _SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
                socket_file.unlink(missing_ok=True)
            for socket_file in _SOCKETS.glob(f"seaweedfs-*-{port + _TO_SIBLING}.sock"):
                socket_file.unlink(missing_ok=True)

    def _said(self) -> Mapping[str, str] | None:
        self.process.check_alive()
        said = dict(_SAID.findall(self.process.log.read_text(errors="replace")))
        return said if len(said) == 2 else None  # noqa: PLR2004 - both


def _launched(directory: Path, stack: ExitStack) -> S3:
    """Start one, with other ports if somebody took one of them meanwhile."""
    for attempt in range(1, _PORT_ATTEMPTS + 1):
        server = S3(directory / f"seaweedfs-{attempt}")
        stack.callback(server.kill)
        try:
            server.launch()
        except ProcessDiedError:
            if "address already in use" not in server.process.tail(100):
                raise
        else:
            return server
    raise TimeoutError(f"ports were taken by others {_PORT_ATTEMPTS} times")


def _free_ports() -> Iterator[int]:
    """Yield different loopback ports that were free a moment ago, and their siblings too.

    Ports and siblings are below those that Linux gives to outgoing connections (32768 and up).
    """
    ports = range(20000, 32768 - _TO_SIBLING)
    for port in random.sample(ports, len(ports)):
        with suppress(OSError):
            for listener in (port, port + _TO_SIBLING):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Go listens
                    probe.bind(("127.0.0.1", listener))
            yield port


def _command(directory: Path, ports: Mapping[str, int]) -> list[str | Path]:
    return [
        find_seaweedfs(),
        "-logtostderr",
        "mini",
        f"-dir={directory}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",  # its default is every address
        "-master.telemetry=false",
        "-webdav=false",
        "-admin.ui=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        *(f"-{listener}.port={port}" for listener, port in ports.items()),
        *(f"-{listener}.port.grpc={port + _TO_SIBLING}" for listener, port in ports.items()),
    ]
