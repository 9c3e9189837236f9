"""A thousand recordings that run, at the simulator and as objects that know them."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

import httpx

from running.stage import Stage
from testbed.operator import unguard

PATCH: Final = {"Content-Type": "application/merge-patch+json"}
AT_ONCE: Final = 8
FINALIZER: Final = "recording.agora.io/stop"


class Crowd:
    """Copies of a recording that runs, each with a channel and a recording of its own."""

    def __init__(self, stage: Stage, kube: httpx.Client, model: dict[str, Any]) -> None:
        """Prepare copies of ``model``, an object of ``stage`` that is confirmed to record."""
        self._stage = stage
        self._kube = kube
        self._model = model
        self._agora = httpx.Client(
            base_url=stage.simulator.api, auth=("any", "body"), timeout=30, trust_env=False
        )
        self._names: list[str] = []

    @property
    def _url(self) -> str:
        return (
            f"/apis/recording.agora.io/v1alpha1/namespaces/{self._stage.namespace}/cloudrecordings"
        )

    def grow(self, count: int) -> None:
        """Make so many, which can be removed by hand."""
        unguard(self._stage.cluster)
        self._names = [f"crowd-{n:04}" for n in range(count)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._make, self._names))

    def vanish(self) -> None:
        """Remove the objects, whatever runs for them."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._remove, self._names))
        self._agora.close()

    def _make(self, name: str) -> None:
        channel = f"{self._stage.channel}-{name}"
        (pinned,) = self._model["status"]["attempts"]
        ids = self._record(channel, pinned["uid"])
        attempt = {**pinned, **ids, "channel": channel}
        status = {**self._model["status"], **ids, "channel": channel, "attempts": [attempt]}
        metadata = {"name": name, "finalizers": [FINALIZER]}
        body = {
            **{key: self._model[key] for key in ("apiVersion", "kind")},
            "metadata": metadata,
            "spec": {**self._model["spec"], "channel": channel},
        }
        self._kube.post(self._url, json=body).raise_for_status()
        path, patch = f"{self._url}/{name}/status", {"status": status}
        self._kube.patch(path, json=patch, headers=PATCH).raise_for_status()

    def _record(self, channel: str, uid: int) -> dict[str, str]:
        """Begin a recording at the simulator."""
        url, who = f"/v1/apps/{self._stage.app_id}/cloud_recording", {"cname": channel, "uid": uid}
        who["uid"] = str(uid)
        acquired = self._agora.post(f"{url}/acquire", json={**who, "clientRequest": {}})
        resource_id = acquired.raise_for_status().json()["resourceId"]
        started = self._agora.post(
            f"{url}/resourceid/{resource_id}/mode/mix/start",
            json={**who, "clientRequest": _REQUEST},
        )
        return {"resourceId": resource_id, "sid": started.raise_for_status().json()["sid"]}

    def _remove(self, name: str) -> None:
        free = {"metadata": {"finalizers": None}}
        self._kube.patch(f"{self._url}/{name}", json=free, headers=PATCH)
        self._kube.delete(f"{self._url}/{name}")


_REQUEST: Final = {
    "recordingConfig": {"channelType": 0},
    "storageConfig": {
        "vendor": 1,
        "region": 0,
        "bucket": "recordings",
        "accessKey": "any",
        "secretKey": "any",
    },
}


@contextmanager
def crowd(stage: Stage, count: int) -> Iterator[None]:
    """Let so many recordings run beside the one of ``stage``; no operator may run yet."""
    cluster = stage.cluster
    (user,) = json.loads(cluster.kubeconfig.read_text(encoding="utf-8"))["users"]
    headers = {"Authorization": f"Bearer {user['user']['token']}"}
    tls = ssl.create_default_context(cafile=cluster.ca)
    model = stage.get()
    assert model is not None
    with httpx.Client(
        base_url=cluster.server, headers=headers, verify=tls, timeout=30, trust_env=False
    ) as kube:
        many = Crowd(stage, kube, model)
        try:
            many.grow(count)
            yield
        finally:
            many.vanish()
