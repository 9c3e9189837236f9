"""What each field becomes at Agora, and which are ours alone."""

from typing import Final

import pytest

from proofs.book import Proves
from proofs.members import becomes
from proofs.row import SCHEMAS, Row, fields

OURS: Final = {
    "CloudRecording": {
        "spec.projectRef": "names the project that records",
        "spec.desiredState": "whether it should record at all",
        "spec.restartPolicy": "what follows an end",
        "spec.maxRestarts": "what follows an end",
        "spec.deletionPolicy": "what follows a deletion",
    },
    "AgoraProject": {
        "spec.endpoint.allowCrossArea": "where calls may go while hosts cannot be reached",
        "spec.limits": "how often Agora is called",
        "spec.unreachablePolicy": "what is done about a recording whose sid is lost",
    },
}
OURS["ClusterAgoraProject"] = OURS["AgoraProject"] | {
    "spec.allowedNamespaces": "who may record with it",
}
"""Fields that Agora is not told of, with what they say."""
EVERY: Final = [(kind, path) for kind in SCHEMAS for path, _ in fields(kind)]


def ours(kind: str, path: str) -> str | None:
    """Return what a field of ours says; None if it is Agora's."""
    names = path.replace("[]", "").split(".")
    above = (".".join(names[:count]) for count in range(len(names), 0, -1))
    return next((OURS[kind][name] for name in above if name in OURS[kind]), None)


@pytest.mark.parametrize(("kind", "path"), EVERY)
def test_a_field_becomes_a_member_of_a_request_or_is_ours(
    kind: str, path: str, proves: Proves
) -> None:
    """Objects that differ in one field alone become requests that differ."""
    schema = dict(fields(kind))[path]
    members = becomes(kind, path, schema)
    reason = ours(kind, path)

    assert bool(members) != bool(reason), members or "Agora is never told of it"
    told = "see its members" if "properties" in schema else ", ".join(members)
    proves(Row(kind, path), f"ours: {reason}" if reason else told)


def test_each_field_that_is_ours_is_a_field() -> None:
    """None is left of a field that is gone."""
    assert {(kind, path) for kind, paths in OURS.items() for path in paths} <= set(EVERY)
