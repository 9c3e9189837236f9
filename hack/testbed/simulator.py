"""The simulator of Agora as a process, and its admin port as methods."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from testbed.processes import Process, wait_for

ROOT: Final = Path(__file__).resolve().parents[2]
"""The checkout."""


def python_environment(**more: str) -> dict[str, str]:
    """Return an environment in which the checkout's own packages are found."""
    paths = [ROOT / "operator", ROOT / "simulator", ROOT / "hack"]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), **more}


class Simulator:
    """A running simulator: its API, and what a person does at its admin port."""

    def __init__(self, process: Process, api: str, admin: str) -> None:
        self.process = process
        self.api = api
        self.admin = admin
        self._http = httpx.Client(base_url=admin, timeout=10)

    @classmethod
    @contextmanager
    def start(cls, directory: Path, **settings: object) -> Iterator[Simulator]:
        """Start a simulator on free loopback ports, with its settings by name."""
        sets = [f"--set={name}={json.dumps(value)}" for name, value in settings.items()]
        command = [sys.executable, "-m", "agora_simulator", "--port=0", "--admin-port=0", *sets]
        log = directory / f"simulator-{os.getpid()}-{id(settings)}.log"
        with (
            Process("simulator", command, log=log, env=python_environment()) as process,
            cls.of(process) as simulator,
        ):
            yield simulator

    @classmethod
    @contextmanager
    def of(cls, process: Process) -> Iterator[Simulator]:
        """Wait until a process that was started as a simulator has said where it listens."""
        urls = wait_for(lambda: _urls(process), 20, "the simulator to listen")
        simulator = cls(process, urls["api"], urls["admin"])
        try:
            yield simulator
        finally:
            simulator.close()

    def close(self) -> None:
        """Close the connection to the admin port."""
        self._http.close()

    def ledger(self, channel: str | None = None) -> dict[str, Any]:
        """Return who was recorded from when to when, and which calls came."""
        params = {"channel": channel} if channel else {}
        return self._ask("GET", "/admin/ledger", params=params)

    def recordings(self, channel: str | None = None) -> list[dict[str, Any]]:
        """Return the recordings that a channel, or all, ever had, oldest first."""
        params = {"calls": "false", **({"channel": channel} if channel else {})}
        ledger = self._ask("GET", "/admin/ledger", params=params)
        found: list[dict[str, Any]] = ledger["recordings"]
        return sorted(found, key=lambda recording: float(recording["startedAt"]))

    def calls(self, channel: str, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the calls that came for a channel, in order."""
        calls: list[dict[str, Any]] = self.ledger(channel)["calls"]
        return [c for c in calls if operation in {None, c["operation"]}]

    def fault(self, name: str, **how: object) -> int:
        """Order a fault; return its id."""
        return int(self._ask("POST", "/admin/faults", json={"name": name, **how})["id"])

    def clear_fault(self, number: int) -> None:
        """Call off one fault."""
        self._ask("DELETE", f"/admin/faults/{number}")

    def clear_faults(self) -> None:
        """Call off all faults."""
        self._ask("DELETE", "/admin/faults")

    def set(self, **settings: object) -> None:
        """Change settings while it runs."""
        self._ask("PATCH", "/admin/settings", json=settings)

    def advance(self, seconds: float) -> None:
        """Put its clock forward."""
        self._ask("POST", "/admin/clock", json={"advanceSeconds": seconds})

    def join(self, app_id: str, channel: str, uid: int) -> None:
        """Let a user join a channel."""
        self._ask("POST", f"/admin/channels/{app_id}/{channel}/join", json={"uid": uid})

    def leave(self, app_id: str, channel: str, uid: int) -> None:
        """Let a user leave a channel."""
        self._ask("POST", f"/admin/channels/{app_id}/{channel}/leave", json={"uid": uid})

    def exit(self, sid: str, *, abnormal: bool = False) -> None:
        """Let a recording end by itself."""
        self._ask("POST", f"/admin/recordings/{sid}/exit", json={"abnormal": abnormal})

    def move(self, sid: str, seconds: float) -> None:
        """Let a recording move to another server; meanwhile no call finds it."""
        self._ask("POST", f"/admin/recordings/{sid}/move", json={"seconds": seconds})

    def _ask(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        reply = self._http.request(method, path, **how)
        reply.raise_for_status()
        body: dict[str, Any] = reply.json() if reply.content else {}
        return body


def _urls(process: Process) -> dict[str, str] | None:
    """Return what the simulator said on its first line, once it did."""
    process.check_alive()
    lines = process.log.read_text().splitlines() if process.log.exists() else []
    said = next((line for line in lines if line.startswith('{"api"')), None)
    urls: dict[str, str] | None = json.loads(said) if said else None
    return urls
