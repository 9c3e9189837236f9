"""What a recording needs and does not find, in words for a person: what, until when, the remedy."""

from __future__ import annotations

from typing import Final

from agora_recording.domain.observation import Problem
from agora_recording.domain.reason import Reason

AGAIN: Final = "it is read within a minute"
"""When a Secret is read again that was not as it must be."""


def no_project(namespace: str, name: str) -> Problem:
    """Say that the AgoraProject ``name`` does not exist."""
    return Problem(
        Reason.PROJECT_NOT_FOUND,
        f"AgoraProject {name} does not exist in namespace {namespace}. Create it, or correct "
        "spec.projectRef; either is noticed at once.",
    )


def no_cluster_project(namespace: str, name: str) -> Problem:
    """Say that the ClusterAgoraProject ``name`` does not exist, or does not admit ``namespace``.

    Which of the two is nobody's business who is not admitted.
    """
    return Problem(
        Reason.PROJECT_NOT_FOUND,
        f"ClusterAgoraProject {name} does not exist, or does not allow namespace {namespace}. Ask "
        "who runs the cluster, or correct spec.projectRef: noticed at once.",
    )


def leaving_project(called: str) -> Problem:
    """Say that a project is being deleted, so that nothing new begins in it."""
    return Problem(
        Reason.PROJECT_TERMINATING,
        f"{called} is being deleted. Wait until it is gone and create it again, or name another in "
        "spec.projectRef; either is noticed at once.",
    )


def no_storage(called: str) -> Problem:
    """Say that neither the recording nor its project says where files go."""
    return Problem(
        Reason.STORAGE_MISSING,
        f"Neither this recording nor {called} has storage. Set spec.storage in one "
        "of them; that is noticed at once.",
    )


def no_secret(namespace: str, name: str, keys: tuple[str, ...]) -> Problem:
    """Say that a Secret, which must have ``keys``, does not exist."""
    return Problem(
        Reason.SECRET_NOT_FOUND,
        f"Secret {name} does not exist in namespace {namespace}. Create it with the keys "
        f"{' and '.join(keys)}; {AGAIN}.",
    )


def no_key(namespace: str, name: str, key: str) -> Problem:
    """Say that a Secret lacks a key, or has an empty one."""
    return Problem(
        Reason.SECRET_INCOMPLETE,
        f"Secret {name} in namespace {namespace} has no key {key}, or an empty one. Add it; "
        f"{AGAIN}.",
    )


def no_use(namespace: str, name: str, key: str, why: str) -> Problem:
    """Say that what a Secret holds under ``key`` cannot be used; ``why`` never quotes it."""
    return Problem(
        Reason.SECRET_INVALID,
        f"Key {key} of Secret {name} in namespace {namespace} {why}. Correct it; {AGAIN}.",
    )


def no_access(namespace: str, name: str) -> Problem:
    """Say that the operator may not read a Secret."""
    return Problem(
        Reason.SECRET_FORBIDDEN,
        f"The operator may not read Secret {name} in namespace {namespace}. "
        f"{Reason.SECRET_FORBIDDEN.remedy}",
    )
