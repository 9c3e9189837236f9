"""What a person adds to a start in Agora's own words."""

from typing import Any

import pytest

from agora_recording.crd.overrides import Overrides
from agora_recording.translate import requests
from agora_recording.translate.overrides import (
    DEEPEST,
    HIDDEN,
    NESTED,
    OWN,
    STORED,
    refused_members,
)
from agora_recording.translate.secrets import Purpose
from builders import spec, storage

SECRETS = {Purpose.STORAGE: {"accessKey": "access", "secretKey": "secret"}}
PLAIN = requests.start_request(spec(), storage(), SECRETS)


def added(start: dict[str, Any]) -> dict[str, Any]:
    """Return what start sends with additions."""
    wanted = spec(overrides=Overrides(start=start))
    return {**requests.start_request(wanted, storage(), SECRETS)}


def test_members_are_added_at_any_depth() -> None:
    """And what the operator sends stays as it is."""
    sent = added(
        {
            "newMember": [1, {"a": None}],
            "recordingConfig": {"newMember": 1, "transcodingConfig": {"other": {"b": True}}},
        }
    )

    assert sent.pop("newMember") == [1, {"a": None}]
    config = sent["recordingConfig"]
    assert config.pop("newMember") == 1
    assert config["transcodingConfig"].pop("other") == {"b": True}
    assert sent == PLAIN


@pytest.mark.parametrize("start", [{}, None])
def test_nothing_is_added_where_nothing_is_given(start: dict[str, Any] | None) -> None:
    """An empty object is as good as none."""
    wanted = spec(overrides=Overrides(start=start))

    assert requests.start_request(wanted, storage(), SECRETS) == PLAIN


def test_what_a_later_release_sends_itself_wins() -> None:
    """A start that is repeated then is no other one because of it."""
    sent = added(
        {"recordingConfig": {"maxIdleTime": 9, "transcodingConfig": 1}, "storageConfig": 1}
    )

    assert sent == PLAIN


def test_adding_changes_nothing_that_is_shared() -> None:
    """What stands in a spec is used again for the next start."""
    start = {"recordingConfig": {"newMember": {"a": 1}}}
    added(start)

    assert start == {"recordingConfig": {"newMember": {"a": 1}}}
    assert added(start) == added(start)


def test_a_probe_is_left_as_small_as_it_is() -> None:
    """What was added for a recording may not fit it (protocol 16)."""
    wanted = spec(overrides=Overrides(start={"newMember": 1}), private_parameters='{"a":1}')
    sent = requests.probe_request(wanted, 7, storage(), SECRETS)

    assert sent == requests.probe_request(spec(), 7, storage(), SECRETS)


def deep(levels: int) -> Any:  # noqa: ANN401 - JSON
    """Return an object that is nested so deeply."""
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("start", "refused"),
    [
        ({"newMember": 1}, []),
        ({"recordingConfig": {"newMember": {"a": 1}}}, []),
        ({"recordingConfig": {"keyframeInterval": 1}}, []),
        ({"recordingConfig": {"maxIdleTime": 9}}, [("recordingConfig.maxIdleTime", OWN)]),
        (
            {"recordingConfig": {"transcodingConfig": {"mixedVideoLayout": 1, "new": 1}}},
            [("recordingConfig.transcodingConfig.mixedVideoLayout", OWN)],
        ),
        ({"recordingConfig": 1}, [("recordingConfig", OWN)]),
        ({"recordingFileConfig": {"avFileType": []}}, [("recordingFileConfig.avFileType", OWN)]),
        ({"storageConfig": {"newMember": 1}}, [("storageConfig", STORED)]),
        ({"token": "x"}, [("token", HIDDEN)]),
        ({"recordingConfig": {"secret": "x"}}, [("recordingConfig.secret", HIDDEN)]),
        ({"new": {"apiKey": "x"}}, [("new.apiKey", HIDDEN)]),
        ({"new": {"STSTOKEN": "x"}}, [("new.STSTOKEN", HIDDEN)]),
        ({"new": [{"a": 1}, {"b": [{"Salt": "x"}]}]}, [("new.1.b.0.Salt", HIDDEN)]),
        ({"new": {"password": {"a": 1}}}, [("new.password", HIDDEN)]),
        ({"new": deep(DEEPEST - 1)}, []),
        ({"new": deep(DEEPEST)}, [("new", NESTED)]),
        ({"new": [[deep(DEEPEST - 2)]]}, [("new", NESTED)]),
    ],
)
def test_what_may_be_added_and_what_not(start: dict[str, Any], refused: list[object]) -> None:
    """Each refusal names the path and the reason."""
    assert list(refused_members(PLAIN, start)) == refused


def test_a_nested_member_is_found_without_recursion() -> None:
    """The API server stores what is nested more deeply than Python may recurse."""
    start = {"new": deep(50_000)}

    assert next(refused_members(PLAIN, start)) == ("new", NESTED)
