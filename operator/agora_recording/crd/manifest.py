"""The CustomResourceDefinitions, made from the models.

Owns what a model cannot say: names, columns, selectable fields, the status that an object has
before the operator has seen it, and where the lock is attached.
"""

from datetime import UTC, datetime
from typing import Any, Final

from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec
from agora_recording.crd.lock import lock_rule
from agora_recording.crd.model import GROUP, VERSION, Model
from agora_recording.crd.project import AgoraProjectSpec, AgoraProjectStatus
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.schema import VALIDATIONS, structural
from agora_recording.crd.status import CloudRecordingStatus, Condition

Manifest = dict[str, Any]
"""A Kubernetes object as it is written in YAML."""

STATUS_PENDING: Final = (
    "Waiting for the operator, before which nothing begins. If this lasts, see whether it runs "
    "(docs/how-to/troubleshooting.md)."
)
"""What an object says of itself that no operator has seen."""


def cloud_recording() -> Manifest:
    """Return the CustomResourceDefinition of CloudRecording."""
    root = _root(
        "A recording of a channel by Agora Cloud Recording.",
        CloudRecordingSpec,
        CloudRecordingStatus(conditions=(_unseen(),)),
    )
    root[VALIDATIONS] = [lock_rule()]
    columns = [
        _column("Channel", ".spec.channel"),
        _column("Mode", ".status.mode"),
        _column("Phase", ".status.phase"),
        _column("Ready", _ready("status")),
        _column("Reason", _ready("reason")),
        _column("Age", ".metadata.creationTimestamp", kind="date"),
        _column("UID", ".status.uid", kind="integer", priority=1),
        _column("SID", ".status.sid", priority=1),
        _column("Project", ".spec.projectRef.name", priority=1),
    ]
    selectable = (".spec.channel", ".spec.desiredState", ".status.phase", ".status.sid")
    version = _version(root, columns) | {"selectableFields": [{"jsonPath": p} for p in selectable]}
    return _definition("CloudRecording", "crec", version)


def agora_project() -> Manifest:
    """Return the CustomResourceDefinition of AgoraProject."""
    text = "An Agora App ID, the credentials for it, and what its recordings share."
    return _definition("AgoraProject", "agp", _project_version(text, AgoraProjectSpec))


def cluster_agora_project() -> Manifest:
    """Return the CustomResourceDefinition of ClusterAgoraProject."""
    text = "An Agora App ID and the credentials for it, for recordings of several namespaces."
    version = _project_version(text, ClusterAgoraProjectSpec)
    return _definition("ClusterAgoraProject", "cagp", version, scope="Cluster")


def definitions() -> tuple[Manifest, ...]:
    """Return the CustomResourceDefinitions of all kinds."""
    return agora_project(), cloud_recording(), cluster_agora_project()


def _project_version(description: str, spec: type[AgoraProjectSpec]) -> Manifest:
    root = _root(description, spec, AgoraProjectStatus(conditions=(_unseen(),)))
    columns = [
        _column("App-ID", ".spec.appId"),
        _column("Area", ".spec.endpoint.area"),
        _column("Ready", _ready("status")),
        _column("Reason", _ready("reason")),
        _column("Age", ".metadata.creationTimestamp", kind="date"),
    ]
    return _version(root, columns)


def _unseen() -> Condition:
    """Return the condition of an object that the operator has not seen.

    The API server serves it as a default, without a write. It keeps `kubectl wait`, Helm and Flux
    from taking a new object for a finished one.
    """
    return Condition(
        type="Ready",
        status="Unknown",
        reason="Pending",
        message=STATUS_PENDING,
        last_transition_time=datetime.fromtimestamp(0, UTC),
    )


def _root(description: str, spec: type[Model], unseen: Model) -> Manifest:
    """Return the schema of a whole object whose status is ``unseen`` to begin with."""
    status = structural(type(unseen))
    wire = {name: value for name, value in unseen.to_wire().items() if value != []}
    return {
        "description": description,
        "type": "object",
        "required": ["spec"],
        "properties": {
            "spec": structural(spec),
            "status": {"description": status.pop("description"), "default": wire, **status},
        },
    }


def _column(name: str, path: str, *, kind: str = "string", priority: int = 0) -> Manifest:
    column = {"name": name, "type": kind, "jsonPath": path}
    return column | ({"priority": priority} if priority else {})


def _ready(member: str) -> str:
    return f'.status.conditions[?(@.type=="Ready")].{member}'


def _version(root: Manifest, columns: list[Manifest]) -> Manifest:
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "additionalPrinterColumns": columns,
        "schema": {"openAPIV3Schema": root},
    }


def _definition(
    kind: str, short_name: str, version: Manifest, *, scope: str = "Namespaced"
) -> Manifest:
    singular = kind.lower()
    names = {
        "kind": kind,
        "listKind": f"{kind}List",
        "plural": f"{singular}s",
        "singular": singular,
        "shortNames": [short_name],
        "categories": ["agora"],
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{singular}s.{GROUP}"},
        "spec": {"group": GROUP, "scope": scope, "names": names, "versions": [version]},
    }
