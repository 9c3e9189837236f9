"""What the tests of the running operator share: a namespace with what a recording needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from testbed.controlplane import ControlPlane
from testbed.operator import unguard
from testbed.processes import wait_for
from testbed.simulator import Simulator

APP_ID: Final = "0123456789abcdef0123456789abcdef"
CUSTOMER: Final = "customer-id-for-tests"
SECRET: Final = "customer-secret-for-tests"
ACCESS_KEY: Final = "storage-access-key-for-tests"
SECRET_KEY: Final = "storage-secret-key-for-tests"


@dataclass
class Stage:
    """A namespace, and a channel of the same name that its recording records."""

    cluster: ControlPlane
    simulator: Simulator
    namespace: str
    app_id: str = APP_ID

    @property
    def channel(self) -> str:
        """The channel; no other test has it."""
        return self.namespace

    def set_up(self) -> None:
        """Make the namespace, the project and both Secrets."""
        self.cluster.kubectl("create", "namespace", self.namespace)
        self.apply(self.agora_secret(), self.storage_secret(), self.project())

    def agora_secret(self, **data: str) -> dict[str, Any]:
        """Return the Secret of Agora's credentials."""
        return self.secret("agora-rest", data or {"customerId": CUSTOMER, "customerSecret": SECRET})

    def storage_secret(self, **data: str) -> dict[str, Any]:
        """Return the Secret of the storage's keys."""
        return self.secret("s3", data or {"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY})

    def project(self, **spec: Any) -> dict[str, Any]:
        """Return the AgoraProject."""
        storage = {
            "vendor": "AmazonS3",
            "region": "us-east-1",
            "bucket": "recordings",
            "credentialsSecretRef": {"name": "s3"},
        }
        return self._object(
            "AgoraProject",
            "default",
            {
                "appId": self.app_id,
                "credentialsSecretRef": {"name": "agora-rest"},
                "storage": storage,
                "limits": {"requestsPerSecond": 100},
                **spec,
            },
        )

    def recording(self, name: str = "lesson", **spec: Any) -> dict[str, Any]:
        """Return a CloudRecording of the channel."""
        return self._object("CloudRecording", name, {"channel": self.channel, "mix": {}, **spec})

    def apply(self, *objects: dict[str, Any]) -> None:
        """Apply objects, as a person does."""
        items = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("apply", "-f", "-", stdin=json.dumps(items))

    def kubectl(self, *words: str, stdin: str | None = None, timeout: float = 90) -> str:
        """Run kubectl in the namespace."""
        return self.cluster.kubectl("-n", self.namespace, *words, stdin=stdin, timeout=timeout)

    def get(self, name: str = "lesson") -> dict[str, Any] | None:
        """Return the CloudRecording as it is now; None if there is none."""
        text = self.kubectl("get", "crec", name, "-o", "json", "--ignore-not-found")
        found: dict[str, Any] | None = json.loads(text) if text.strip() else None
        return found

    def status(self, name: str = "lesson") -> dict[str, Any]:
        """Return the status of the CloudRecording."""
        found = self.get(name)
        assert found is not None
        status: dict[str, Any] = found["status"]
        return status

    def ready(self, name: str = "lesson") -> dict[str, Any]:
        """Return the condition Ready."""
        conditions: list[dict[str, Any]] = self.status(name)["conditions"]
        return next(c for c in conditions if c["type"] == "Ready")

    def wait_for_reason(self, reason: str, timeout: float = 30, name: str = "lesson") -> None:
        """Return once Ready has ``reason``."""
        wait_for(lambda: self.ready(name)["reason"] == reason, timeout, f"{reason}", every=0.1)

    def record(self, **spec: Any) -> None:
        """Apply a CloudRecording and wait until Agora confirms it."""
        self.apply(self.recording(**spec))
        self.wait_for_reason("Recording")

    def delete(self, name: str = "lesson", timeout: float = 60) -> None:
        """Delete the CloudRecording and wait until it is gone."""
        self.kubectl(
            "delete", "crec", name, "--wait", f"--timeout={timeout:.0f}s", timeout=timeout + 30
        )

    def drop_finalizer(self, name: str = "lesson") -> None:
        """Take the finalizer off by hand; where a policy forbids that, the policy goes first."""
        unguard(self.cluster)
        words = ("patch", "crec", name, "--type=merge", "-p", '{"metadata":{"finalizers":[]}}')

        def done() -> bool:
            return "patched" in self.cluster.kubectl("-n", self.namespace, *words, check=False)

        wait_for(done, 15, "the API server to forget the policy", every=0.1)

    def running(self) -> list[dict[str, Any]]:
        """Return the recordings of the channel that run now."""
        return [r for r in self.simulator.recordings(self.channel) if r["endedAt"] is None]

    def secret(self, name: str, data: dict[str, str]) -> dict[str, Any]:
        """Return a Secret of this namespace."""
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}

    def _object(self, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
        metadata = {"name": name, "namespace": self.namespace}
        version = "recording.agora.io/v1alpha1"
        return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
