"""How an AgoraProject stands."""

import pytest

from agora_recording.crd.project import AgoraProjectStatus
from agora_recording.domain.observation import Problem
from agora_recording.domain.project import IN_USE, Project, kept_for, report
from agora_recording.domain.reason import Reason
from builders import NOW, project


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


def test_the_finalizer_has_a_name_that_stays() -> None:
    """Projects bear it, and an admission policy looks for it: another would be left behind."""
    assert IN_USE == "recording.agora.io/in-use"
