"""What the API server may accept and Agora refuse, each with the reason why that cannot be told.

An exception has an example, by which a test sees that it still occurs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Tolerated:
    """A refusal of Agora's that the API server cannot foresee."""

    name: str
    says: str
    """What the simulator says to it."""
    reason: str
    """Why the object alone does not tell."""
    example: Object
    """A spec that the API server accepts and the simulator refuses."""
    covers: Callable[[Object], bool]
    """Whether a spec may be refused so."""


def _numbered(spec: Object) -> bool:
    return "regionNumber" in spec.get("storage", {})


def _fenced(spec: Object) -> bool:
    """Whether the storage is another object's, or its region is not named."""
    return "geofence" in spec.get("placement", {}) and "region" not in spec.get("storage", {})


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
        says="start: clientRequest.storageConfig.region: outside the region acquired for",
        reason="the storage is in another object; the operator refuses to begin, and says why",
        example={"channel": "standup", "mix": {}, "placement": {"geofence": "Europe"}},
        covers=_fenced,
    ),
)


def tolerated(spec: Object, said: str) -> bool:
    """Return whether a refusal of a spec is one of these."""
    return any(each.says == said and each.covers(spec) for each in TOLERATED)
