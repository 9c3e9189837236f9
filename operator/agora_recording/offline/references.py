"""What objects of the same files say of each other: warnings, since the cluster may hold more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agora_recording.offline.cause import Cause, Path
from agora_recording.offline.finding import Finding
from agora_recording.offline.inspection import Inspection, Project, Recording, storage_of
from agora_recording.offline.reading import Document
from agora_recording.translate.refusal import why_refused
from agora_recording.translate.secrets import (
    SecretNeed,
    account_need,
    certificate_need,
    needs_of,
    storage_need,
)


def beside(found: Inspection) -> Iterator[Finding]:
    """Yield what the API server does not look at: why nothing would be started, and warnings.

    Those are of what objects name and the files, which hold others of the sort, do not hold.
    """
    for project in found.projects:
        yield from _of_project(found, project)
    for recording in found.recordings:
        yield from _of_recording(found, recording)
    yield from _rivals(found)


def _rivals(found: Inspection) -> Iterator[Finding]:
    """Warn of recordings that name the same channel and uid: Agora records that once at a time."""
    first: dict[tuple[str, str, int], str] = {}
    for each in found.recordings:
        project = found.project_of(each)
        if project is None or each.spec.uid is None:
            continue  # a derived uid is its own
        target = (project.spec.app_id, each.spec.channel, each.spec.uid)
        here = f"CloudRecording {each.namespace}/{each.name}"
        other = first.setdefault(target, here)
        if other != here:
            text = (
                f"{other} of these files records the same channel with the same uid; one of them "
            )
            text += "will wait (DuplicateTarget) until the other is gone: give it another uid"
            yield Finding.warning(each.document, ("spec", "uid"), text)


def _of_project(found: Inspection, project: Project) -> Iterator[Finding]:
    if not project.namespace:
        return  # its Secrets are in the operator's namespace, which no file tells
    spec = project.spec
    needs = [account_need(spec.credentials_secret_ref)]
    if spec.app_certificate_secret_ref:
        needs.append(certificate_need(spec.app_certificate_secret_ref))
    if spec.storage:
        needs.append(storage_need(spec.storage))
    for need in needs:
        yield from _keys(found, project.document, project.namespace, need)


def _of_recording(found: Inspection, recording: Recording) -> Iterator[Finding]:
    document, spec = recording.document, recording.spec
    project = found.project_of(recording)
    others = sorted(each.called for each in found.projects)
    if project is None and others:
        text = f"{spec.project_ref.kind} {spec.project_ref.name} is not in these files, which hold "
        text += f"{', '.join(others)}; it must be in the cluster"
        yield Finding.warning(document, ("spec", "projectRef"), text)
    if project and (why := found.why_not_allowed(recording, project)) is not None:
        yield Finding.warning(document, ("spec", "projectRef"), f"it would not be started: {why}")
    storage = storage_of(recording, project)
    if (why := why_refused(spec, storage)) is not None:
        yield Finding.of(document, Cause(("spec",), f"it would not be started: {why}"))
    if storage is None:
        if project is not None:
            text = f"neither this recording nor {project.called} has storage; set it in one of them"
            yield Finding.warning(document, ("spec", "storage"), text)
        return
    shared = storage_need(storage) if spec.storage is None else None  # the project's, told above
    for need in needs_of(spec, storage).values():
        if need != shared:
            yield from _keys(found, document, recording.namespace, need)


def _keys(
    found: Inspection, document: Document, namespace: str, need: SecretNeed
) -> Iterator[Finding]:
    held = found.secrets.get((namespace, need.name))
    if held is None:
        return  # Secrets belong in no file
    for key in need.required:
        if key not in held:
            text = f"Secret {need.name} of these files has no key {key}, or an empty one"
            yield Finding.warning(document, _reference(document.value, need.name, ()), text)


def _reference(value: Mapping[str, Any], name: str, path: Path) -> Path:
    """Return where an object names a Secret."""
    for member, child in value.items():
        inner = (*path, member)
        if not isinstance(child, dict):
            continue
        if member.endswith("SecretRef") and child.get("name") == name:
            return inner
        if deeper := _reference(child, name, inner):
            return deeper
    return ()
