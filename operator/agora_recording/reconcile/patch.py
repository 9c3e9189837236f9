"""What a write changes: the difference between two statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agora_recording.crd.status import CloudRecordingStatus


def merge_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON merge patch (RFC 7386) that turns ``before`` into ``after``."""
    patch: dict[str, Any] = dict.fromkeys(before.keys() - after.keys())
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            if changed := merge_patch(old, value):
                patch[key] = changed
        elif value != old:
            patch[key] = value
    return patch


def has_new_sid(before: CloudRecordingStatus, after: CloudRecordingStatus) -> bool:
    """Say whether ``after`` holds a sid that ``before`` does not: what must never be lost."""
    stored = {attempt.sid for attempt in before.attempts}
    return any(attempt.sid and attempt.sid not in stored for attempt in after.attempts)
