"""AgoraProjects at the API server: exact writes, and who needs a project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.domain.observation import FINALIZER
from agora_recording.domain.project import IN_USE
from agora_recording.kube.api import KubeApi
from agora_recording.kube.projects import KubeProjects, parse
from agora_recording.reconcile.ports import GoneError, KubeError

ROOT = "/apis/recording.agora.io/v1alpha1"
PATH = f"{ROOT}/namespaces/team/agoraprojects/main"
SHARED = f"{ROOT}/clusteragoraprojects/main"


def raw(*finalizers: str, **metadata: Any) -> dict[str, Any]:
    """Return a project as the API server sends it."""
    given = {
        "namespace": "team",
        "name": "main",
        "uid": "u",
        "generation": 1,
        "resourceVersion": "7",
        "finalizers": list(finalizers),
    }
    spec = {"appId": "0" * 32, "credentialsSecretRef": {"name": "agora"}}
    return {"metadata": {**given, **metadata}, "spec": spec}


def shared(*finalizers: str, **metadata: Any) -> dict[str, Any]:
    """Return a ClusterAgoraProject as the API server sends it."""
    made = raw(*finalizers, **metadata)
    del made["metadata"]["namespace"]
    return {**made, "spec": made["spec"] | {"allowedNamespaces": {"names": ["team"]}}}


def user(name: str, project: str | None = "main", **more: Any) -> dict[str, Any]:
    """Return a recording as the API server sends it."""
    spec = {"projectRef": {"name": project}} if project else {}
    held = {"namespace": "team", "name": name, "finalizers": [FINALIZER]}
    return {"metadata": held, "spec": spec, **more}


class FakeApi:
    """The requests that projects take."""

    def __init__(self, answer: dict[str, Any], *pages: list[dict[str, Any]]) -> None:
        self.answer = answer
        self.pages = pages
        self.patches: list[tuple[str, Mapping[str, Any]]] = []

    async def get(self, path: str) -> dict[str, Any]:
        """Read the project, or a page of the recordings."""
        if path in {PATH, SHARED}:
            return self.answer
        url = urlsplit(path)
        everywhere = "namespace" not in self.answer["metadata"]
        within = ROOT if everywhere else f"{ROOT}/namespaces/team"
        assert url.path == f"{within}/cloudrecordings"
        (limit,) = parse_qs(url.query)["limit"]
        assert limit == "500"
        page = int(parse_qs(url.query).get("continue", ["0"])[0])
        more = str(page + 1) if page + 1 < len(self.pages) else ""
        return {"items": self.pages[page], "metadata": {"continue": more}}

    async def served(self) -> frozenset[str]:
        """Name the kinds."""
        return frozenset({"agoraprojects", "cloudrecordings"})

    async def merge_patch(self, path: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        """Note a patch."""
        self.patches.append((path, patch))
        return self.answer


class WithoutRecordings(FakeApi):
    """An API server that answers 404 to lists of recordings, and may say why."""

    def __init__(self, *served: str) -> None:
        super().__init__(raw())
        self._served = frozenset(served)

    async def served(self) -> frozenset[str]:
        """Name the kinds; it is an error if there are none."""
        if not self._served:
            raise GoneError("404")
        return self._served

    async def get(self, path: str) -> dict[str, Any]:
        """Find nothing."""
        raise GoneError(path)


def projects(api: FakeApi) -> KubeProjects:
    """Return projects that are read and written there."""
    return KubeProjects(cast("KubeApi", api))


def test_a_project_is_read_as_it_is() -> None:
    """With its finalizers, and whether it is being deleted."""
    project = parse(raw("other", IN_USE, deletionTimestamp="2026-03-01T12:00:00Z"))

    assert (project.key, project.held, project.deleting) == (("team", "main"), True, True)
    assert not parse(raw("other")).held
    assert not parse(raw("other")).leaving


async def test_a_write_is_of_exactly_the_version_that_was_seen() -> None:
    """Another object of the name, or another version, is never written to."""
    api = FakeApi(raw(IN_USE, resourceVersion="8"))
    exactly = {"uid": "u", "resourceVersion": "7"}
    after = await projects(api).write_finalizers(parse(raw()), (IN_USE,))
    await projects(api).write_status(parse(raw()), AgoraProjectStatus(observed_generation=1))

    assert after == parse(api.answer)
    assert api.patches == [
        (PATH, {"metadata": {**exactly, "finalizers": [IN_USE]}}),
        (
            f"{PATH}/status",
            {"metadata": exactly, "status": {"observedGeneration": 1, "conditions": []}},
        ),
    ]


async def test_a_deleted_project_vanishes_with_its_last_finalizer() -> None:
    """The answer shows it once more."""
    gone = raw(deletionTimestamp="2026-03-01T12:00:00Z")
    lingering = raw("other", deletionTimestamp="2026-03-01T12:00:00Z")

    assert await projects(FakeApi(gone)).write_finalizers(parse(raw(IN_USE)), ()) is None
    assert await projects(FakeApi(lingering)).write_finalizers(parse(raw(IN_USE)), ("other",))


async def test_all_who_need_a_project_are_found() -> None:
    """On every page; held, or with open attempts; also what this release does not understand."""
    bare = {"namespace": "team", "name": "a"}
    idle = {"namespace": "team", "name": "idle", "finalizers": ["other"]}
    first = [user("b", spec={"projectRef": {"name": "main"}, "mode": "unheard-of"}), user("x", "y")]
    second = [
        user(
            "a",
            metadata=bare,
            status={"attempts": [{"resourceId": "r"}]},
        ),
        user("idle", metadata=idle, status={"attempts": []}),
        user("unnamed", None),
    ]
    api = FakeApi(raw(), first, second)

    assert await projects(api).users(parse(raw())) == ("a", "b")
    assert await projects(api).users(parse(raw(name="default"))) == ("unnamed",)


async def test_a_cluster_project_is_read_and_written_where_it_is() -> None:
    """In no namespace; it knows whom it serves."""
    api = FakeApi(shared(IN_USE, resourceVersion="8"))
    project = parse(shared())
    after = await projects(api).write_finalizers(project, (IN_USE,))
    await projects(api).write_status(project, AgoraProjectStatus())

    assert project.key == ("", "main")
    assert project.admits("team", {})
    assert not project.admits("other", {})
    assert after == await projects(api).read(project) == parse(api.answer)
    assert [path for path, _ in api.patches] == [SHARED, f"{SHARED}/status"]


async def test_a_cluster_project_that_names_nobody_whom_it_serves_is_not_understood() -> None:
    """The API server would refuse it; nobody is let in by its absence."""
    open_to_all = shared()
    del open_to_all["spec"]["allowedNamespaces"]

    with pytest.raises(ValidationError):
        parse(open_to_all)


async def test_who_needs_a_cluster_project_may_be_in_any_namespace() -> None:
    """They are told apart by it; and from those that name a project of their own namespace."""
    named = {"projectRef": {"kind": "ClusterAgoraProject", "name": "main"}}
    elsewhere = {"namespace": "other", "name": "a", "finalizers": [FINALIZER]}
    page = [
        user("a", spec=named),
        user("a", metadata=elsewhere, spec=named),
        user("own", spec={"projectRef": {"kind": "AgoraProject", "name": "main"}}),
        user("old"),
    ]

    assert await projects(FakeApi(shared(), page)).users(parse(shared())) == ("other/a", "team/a")
    assert await projects(FakeApi(raw(), page)).users(parse(raw())) == ("old", "own")


async def test_nobody_needs_a_project_when_there_is_no_such_kind_as_a_recording() -> None:
    """The CRD has been deleted, so all recordings have been stopped, or let go by a person."""
    assert await projects(WithoutRecordings("agoraprojects")).users(parse(raw())) == ()


@pytest.mark.parametrize("served", [("agoraprojects", "cloudrecordings"), ()])
async def test_a_404_alone_does_not_say_that_nobody_needs_a_project(
    served: tuple[str, ...],
) -> None:
    """It may be a gateway's."""
    with pytest.raises(GoneError):
        await projects(WithoutRecordings(*served)).users(parse(raw()))


async def test_a_project_of_another_release_is_an_error_like_any_other() -> None:
    """It may have been changed to something that this release does not understand."""
    odd = raw()
    odd["spec"]["endpoint"] = {"area": "Moon"}

    with pytest.raises(KubeError, match="Project main is not understood"):
        await projects(FakeApi(odd)).read(parse(raw()))
