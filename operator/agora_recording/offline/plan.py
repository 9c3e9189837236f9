"""The requests that the operator would send for a recording, made by the same code.

No secret is read for it. Requests are made with stand-ins for all that Secrets hold, and twice,
with different ones: whatever differs comes from a secret and is hidden, wherever it has got to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, Final

from agora_recording.agora import protocol
from agora_recording.agora.hiding import HIDDEN, SECRET_MEMBERS
from agora_recording.agora.hosts import HOSTS
from agora_recording.agora.protocol import Request
from agora_recording.crd.clusterproject import ClusterEndpoint
from agora_recording.crd.recording import DesiredState
from agora_recording.crd.status import Attempt
from agora_recording.crd.storage import Storage
from agora_recording.domain.claim import derived_uid
from agora_recording.offline.finding import Finding
from agora_recording.offline.inspection import Inspection, Project, Recording, storage_of
from agora_recording.offline.words import summary
from agora_recording.translate import requests
from agora_recording.translate.overrides import SECRETIVE
from agora_recording.translate.placement import acquire_request
from agora_recording.translate.refusal import why_refused
from agora_recording.translate.secrets import (
    SecretNeed,
    SecretValues,
    needs_of,
    project_needs_of,
)
from agora_recording.translate.tokens import pinned, token_of

RESOURCE_ID: Final = "{resourceId}"
SID: Final = "{sid}"
"""Stand for what Agora answers."""

SECRETS: Final = (SECRET_MEMBERS, SECRETIVE)
"""What members are named whose values nobody may read."""

EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""Stands for the time of a start, which only tokens hold."""

STAND_INS: Final = (f"{1:032}", f"{2:032}")
"""Stand for what Secrets hold; 32 digits, as App Certificates have, and a time in seconds."""


@dataclass(frozen=True)
class Call:
    """One request."""

    operation: str
    when: str
    method: str
    url: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What the operator would do for a recording."""

    namespace: str
    name: str
    uid: int
    summary: str
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Subject:
    """What a plan is made of."""

    recording: Recording
    project: Project
    storage: Storage
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The keys that hold something, by the names of the Secrets that the files hold."""

    @property
    def uid(self) -> int:
        """The recorder's."""
        spec, name = self.recording.spec, self.recording.name
        app_id, namespace = self.project.spec.app_id, self.recording.namespace
        return spec.uid or derived_uid(app_id, spec.channel, namespace, name)


def plans(found: Inspection) -> tuple[list[Plan], list[Finding]]:
    """Return the plan of each recording, and why there is none of the others."""
    made: list[Plan] = []
    missing: list[Finding] = []
    for recording in found.recordings:
        project = found.project_of(recording)
        storage = storage_of(recording, project)
        if project is None:
            ref = recording.spec.project_ref
            text = f"not planned: {ref.kind} {ref.name} is not in these files; give its file, too"
            missing.append(Finding.missing(recording.document, ("spec", "projectRef"), text))
        elif (why := found.why_not_allowed(recording, project)) is not None:
            text = f"not planned: {why}"
            missing.append(Finding.missing(recording.document, ("spec", "projectRef"), text))
        elif storage is None:
            text = f"not planned: neither it nor {project.called} has storage"
            missing.append(Finding.missing(recording.document, ("spec", "storage"), text))
        elif (why := why_refused(recording.spec, storage)) is not None:
            text = f"not planned: {why}"
            missing.append(Finding.missing(recording.document, ("spec",), text))
        else:
            shown = found.shown_to(recording, project)
            made.append(planned(Subject(recording, project, storage, shown)))
    return made, missing


def planned(subject: Subject) -> Plan:
    """Return the calls of the life of a recording that nobody changes."""
    recording, uid = subject.recording, subject.uid
    stopped = recording.spec.desired_state is DesiredState.STOPPED
    return Plan(
        namespace=recording.namespace,
        name=recording.name,
        uid=uid,
        summary=summary(recording.spec, subject.storage, uid),
        calls=() if stopped else _calls(subject),
    )


def _calls(subject: Subject) -> tuple[Call, ...]:
    spec, app_id = subject.recording.spec, subject.project.spec.app_id
    task = requests.task(_attempt(subject, {}))
    one, other = (_start(subject, stand_in) for stand_in in STAND_INS)
    endpoint, placement = _endpoint(subject.project), spec.placement
    others = (placement.away_from if placement else None) or ()
    asked = acquire_request(spec, (f"RESOURCE-ID-OF-{each.name}" for each in others))
    acquire = protocol.acquire(app_id, spec.channel, subject.uid, asked)
    return (
        _call(endpoint, acquire, "at once"),
        _call(endpoint, replace(one, body=hidden(one.body, other.body)), "within 2 s of it"),
        _call(endpoint, protocol.stop(task, SID, async_stop=True), "when the object is deleted"),
    )


def _call(endpoint: str, request: Request, when: str) -> Call:
    url = endpoint + request.path
    return Call(request.operation, when, request.method, url, request.body or {})


def _endpoint(project: Project) -> str:
    """Return where Agora's API is called as long as nothing is wrong there."""
    own = project.spec.endpoint
    url = own.url if isinstance(own, ClusterEndpoint) else None
    return url or HOSTS[own.area][0]


def _start(subject: Subject, stand_in: str) -> Request:
    """Return the start as it would be if all secrets were ``stand_in``."""
    spec, storage = subject.recording.spec, subject.storage
    needs = {**needs_of(spec, storage), **project_needs_of(subject.project.spec, spec)}
    secrets = {
        purpose: dict.fromkeys(_held(subject, need), stand_in) for purpose, need in needs.items()
    }
    attempt = _attempt(subject, secrets)
    body = requests.start_request(spec, storage, secrets, token_of(attempt, secrets))
    return protocol.start(requests.task(attempt), body)


def _held(subject: Subject, need: SecretNeed) -> list[str]:
    """Return what a Secret holds, by our names: what it may lack only if the files show it."""
    shown = subject.shown.get(need.name, frozenset())
    return [ours for ours, key in need.keys.items() if ours not in need.optional or key in shown]


def _attempt(subject: Subject, secrets: SecretValues) -> Attempt:
    spec, project = subject.recording.spec, subject.project
    return Attempt(
        number=1,
        resource_id=RESOURCE_ID,
        owner="",
        app_id=project.spec.app_id,
        endpoint=_endpoint(project),
        channel=spec.channel,
        uid=subject.uid,
        mode=spec.mode,
        acquired_at=EPOCH,
        **pinned(spec, secrets, EPOCH, 0.0),
    )


def hidden(one: Any, other: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return a request without its secrets.

    Args:
        one: The request, made with some secrets.
        other: The same, made with others.
        name: Name of the member that it is.
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {key: hidden(value, other.get(key), key) for key, value in one.items()}
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return [hidden(*pair, name) for pair in zip_longest(one, other)]
    secret = isinstance(one, str) and any(names.search(name) for names in SECRETS)
    if secret or one != other:
        return HIDDEN
    return _hidden_within(one) if isinstance(one, str) else one


def _hidden_within(text: str) -> str:
    """Hide the same in a text that is an object of its own, as privateParams is."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(hidden(told, told)) if isinstance(told, dict) else text
