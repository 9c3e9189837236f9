"""What a recording needs and does not find, in words for a person: what, until when, the remedy.

A namespace is named only where it is not the object's own.
"""

from __future__ import annotations

from typing import Final

from agora_recording.domain.observation import Problem
from agora_recording.domain.reason import Reason
from agora_recording.domain.wording import BEFORE_MEANWHILE, ROOM, worded

AGAIN: Final = "read within a minute"
"""When a Secret is read again that was not as it must be."""


def no_project(name: str) -> Problem:
    """Say that the AgoraProject ``name`` does not exist."""
    return Problem(
        Reason.PROJECT_NOT_FOUND,
        worded(
            "AgoraProject {name} does not exist. Create it, or correct spec.projectRef: noticed at "
            "once.",
            BEFORE_MEANWHILE,
            name=name,
        ),
    )


def no_cluster_project(name: str) -> Problem:
    """Say that the ClusterAgoraProject ``name`` does not exist, or does not admit the namespace.

    Which of the two is nobody's business who is not admitted.
    """
    return Problem(
        Reason.PROJECT_NOT_FOUND,
        worded(
            "ClusterAgoraProject {name} is missing or not for this namespace. Ask its admin, or "
            "correct spec.projectRef: noticed at once.",
            BEFORE_MEANWHILE,
            name=name,
        ),
    )


def leaving_project(name: str) -> Problem:
    """Say that a project is being deleted, so that nothing new begins in it."""
    return Problem(
        Reason.PROJECT_TERMINATING,
        worded(
            "Project {name} is being deleted. Once it is gone, create it again, or name another in "
            "spec.projectRef: noticed at once.",
            BEFORE_MEANWHILE,
            name=name,
        ),
    )


def no_storage(name: str) -> Problem:
    """Say that neither the recording nor its project ``name`` says where files go."""
    return _problem(
        Reason.STORAGE_MISSING,
        "Neither this recording nor project {name} has storage. Set spec.storage in one of them: "
        "noticed at once.",
        name=name,
    )


def no_secret(name: str, keys: tuple[str, ...], namespace: str = "") -> Problem:
    """Say that a Secret, which must have ``keys``, does not exist."""
    wanted = {f"key{number}": key for number, key in enumerate(keys)}
    named = " and ".join(f"{{{field}}}" for field in wanted)
    return _problem(
        Reason.SECRET_NOT_FOUND,
        f"{secret(namespace)} does not exist. Create it with the keys {named}; {AGAIN}.",
        name=name,
        namespace=namespace,
        **wanted,
    )


def no_key(name: str, key: str, namespace: str = "") -> Problem:
    """Say that a Secret lacks a key, or has an empty one."""
    return _problem(
        Reason.SECRET_INCOMPLETE,
        f"{secret(namespace)} has no key {{key}}, or an empty one. Add it; {AGAIN}.",
        name=name,
        namespace=namespace,
        key=key,
    )


def no_use(name: str, key: str, why: str, namespace: str = "") -> Problem:
    """Say that what a Secret holds under ``key`` cannot be used; ``why`` never quotes it."""
    return _problem(
        Reason.SECRET_INVALID,
        f"Key {{key}} of {secret(namespace)} {why}. Correct it; {AGAIN}.",
        name=name,
        namespace=namespace,
        key=key,
    )


def no_access(name: str, namespace: str = "") -> Problem:
    """Say that the operator may not read a Secret."""
    return _problem(
        Reason.SECRET_FORBIDDEN,
        f"The operator may not read {secret(namespace)}. Grant its ServiceAccount get on Secrets; "
        "tried again within a minute.",
        name=name,
        namespace=namespace,
    )


def secret(namespace: str) -> str:
    """Return words for a Secret: fields for its name, and for a namespace that is another."""
    return "Secret {namespace}/{name}" if namespace else "Secret {name}"


def _problem(reason: Reason, text: str, **names: str) -> Problem:
    return Problem(reason, worded(text, ROOM, **names))
