"""Objects at the API server in each state that a person may have to read about at night."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agora_recording.crd.model import API_VERSION, Model
from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.domain.summary import summarise
from agora_recording.reconcile.patch import merge_patch
from e2e.kubeapi import KubeApi, Object, connect
from testbed.controlplane import ControlPlane
from unit.domain.hold import Hold
from unit.domain.holds import HOLDS
from unit.domain.project_holds import PROJECT_HOLDS, ProjectHold
from unit.domain.unknown_holds import UNKNOWN_HOLDS

FOLDER: Final = Path(__file__).parent / "golden"
REWRITE: Final = bool(os.environ.get("REWRITE_GOLDEN"))
"""Whether the golden texts are to be written instead of compared."""
STATUSES: Final[dict[str, type[Model]]] = {
    "CloudRecording": CloudRecordingStatus,
    "AgoraProject": AgoraProjectStatus,
    "ClusterAgoraProject": AgoraProjectStatus,
}
VARIABLE: Final = {
    r"(UID: +)[0-9a-f]{8}-[0-9a-f-]{27}": r"\1(a UUID)",
    r"(Resource Version: +)\d+": r"\1(a number)",
    r"((Creation|Deletion) Timestamp: +)\S+": r"\1(a time)",
}
"""What differs each time, and what is written instead."""


@dataclass(frozen=True)
class Described:
    """An object in such a state."""

    kind: str
    name: str
    metadata: Object
    spec: Object
    status: Object | None
    """None if no operator has seen it."""
    deleting: bool

    @property
    def message(self) -> str:
        """What its condition Ready says."""
        assert self.status is not None
        said = {each["type"]: each["message"] for each in self.status["conditions"]}
        return str(said["Ready"])

    @property
    def manifest(self) -> Object:
        """The object as a person creates it."""
        metadata = {**self.metadata, "name": self.name}
        return {
            "apiVersion": API_VERSION,
            "kind": self.kind,
            "metadata": metadata,
            "spec": self.spec,
        }


def recording(hold: Hold) -> Described:
    """Return a recording in this state."""
    made = hold.seen.recording
    return Described(
        kind="CloudRecording",
        name=hold.name,
        metadata={"finalizers": list(made.finalizers)},
        spec=made.spec.to_wire(),
        status=summarise(hold.seen, hold.decision).to_wire(),
        deleting=made.deleting,
    )


def project(hold: ProjectHold) -> Described:
    """Return a project in this state."""
    return Described(
        kind="AgoraProject",
        name=hold.name,
        metadata={"finalizers": list(hold.project.finalizers)},
        spec=hold.project.spec.to_wire(),
        status=hold.status.to_wire(),
        deleting=hold.project.deleting,
    )


EVERY: Final = (
    *(recording(hold) for hold in (*HOLDS, *UNKNOWN_HOLDS)),
    *(project(hold) for hold in PROJECT_HOLDS),
)


@contextmanager
def all_made(
    cluster: ControlPlane, every: Sequence[Described], namespace: str
) -> Iterator[KubeApi]:
    """Make all of them, with exactly the status that the operator writes; remove them after."""
    with connect(cluster, namespace) as api:
        for each in every:
            made = api.create(each.manifest, dry_run=False)
            assert made.accepted, made.body
        deleted = [f"{each.kind.lower()}/{each.name}" for each in every if each.deleting]
        cluster.kubectl("delete", *deleted, "-n", namespace, "--wait=false")
        for each in every:
            _write_status(api, each)
        yield api
        for each in every:
            _patch(api, each, {"metadata": {"finalizers": None}})


def descriptions(
    cluster: ControlPlane, every: Sequence[Described], namespace: str
) -> dict[str, str]:
    """Return what kubectl describes of each, by name, without what differs each time."""
    found: dict[str, str] = {}
    for kind in sorted({each.kind for each in every}):
        names = [each.name for each in every if each.kind == kind]
        text = cluster.kubectl("describe", kind.lower(), *names, "-n", namespace)
        for pattern, words in VARIABLE.items():
            text = re.sub(pattern, words, text)
        parts = re.split(r"\n+(?=Name: )", text.strip())
        found |= {name: f"{part}\n" for name, part in zip(names, parts, strict=True)}
    return found


def rewrite(folder: Path, texts: Mapping[str, str]) -> None:
    """Make these the golden texts of a folder, and no others."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)


def _write_status(api: KubeApi, one: Described) -> None:
    """Write what the operator would, which finds the status that is a default."""
    if one.status is None:
        return
    model = STATUSES[one.kind]
    before = _patch(api, one, {"metadata": {}})["status"]
    patch = merge_patch(model.model_validate(before).to_wire(), one.status)
    written = _patch(api, one, {"status": patch})
    assert written["metadata"]["generation"] == written["status"]["observedGeneration"]


def _patch(api: KubeApi, one: Described, patch: Object) -> Object:
    answer = api.patch(one.kind, one.name, patch, dry_run=False)
    assert answer.accepted, answer.body
    return answer.body
