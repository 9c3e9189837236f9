"""What an operator needs to know of its kinds before it works."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest

from agora_recording.crd.manifest import definitions
from agora_recording.kube.api import KubeApi
from agora_recording.kube.kinds import SCHEMAS, WRITTEN, lacking, unknown
from agora_recording.kube.scope import EVERYWHERE
from agora_recording.reconcile.ports import ForbiddenError, KubeError, UnreachableError

PLURALS = EVERYWHERE.plurals
GVK = {"group": "recording.agora.io", "version": "v1alpha1"}


def of_crds() -> dict[str, Any]:
    """Return the schemas of the CRDs as they are, by kind."""
    return {
        crd["spec"]["names"]["kind"]: copy.deepcopy(
            crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        )
        for crd in definitions()
    }


class FakeApi:
    """Serves kinds and schemas, or not."""

    def __init__(self, served: frozenset[str], schemas: dict[str, Any] | KubeError) -> None:
        self._served, self._schemas = served, schemas

    async def served(self) -> frozenset[str]:
        """Return what is served."""
        return self._served

    async def get(self, path: str) -> dict[str, Any]:
        """Return the schemas as the API server publishes them."""
        assert path == SCHEMAS
        if isinstance(self._schemas, KubeError):
            raise self._schemas
        named = {
            f"io.agora.{kind}": schema | {"x-kubernetes-group-version-kind": [GVK | {"kind": kind}]}
            for kind, schema in self._schemas.items()
        }
        return {"components": {"schemas": {**named, "io.k8s.Time": {"type": "string"}}}}


async def said(served: frozenset[str], schemas: dict[str, Any] | KubeError) -> str | None:
    """Return what is said to be lacking."""
    return await lacking(cast("KubeApi", FakeApi(served, schemas)), PLURALS)


async def test_nothing_lacks_with_the_crds_of_this_release() -> None:
    """All that it writes is known."""
    assert WRITTEN.keys() == PLURALS
    assert {kind for kind, _ in WRITTEN.values()} == of_crds().keys()
    assert await said(PLURALS, of_crds()) is None


async def test_newer_crds_do_no_harm() -> None:
    """They have more than is written."""
    schemas = of_crds()
    schemas["CloudRecording"]["properties"]["status"]["properties"]["more"] = {"type": "string"}

    assert await said(PLURALS, schemas) is None


@pytest.mark.parametrize(
    "path",
    [
        "CloudRecording.status",
        "CloudRecording.status.phase",
        "CloudRecording.status.attempts.sid",
        "CloudRecording.status.query.state",
        "AgoraProject.status.conditions.reason",
        "ClusterAgoraProject.status.observedGeneration",
    ],
)
async def test_an_older_crd_is_named_with_what_it_lacks(path: str) -> None:
    """Also deep inside of lists."""
    schemas = of_crds()
    kind, *parents, last = path.split(".")
    node = schemas[kind]
    for name in parents:
        node = node["properties"][name]
        node = node.get("items", node)
    del node["properties"][last]

    assert [*unknown(schemas, PLURALS)] == [path]
    assert await said(PLURALS, schemas) == (
        f"the CRDs are older than this operator, without {path}: "
        "install the CustomResourceDefinitions of this release"
    )


async def test_a_kind_that_is_not_served_is_named() -> None:
    """Before any schema is asked for."""
    message = await said(PLURALS - {"agoraprojects"}, UnreachableError("no"))

    assert message is not None
    assert "does not know agoraprojects" in message


async def test_schemas_that_are_not_published_yet_are_waited_for() -> None:
    """They come a moment after the kinds."""
    assert await said(PLURALS, UnreachableError("404"))
    assert await said(PLURALS, {})


async def test_schemas_that_may_not_be_read_hold_up_nothing() -> None:
    """A cluster may keep them from a ServiceAccount."""
    assert await said(PLURALS, ForbiddenError("403")) is None
