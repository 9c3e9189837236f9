"""What an uninstallation reads of a CloudRecording, and says of many."""

from __future__ import annotations

from typing import Any

import pytest

from agora_recording.cluster.remains import Remains, listed, remains_of
from agora_recording.domain.observation import FINALIZER

ATTEMPT = {"resourceId": "r", "sid": "s"}
READY = {"type": "Ready", "reason": "Recording"}


def raw(
    *,
    spec: dict[str, Any] | None = None,
    status: dict[str, Any] | None = None,
    **metadata: Any,
) -> dict[str, Any]:
    """Return a recording as the API server sends it."""
    named = {"namespace": "team", "name": "standup", "uid": "u", "resourceVersion": "7"}
    return {"metadata": named | metadata, "spec": spec or {}, "status": status or {}}


def read(**members: Any) -> Remains:
    """Return what is open of a recording."""
    found = remains_of(raw(**members))
    assert found is not None
    return found


def test_what_has_an_attempt_or_the_finalizer_is_open() -> None:
    """The finalizer comes before any call, and outlasts a wiped status."""
    assert remains_of(raw()) is None
    assert remains_of(raw(finalizers=["example.com/other"])) is None
    assert remains_of({"metadata": raw()["metadata"], "spec": {}}) is None

    assert read(finalizers=[FINALIZER]).sids == ()
    assert read(status={"attempts": [{"resourceId": "r"}]}).sids == ()
    assert read(status={"attempts": [ATTEMPT]}).sids == ("s",)


@pytest.mark.parametrize(
    ("spec", "metadata", "wanted"),
    [
        ({}, {}, True),
        ({"desiredState": "Recording"}, {}, True),
        ({"desiredState": "Stopped"}, {}, False),
        ({}, {"deletionTimestamp": "2026-03-01T12:00:00Z"}, False),
    ],
)
def test_what_is_stopped_or_deleted_is_on_its_way(
    spec: dict[str, Any], metadata: dict[str, Any], wanted: object
) -> None:
    """Nothing has to be written to it."""
    found = read(spec=spec, status={"attempts": [ATTEMPT]}, **metadata)

    assert found.wanted is wanted


def test_a_person_reads_where_it_is_how_it_stands_and_what_runs() -> None:
    """The sid is what Agora's support asks for."""
    status = {"attempts": [ATTEMPT, {**ATTEMPT, "sid": "t"}], "conditions": [READY]}

    assert str(read(status=status)) == "team/standup (Recording, sid s t)"
    assert str(read(finalizers=[FINALIZER])) == "team/standup (Unknown)"


def test_of_many_some_are_named_and_the_rest_is_counted() -> None:
    """A terminal has an end."""
    found = [read(name=f"r{n}", finalizers=[FINALIZER]) for n in range(12)]

    assert listed(found[:1]) == "  team/r0 (Unknown)"
    assert listed(found).splitlines()[-2:] == ["  team/r9 (Unknown)", "  and 2 more"]
    assert len(listed(found[:10]).splitlines()) == 10
