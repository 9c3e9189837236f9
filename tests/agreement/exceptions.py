"""What the API server accepts and the operator or Agora refuses, with the reason of each.

An exception has an example, by which a test sees that it still occurs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Tolerated:
    """A refusal that the API server cannot foresee."""

    name: str
    says: str
    """How what is said to it begins."""
    reason: str
    """Why the object alone does not tell."""
    example: Object
    """A spec that the API server accepts and the simulator refuses."""
    covers: Callable[[Object, str], bool]
    """Whether a spec may be refused with these words."""


def _numbered(spec: Object, _said: str) -> bool:
    return "regionNumber" in spec.get("storage", {})


def _fenced(spec: Object, _said: str) -> bool:
    """Whether the storage is another object's."""
    return "geofence" in spec.get("placement", {}) and "storage" not in spec


def _private(spec: Object, _said: str) -> bool:
    return "privateParameters" in spec


def _overridden(spec: Object, said: str) -> bool:
    """Whether a member is refused that was added."""
    added = spec.get("overrides", {}).get("start", {})
    return any(f".{name}" in said for name in added)


TOLERATED: Final = (
    Tolerated(
        name="a region of another release",
        says="start: clientRequest.storageConfig: region is none of the vendor's",
        reason="regionNumber is for regions that Agora has and this release does not know",
        example={
            "channel": "standup",
            "mix": {},
            "storage": {
                "vendor": "AmazonS3",
                "regionNumber": 999,
                "bucket": "b",
                "credentialsSecretRef": {"name": "s"},
            },
        },
        covers=_numbered,
    ),
    Tolerated(
        name="a storage of the project outside the fence",
        says="the operator: The storage's region us-east-1 lies outside placement.geofence",
        reason="the storage is in another object",
        example={"channel": "standup", "mix": {}, "placement": {"geofence": "Europe"}},
        covers=_fenced,
    ),
    Tolerated(
        name="parameters that are no JSON",
        says="the operator: spec.privateParameters is no JSON object",
        reason="the API server cannot read JSON in a text; that it looks like an object is checked",
        example={"channel": "standup", "mix": {}, "privateParameters": "{a}"},
        covers=_private,
    ),
    Tolerated(
        name="a member that the operator sends itself",
        says="the operator: spec.overrides.start.",
        reason="members of any name are for what no release knows; a rule cannot walk through them",
        example={
            "channel": "standup",
            "mix": {},
            "overrides": {"start": {"recordingConfig": {"maxIdleTime": 5}}},
        },
        covers=_overridden,
    ),
    Tolerated(
        name="a member that Agora does not know",
        says="start: clientRequest.",
        reason="members of any name are for what no release knows; nor does the simulator",
        example={"channel": "standup", "mix": {}, "overrides": {"start": {"newMember": 1}}},
        covers=_overridden,
    ),
)


def tolerated(spec: Object, said: str) -> bool:
    """Return whether a refusal of a spec is one of these."""
    return any(said.startswith(each.says) and each.covers(spec, said) for each in TOLERATED)
