"""What files hold: the objects that are good, the Secrets beside them, and what is wrong.

Of a Secret nothing is kept but its name and which of its keys hold something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from agora_recording.crd.clusterproject import ClusterAgoraProjectSpec
from agora_recording.crd.model import GROUP
from agora_recording.crd.project import AgoraProjectSpec
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage
from agora_recording.offline.finding import Finding, name_of
from agora_recording.offline.kinds import completed, judged, kinds, refusal_of_kind
from agora_recording.offline.reading import Document, UnreadableError, read

RECORDING: Final = "CloudRecording"
PROJECTS: Final[Mapping[str, type[AgoraProjectSpec]]] = {
    "AgoraProject": AgoraProjectSpec,
    "ClusterAgoraProject": ClusterAgoraProjectSpec,
}
"""The kinds of projects, and what each is read as."""
NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""A label that the API server gives each namespace, with its name."""


@dataclass(frozen=True)
class Recording:
    """A CloudRecording that the API server would take."""

    document: Document
    namespace: str
    name: str
    spec: CloudRecordingSpec


@dataclass(frozen=True)
class Project:
    """A project that the API server would take; of a cluster's, the namespace is empty."""

    document: Document
    kind: str
    namespace: str
    name: str
    spec: AgoraProjectSpec

    @property
    def called(self) -> str:
        """Kind and name."""
        return f"{self.kind} {self.name}"


@dataclass
class Inspection:
    """What was found so far."""

    namespace: str
    """That of objects that name none."""
    recordings: list[Recording] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    secrets: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """The keys that hold something, by namespace and name."""
    labels: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Those of each Namespace that the files hold, by its name."""
    findings: list[Finding] = field(default_factory=list)
    unreadable: list[UnreadableError] = field(default_factory=list)
    passed_over: list[Document] = field(default_factory=list)
    checked: int = 0

    def project_of(self, recording: Recording) -> Project | None:
        """Return the project that a recording names, if the files hold it."""
        ref = recording.spec.project_ref
        wanted = {(ref.kind, recording.namespace, ref.name), (ref.kind, "", ref.name)}
        found = (p for p in self.projects if (p.kind, p.namespace, p.name) in wanted)
        return next(found, None)

    def why_not_allowed(self, recording: Recording, project: Project) -> str | None:
        """Return why a project will not serve a recording; None if it may.

        Labels that a selector asks for are unknown unless the files hold the Namespace.
        """
        if not isinstance(project.spec, ClusterAgoraProjectSpec):
            return None
        allowed, namespace = project.spec.allowed_namespaces, recording.namespace
        asked = allowed.selector.match_labels if allowed.selector else {}
        labels = {**self.labels.get(namespace, asked), NAME_LABEL: namespace}
        if allowed.admits(namespace, labels):
            return None
        hint = "" if _namespace_given(recording.document.value) else ", or give another with -n"
        return (
            f"{project.called} does not allow namespace {namespace}; add it to its "
            f"spec.allowedNamespaces{hint}"
        )

    def shown_to(self, recording: Recording, project: Project) -> Mapping[str, frozenset[str]]:
        """Return the keys of the Secrets, by name, that a start of ``recording`` may take."""
        places = (project.namespace, recording.namespace)  # the recording's own come last
        return {
            name: keys
            for place in places
            for (namespace, name), keys in self.secrets.items()
            if namespace == place
        }

    def take(self, document: Document) -> None:
        """Look at one object."""
        value = document.value
        if not isinstance(value, dict) or not _is_ours(value):
            self._pass_over(document)
            return
        self.checked += 1
        refusal = refusal_of_kind(value)
        kind = kinds().get(str(value.get("kind")))
        causes = judged(kind, value) if kind and not refusal else [refusal] if refusal else []
        self.findings += [Finding.of(document, cause) for cause in causes]
        if kind and not causes:
            self._keep(document, completed(kind, value), namespaced=kind.namespaced)

    def _pass_over(self, document: Document) -> None:
        if document.value is None:  # nothing between two lines of hyphens
            return
        self.passed_over.append(document)
        value = document.value
        if not isinstance(value, dict):
            return
        if value.get("kind") == "Secret":
            self.secrets[self._namespace(value), name_of(value)] = _filled(value)
        elif value.get("kind") == "Namespace":
            self.labels[name_of(value)] = _labels(value)

    def _keep(self, document: Document, whole: dict[str, Any], *, namespaced: bool) -> None:
        kind, name = whole["kind"], name_of(whole)
        namespace = self._namespace(whole) if namespaced else ""
        if kind == RECORDING:
            spec = CloudRecordingSpec.model_validate(whole["spec"])
            self.recordings.append(Recording(document, namespace, name, spec))
        else:
            project = PROJECTS[kind].model_validate(whole["spec"])
            self.projects.append(Project(document, kind, namespace, name, project))

    def _namespace(self, manifest: Mapping[str, Any]) -> str:
        return str(_namespace_given(manifest) or self.namespace)


def inspect(files: Iterable[str], namespace: str) -> Inspection:
    """Look at all objects of files and folders; ``namespace`` is that of those that name none."""
    found = Inspection(namespace)
    for document in read(files, found.unreadable):
        found.take(document)
    return found


def storage_of(recording: Recording, project: Project | None) -> Storage | None:
    """Return where the files of a recording go, as far as is known."""
    return recording.spec.storage or (project.spec.storage if project else None)


def _is_ours(manifest: Mapping[str, Any]) -> bool:
    """Say whether an object is of a kind of ours, or is meant to be."""
    group = str(manifest.get("apiVersion", "")).partition("/")[0]
    return group == GROUP or str(manifest.get("kind")) in kinds()


def _namespace_given(manifest: Mapping[str, Any]) -> object:
    metadata = manifest.get("metadata")
    return metadata.get("namespace") if isinstance(metadata, dict) else None


def _labels(namespace: Mapping[str, Any]) -> Mapping[str, str]:
    metadata = namespace.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return labels if isinstance(labels, dict) else {}


def _filled(secret: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of a Secret under which there is something."""
    parts = [secret.get(member) for member in ("data", "stringData")]
    return frozenset(
        str(key) for part in parts if isinstance(part, dict) for key, held in part.items() if held
    )
