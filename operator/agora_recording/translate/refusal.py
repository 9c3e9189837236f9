"""Why no request is made of a spec: what Agora would refuse, and the API server cannot see."""

from __future__ import annotations

import json
from typing import Final

from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.storage import Storage
from agora_recording.domain.observation import Problem
from agora_recording.domain.reason import Reason
from agora_recording.domain.wording import ROOM, worded
from agora_recording.translate.overrides import refused_members
from agora_recording.translate.placement import is_outside
from agora_recording.translate.requests import start_request
from agora_recording.translate.storage import NOWHERE

SHOWN: Final = 1000
"""How much of a path that a person made up is looked at."""
AT_ONCE: Final = "Correct the spec: noticed at once."


def refusal(spec: CloudRecordingSpec, storage: Storage | None) -> Problem | None:
    """Return why a recording cannot be asked for, if so, as people read it in a condition."""
    why = why_refused(spec, storage)
    return None if why is None else Problem(Reason.REQUEST_REFUSED, f"{why} {AT_ONCE}")


def why_refused(spec: CloudRecordingSpec, storage: Storage | None) -> str | None:
    """Return why a recording cannot be asked for, if so: what is known without calling Agora.

    Args:
        spec: What is to be recorded.
        storage: Where files go, if that is known.
    """
    return _no_json(spec) or _refused_override(spec, storage) or _outside(spec, storage)


def _no_json(spec: CloudRecordingSpec) -> str | None:
    if spec.private_parameters is None:
        return None
    try:
        json.loads(spec.private_parameters, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        why = f"{error.msg} at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError) as error:
        why = str(error)
    else:
        return None
    return _worded("spec.privateParameters is no JSON object: {why}.", why=why)


def _no_constant(name: str) -> None:
    """Refuse what Python takes for JSON and Agora does not: NaN, Infinity."""
    raise ValueError(f"{name} is no number of JSON's")


def _refused_override(spec: CloudRecordingSpec, storage: Storage | None) -> str | None:
    added = spec.overrides.start if spec.overrides else None
    if not added:
        return None
    own = start_request(spec.model_copy(update={"overrides": None}), storage or NOWHERE, {})
    path, why = next(refused_members(own, added), (None, None))
    if path is None:
        return None
    text = f"spec.overrides.start.{{path}}: {why}."
    return _worded(text, path=" ".join(path[:SHOWN].split()))


def _outside(spec: CloudRecordingSpec, storage: Storage | None) -> str | None:
    if spec.placement is None or storage is None or not is_outside(spec, storage):
        return None
    return _worded(
        "The storage's region {region} lies outside placement.geofence {geofence}, which holds "
        "for the files too.",
        region=storage.region or f"of number {storage.region_number}",
        geofence=str(spec.placement.geofence),
    )


def _worded(text: str, **names: str) -> str:
    """Fill in what a person made up, as far as there is room for it beside what to do."""
    return worded(text, ROOM - len(f" {AT_ONCE}"), **names)
