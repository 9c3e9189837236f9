"""What people do: they apply, edit and delete objects, and enter and leave channels."""

from __future__ import annotations

import base64
from typing import Any, Final

from builders import APP
from chaos.door import API
from chaos.store.answers import Answer, Object
from chaos.store.server import Change, Store
from chaos.world.journal import Journal
from chaos.world.wishes import Wishes

NAMESPACE: Final = "default"
FINALIZER: Final = "recording.agora.io/stop"
STORAGE: Final = {
    "vendor": "AmazonS3",
    "region": "us-east-1",
    "bucket": "recordings",
    "credentialsSecretRef": {"name": "storage"},
}


SECRETS: Final = {
    "agora": {"customerId": "customer", "customerSecret": "secret"},
    "storage": {"accessKey": "access", "secretKey": "key"},
}


class People:
    """The users of one namespace. What they want is noted as they say it."""

    def __init__(
        self, store: Store, journal: Journal, wishes: Wishes, namespace: str = NAMESPACE
    ) -> None:
        self._store = store
        self._journal = journal
        self._wishes = wishes
        self.namespace = namespace
        self.channels: dict[str, str] = {}
        """The channel of each object that they ever made, by name."""
        self._path = f"{API}/namespaces/{namespace}/cloudrecordings"

    def set_up(self, requests_per_second: int = 10) -> None:
        """Make the project and its Secrets."""
        for name, data in SECRETS.items():
            self.make_secret(name, data)
        spec = {
            "appId": APP,
            "credentialsSecretRef": {"name": "agora"},
            "storage": STORAGE,
            "limits": {"requestsPerSecond": requests_per_second},
        }
        metadata = {"name": "default"}
        body = {"kind": "AgoraProject", "metadata": metadata, "spec": spec}
        self._do("POST", self._collection("agoraprojects"), body)

    def apply(self, name: str = "standup", **spec: Any) -> None:
        """Create a recording, of the channel of the same name unless ``spec`` has another."""
        self._journal.say(f"people create {name}")
        mode: dict[str, Any] = {} if "web" in spec else {"mix": {}}
        wanted = {"channel": name, **mode, **spec}
        body = {"kind": "CloudRecording", "metadata": {"name": name}, "spec": wanted}
        self.channels[name] = str(wanted["channel"])
        self._want(name, recording=wanted.get("desiredState") != "Stopped")
        self._do("POST", self._path, body)

    def edit(self, name: str = "standup", **spec: Any) -> None:
        """Change members of the spec, unless the object is gone or about to go."""
        found = self.find(name)
        if found is None or "deletionTimestamp" in found["metadata"]:
            return
        if "mix" in spec and "web" in found["spec"]:
            return  # a second mode is refused
        self._journal.say(f"people edit {name}: {spec}")
        if "desiredState" in spec:
            self._want(name, recording=spec["desiredState"] == "Recording")
        self._do("PATCH", f"{self._path}/{name}", {"spec": spec})

    def delete(self, name: str = "standup") -> None:
        """Delete the object, unless it is gone."""
        if self.find(name) is None:
            return
        self._journal.say(f"people delete {name}")
        self._want(name, recording=False)
        self._do("DELETE", f"{self._path}/{name}")

    def take_the_finalizer_off(self, name: str = "standup") -> None:
        """Remove the operator's finalizer by hand."""
        found = self.find(name)
        if found is None or FINALIZER not in found["metadata"].get("finalizers", ()):
            return
        self._journal.say(f"people take the finalizer off {name}")
        self._do("PATCH", f"{self._path}/{name}", {"metadata": {"finalizers": None}})

    def recreate(self, name: str = "standup") -> None:
        """Delete the object, and create it again as soon as it is gone."""
        found = self.find(name)
        if found is None:
            return
        spec = found["spec"]
        before = self._store.changed

        def watch(change: Change) -> None:
            before(change)
            gone = change.type == "DELETED" and change.object["metadata"]["name"] == name
            if gone and change.plural == "cloudrecordings":
                self._store.changed = before
                self.apply(name, **spec)

        self._store.changed = watch
        self.delete(name)

    def recreate_by_force(self, name: str = "standup") -> None:
        """Let the object go in spite of its finalizer, and create it again."""
        if (found := self.find(name)) is None:
            return
        self.delete(name)
        self.take_the_finalizer_off(name)
        self.apply(name, **found["spec"])

    def wipe_the_status(self, name: str = "standup") -> None:
        """Replace the status by nothing."""
        if self.find(name) is not None:
            self._journal.say(f"people wipe the status of {name}")
            self._do("PATCH", f"{self._path}/{name}/status", {"status": None})

    def replace(self, name: str = "standup") -> None:
        """Replace the object by its manifest, as ``kubectl replace`` does."""
        if (found := self.find(name)) is None:
            return
        self._journal.say(f"people replace {name}")
        metadata = {"name": name, "resourceVersion": found["metadata"]["resourceVersion"]}
        manifest = {"kind": "CloudRecording", "metadata": metadata, "spec": found["spec"]}
        self._do("PUT", f"{self._path}/{name}", manifest)

    def free_the_lease(self) -> None:
        """Let nobody hold the Lease, so that whoever looks next takes it."""
        self._journal.say("people free the Lease")
        lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/agora-recording-operator"
        self._do("PATCH", lease, {"spec": {"holderIdentity": ""}})

    def find(self, name: str = "standup") -> Object | None:
        """Return the object as it is now."""
        return self._store.find("cloudrecordings", self.namespace, name)

    def wants(self, name: str) -> bool:
        """Whether the object asks for a recording now."""
        return self._wishes.wants(f"{self.namespace}/{name}")

    def remove(self, plural: str, name: str) -> None:
        """Delete a Secret or a project."""
        self._journal.say(f"people delete {plural} {name}")
        self._do("DELETE", f"{self._collection(plural)}/{name}")

    def patch_project(self, patch: Object) -> None:
        """Change the project."""
        self._journal.say(f"people change the project: {patch}")
        self._do("PATCH", f"{self._collection('agoraprojects')}/default", patch)

    def force_release(self, name: str = "standup") -> None:
        """Ask the operator to let go of a deleted object whatever may run."""
        annotation = {"recording.agora.io/force-release": "true"}
        self._do("PATCH", f"{self._path}/{name}", {"metadata": {"annotations": annotation}})

    def _want(self, name: str, *, recording: bool) -> None:
        self._wishes.want(self.channels[name], f"{self.namespace}/{name}", recording=recording)

    def _collection(self, plural: str) -> str:
        root = "/api/v1" if plural == "secrets" else API
        return f"{root}/namespaces/{self.namespace}/{plural}"

    def make_secret(self, name: str, data: dict[str, str]) -> None:
        """Create a Secret."""
        body = {"kind": "Secret", "metadata": {"name": name}, "data": _encoded(data)}
        self._do("POST", self._collection("secrets"), body)

    def renew_secret(self, name: str, data: dict[str, str]) -> None:
        """Put other values into a Secret."""
        self._journal.say(f"people renew the Secret {name}")
        self._do("PATCH", f"{self._collection('secrets')}/{name}", {"data": _encoded(data)})

    def secret(self, name: str) -> dict[str, str] | None:
        """Return what a Secret holds; None if there is none."""
        found = self._store.find("secrets", self.namespace, name)
        if found is None:
            return None
        return {key: base64.b64decode(value).decode() for key, value in found["data"].items()}

    def _do(self, method: str, target: str, body: Object | None = None) -> Answer:
        answer = self._store.handle(method, target, body)
        assert answer.status in {200, 201}, answer.body
        return Answer(answer.status, answer.body)


def _encoded(data: dict[str, str]) -> dict[str, str]:
    return {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
