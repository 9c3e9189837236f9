"""The metadata of an object: which fields it has, and which names Kubernetes takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from agora_recording.crd.schema import Schema
from agora_recording.offline import cause
from agora_recording.offline.cause import Cause

_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "object", "additionalProperties": _TEXT}
_INTEGER: Final[Schema] = {"type": "integer"}
_ANY: Final[Schema] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

SCHEMA: Final[Schema] = {
    "description": "Name, namespace, labels and annotations of the object.",
    "type": "object",
    "x-kubernetes-preserve-unknown-fields": True,
    "properties": {
        "name": _TEXT,
        "generateName": _TEXT,
        "namespace": _TEXT,
        "labels": _TEXTS,
        "annotations": _TEXTS,
        "finalizers": {"type": "array", "items": _TEXT},
        "ownerReferences": {"type": "array", "items": _ANY},
        "creationTimestamp": _TEXT,
        "deletionGracePeriodSeconds": _INTEGER,
        "deletionTimestamp": _TEXT,
        "generation": _INTEGER,
        "managedFields": {"type": "array", "items": _ANY},
        "resourceVersion": _TEXT,
        "selfLink": _TEXT,
        "uid": _TEXT,
    },
}
"""ObjectMeta; what of it only the API server writes may be there, as in what it printed.

Of metadata alone the API server drops fields that do not exist without a word.
"""

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_STEM: Final = rf"{_SUBDOMAIN}-*"
"""A name without the random letters that make it one."""
LONGEST_NAME: Final = 253
LONGEST_NAMESPACE: Final = 63

_NAME: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    f"for validation is '{_SUBDOMAIN}')"
)
_NAMESPACE: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    f"for validation is '{_LABEL}')"
)


def causes(metadata: Any) -> Iterator[Cause]:  # noqa: ANN401 - JSON
    """Yield what is wrong with names, whose types are right or judged elsewhere."""
    fields = metadata if isinstance(metadata, dict) else {}
    name, stem = fields.get("name"), fields.get("generateName")
    if not name and not stem:
        yield cause.required(("metadata", "name"), "name or generateName is required")
    if isinstance(name, str) and name:
        yield from _spelling("name", name, _SUBDOMAIN, LONGEST_NAME, _NAME)
    elif isinstance(stem, str) and stem:
        yield from _spelling("generateName", stem, _STEM, LONGEST_NAME, _NAME)
    namespace = fields.get("namespace")
    if isinstance(namespace, str) and namespace:
        yield from _spelling("namespace", namespace, _LABEL, LONGEST_NAMESPACE, _NAMESPACE)


def _spelling(field: str, text: str, pattern: str, most: int, detail: str) -> Iterator[Cause]:
    path = ("metadata", field)
    if len(text) > most:
        yield cause.invalid(path, text, f"must be no more than {most} characters")
    if not re.fullmatch(pattern, text, re.ASCII):
        yield cause.invalid(path, text, detail)
