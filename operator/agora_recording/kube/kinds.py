"""Whether the API server knows our kinds, and all that this release writes into them.

A status with a field that the CRD does not have is refused as a whole: nothing could be told, and
nothing begun. So who is newer than the CRDs waits for them. To be older does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from agora_recording.crd.model import API_VERSION, GROUP, VERSION, Model
from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.crd.schema import Schema, structural
from agora_recording.crd.status import CloudRecordingStatus
from agora_recording.kube.api import KubeApi
from agora_recording.reconcile.ports import ForbiddenError, KubeError

WRITTEN: Final[Mapping[str, tuple[str, type[Model]]]] = {
    "agoraprojects": ("AgoraProject", AgoraProjectStatus),
    "cloudrecordings": ("CloudRecording", CloudRecordingStatus),
    "clusteragoraprojects": ("ClusterAgoraProject", AgoraProjectStatus),
}
"""Kind and status by the plural."""
SCHEMAS: Final = f"/openapi/v3/apis/{API_VERSION}"
"""Where the API server publishes its schemas, to whomever it knows."""
_KIND: Final = "x-kubernetes-group-version-kind"
_REMEDY: Final = "install the CustomResourceDefinitions of this release"


async def lacking(api: KubeApi, plurals: frozenset[str]) -> str | None:
    """Say for people what the API server does not know, and what to do; None if it knows all."""
    try:
        if missing := sorted(plurals - await api.served()):
            return f"the API server does not know {', '.join(missing)}: {_REMEDY}"
        schemas = await _schemas(api)
        if older := [] if schemas is None else [*unknown(schemas, plurals)]:
            return f"the CRDs are older than this operator, without {', '.join(older)}: {_REMEDY}"
    except KubeError as error:
        return f"the API server does not say what it knows ({error}): {_REMEDY}"
    return None


def unknown(schemas: Mapping[str, Schema], plurals: frozenset[str]) -> Iterator[str]:
    """Yield the fields that are written and that the schemas, given by kind, do not know."""
    for plural in sorted(plurals):
        kind, status = WRITTEN[plural]
        written = {"properties": {"status": structural(status)}}
        yield from _beyond(written, schemas.get(kind, {}), kind)


async def _schemas(api: KubeApi) -> dict[str, Schema] | None:
    """Return the schemas of our kinds, by kind; None if they are not for us to read."""
    try:
        published: dict[str, Any] = (await api.get(SCHEMAS))["components"]["schemas"]
    except ForbiddenError:
        return None
    ours = {"group": GROUP, "version": VERSION}.items()
    return {
        name["kind"]: schema
        for schema in published.values()
        for name in schema.get(_KIND, ())
        if ours <= name.items()
    }


def _beyond(ours: Schema, theirs: Schema, path: str) -> Iterator[str]:
    """Yield the paths of the fields that the one schema has and the other has not."""
    known = theirs.get("properties", {})
    for name, schema in ours.get("properties", {}).items():
        if name in known:
            yield from _beyond(schema, known[name], f"{path}.{name}")
        else:
            yield f"{path}.{name}"
    if "items" in ours:
        yield from _beyond(ours["items"], theirs.get("items", {}), path)
