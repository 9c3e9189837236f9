"""How a project stands, and whom it serves."""

import pytest

from agora_recording.crd.clusterproject import (
    AllowedNamespaces,
    ClusterEndpoint,
    NamespaceSelector,
)
from agora_recording.crd.project import AgoraProjectStatus, Endpoint
from agora_recording.crd.recording import ProjectKind, ProjectReference
from agora_recording.domain.observation import Problem
from agora_recording.domain.project import IN_USE, Key, Project, kept_for, key_of, report, user_of
from agora_recording.domain.reason import Reason
from builders import NOW, cluster_project, project, recording, spec


def made(**members: object) -> Project:
    """Return a project."""
    given: dict[str, object] = {
        "namespace": "default",
        "name": "agora",
        "uid": "project-1",
        "generation": 4,
        "resource_version": "10",
        "finalizers": (),
        "spec": project(),
        "status": AgoraProjectStatus(),
    }
    return Project(**{**given, **members})


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (None, ("True", "Available", Reason.AVAILABLE.text)),
        (Problem(Reason.SECRET_NOT_FOUND, "Words."), ("False", "SecretNotFound", "Words.")),
    ],
)
def test_a_project_is_ready_unless_something_is_wrong(
    problem: Problem | None, expected: tuple[str, str, str]
) -> None:
    """One condition says so, of the generation that was looked at."""
    status = report(made(), problem, NOW)
    (ready,) = status.conditions

    assert (status.observed_generation, ready.observed_generation) == (4, 4)
    assert expected == (ready.status, ready.reason, ready.message)
    assert (ready.type, ready.last_transition_time) == ("Ready", NOW)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "0 are"), (5, "0, 1, 2, 3, 4 are"), (6, "0, 1, 2, 3, 4 and others are")],
)
def test_five_of_those_that_hold_a_deletion_up_are_named(number: int, said: str) -> None:
    """Of the others it is said that there are some."""
    problem = kept_for([str(n) for n in range(number)])

    assert problem.reason is Reason.IN_USE
    assert f"CloudRecordings {said} stopped" in problem.message


@pytest.mark.parametrize(
    ("members", "leaving"), [({}, False), ({"deleting": True}, True), ({"gone": True}, True)]
)
def test_nothing_begins_in_a_project_that_leaves(
    members: dict[str, object], *, leaving: bool
) -> None:
    """While it is being deleted, and after."""
    assert leaving == made(**members).leaving


@pytest.mark.parametrize(
    ("finalizers", "held"), [((), False), (("other",), False), (("other", IN_USE), True)]
)
def test_a_project_is_held_by_our_finalizer(finalizers: tuple[str, ...], *, held: bool) -> None:
    """Others are other people's business."""
    assert held == made(finalizers=finalizers).held


SELECTOR = NamespaceSelector(match_labels={"recording": "yes", "tier": "a"})


@pytest.mark.parametrize(
    ("allowed", "labels", "admitted"),
    [
        (AllowedNamespaces(), {}, False),
        (AllowedNamespaces(names=("team",)), {}, True),
        (AllowedNamespaces(names=("tea", "team-a", "*")), {}, False),
        (AllowedNamespaces(selector=SELECTOR), {}, False),
        (AllowedNamespaces(selector=SELECTOR), {"recording": "yes"}, False),
        (AllowedNamespaces(selector=SELECTOR), {"recording": "no", "tier": "a"}, False),
        (AllowedNamespaces(selector=SELECTOR), {"recording": "yes", "tier": "a", "x": "y"}, True),
        (AllowedNamespaces(names=("team",), selector=SELECTOR), {}, True),
        (AllowedNamespaces(names=("a",), selector=SELECTOR), {"recording": "yes"}, False),
    ],
)
def test_a_namespace_is_admitted_by_its_name_or_by_all_the_labels(
    allowed: AllowedNamespaces, labels: dict[str, str], *, admitted: bool
) -> None:
    """And by nothing else: who is not allowed is refused."""
    shared = made(namespace="", spec=cluster_project(allowed_namespaces=allowed))

    assert shared.admits("team", labels) is admitted


def test_an_agora_project_admits_its_own_namespace_alone() -> None:
    """Whatever the labels of another are."""
    assert made().admits("default", {})
    assert not made().admits("other", {"recording": "yes"})


@pytest.mark.parametrize(
    ("kind", "key", "user"),
    [
        (ProjectKind.AGORA_PROJECT, ("default", "main"), "standup"),
        (ProjectKind.CLUSTER_AGORA_PROJECT, ("", "main"), "default/standup"),
    ],
)
def test_a_recording_names_a_project_of_its_namespace_or_of_the_cluster(
    kind: ProjectKind, key: Key, user: str
) -> None:
    """Two projects of one name are two; users of several namespaces are told apart."""
    one = recording(spec=spec(project_ref=ProjectReference(kind=kind, name="main")))

    assert key_of(one) == key
    assert user_of(key, one.namespace, one.name) == user
    assert made(namespace=key[0], name="main").called == f"{kind.value} main"


def test_only_a_cluster_project_names_a_url() -> None:
    """Whoever may write an AgoraProject may not send the credentials elsewhere."""
    endpoint = ClusterEndpoint(url="http://127.0.0.1:8080")

    assert made(namespace="", spec=cluster_project(endpoint=endpoint)).url == endpoint.url
    assert made(namespace="", spec=cluster_project()).url is None
    assert made().url is None
    assert "url" not in Endpoint.model_fields


def test_the_finalizer_has_a_name_that_stays() -> None:
    """Projects bear it, and an admission policy looks for it: another would be left behind."""
    assert IN_USE == "recording.agora.io/in-use"
