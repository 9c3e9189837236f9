"""What the tests of the simulator share: the program itself, and requests to it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx

SIMULATOR = Path(__file__).parents[2] / "simulator"
APP = "app1"
SECRETS = ("the-access-key", "the-secret-key", "the-token", "the-customer-secret")
STORAGE = {
    "vendor": 1,
    "region": 0,
    "bucket": "bucket",
    "accessKey": "the-access-key",
    "secretKey": "the-secret-key",
    "fileNamePrefix": ["a", "b"],
}
START: dict[str, Any] = {
    "token": "the-token",
    "storageConfig": STORAGE,
    "recordingConfig": {"channelType": 1, "maxIdleTime": 30},
}


class Program:
    """The simulator as a process of its own."""

    def __init__(self, *flags: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agora_simulator", *flags],
            env={**os.environ, "PYTHONPATH": str(SIMULATOR)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.urls: dict[str, str] = json.loads(self._output.readline())

    @property
    def _output(self) -> Any:  # noqa: ANN401 - IO[str], known to be there
        return self.process.stdout

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and return the exit status and the rest of the output."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, rest


class Admin:
    """The admin port."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url)

    def set(self, **settings: object) -> httpx.Response:
        """Change settings."""
        return self.http.patch("/admin/settings", json=settings)

    def fault(self, name: str, **members: object) -> httpx.Response:
        """Order a fault."""
        return self.http.post("/admin/faults", json={"name": name, **members})

    def advance(self, seconds: float) -> None:
        """Skip time."""
        self.http.post("/admin/clock", json={"advanceSeconds": seconds}).raise_for_status()

    def join(self, channel: str, uid: int = 1) -> httpx.Response:
        """Let a user into a channel."""
        return self.http.post(f"/admin/channels/{APP}/{channel}/join", json={"uid": uid})

    def leave(self, channel: str, uid: int = 1) -> httpx.Response:
        """Let a user out of a channel."""
        return self.http.post(f"/admin/channels/{APP}/{channel}/leave", json={"uid": uid})

    def ledger(self, channel: str | None = None) -> dict[str, Any]:
        """Return the ledger."""
        params = {} if channel is None else {"channel": channel}
        ledger: dict[str, Any] = self.http.get("/admin/ledger", params=params).json()
        return ledger


class Recorder:
    """Calls of the Agora API for one channel and uid, remembering their ids."""

    def __init__(self, url: str, channel: str, mode: str = "mix", app: str = APP) -> None:
        self.http = httpx.Client(base_url=url, auth=("customer", "the-customer-secret"))
        self.channel = channel
        self.uid = "7"
        self.mode = mode
        self.base = f"/v1/apps/{app}/cloud_recording"
        self.resource = ""
        self.sid = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def body(self, request: object) -> dict[str, object]:
        """Return a whole POST body."""
        return {"cname": self.channel, "uid": self.uid, "clientRequest": request}

    def acquire(self, **request: object) -> httpx.Response:
        """Ask for a resource."""
        answer = self.http.post(f"{self.base}/acquire", json=self.body(request))
        self.resource = answer.json().get("resourceId", "")
        return answer

    def start(self, request: object = START) -> httpx.Response:
        """Start with the resource at hand."""
        path = f"{self.base}/resourceid/{self.resource}/mode/{self.mode}/start"
        answer = self.http.post(path, json=self.body(request))
        self.sid = answer.json().get("sid", self.sid)
        return answer

    def begin(self, request: object = START) -> httpx.Response:
        """Acquire and start."""
        self.acquire()
        return self.start(request)

    def path(self, verb: str) -> str:
        """Return the path of a call on the recording."""
        ids = f"resourceid/{self.resource}/sid/{self.sid}"
        return f"{self.base}/{ids}/mode/{self.mode}/{verb}"

    def query(self) -> httpx.Response:
        """Ask how it is going."""
        return self.http.get(self.path("query"))

    def post(self, verb: str, request: object) -> httpx.Response:
        """Send update or updateLayout."""
        return self.http.post(self.path(verb), json=self.body(request))

    def stop(self, **request: object) -> httpx.Response:
        """Stop the recording."""
        return self.post("stop", request)


def coded(answer: httpx.Response) -> tuple[int, Any, Any]:
    """Return the status, code and reason (or the gateway's message) of an answer."""
    body = answer.json()
    return answer.status_code, body.get("code"), body.get("reason", body.get("message"))


async def arrival(program: Program, recorder: Recorder, operation: str) -> None:
    """Return when the simulator has noted a call that it has not answered yet."""
    seen: list[str] = []
    async with httpx.AsyncClient(base_url=program.urls["admin"]) as admin:
        while operation not in seen:
            answer = await admin.get("/admin/ledger", params={"channel": recorder.channel})
            seen = [call["operation"] for call in answer.json()["calls"]]
