"""What the API server's answers mean."""

import json

import pytest

from agora_recording.kube.api import _read, _resource
from agora_recording.reconcile.ports import (
    ConflictError,
    ForbiddenError,
    GoneError,
    KubeError,
    UnreachableError,
)


def status(reason: str, code: int) -> bytes:
    """Return a Status object as the API server answers it."""
    said = {"kind": "Status", "status": "Failure", "reason": reason, "message": "no", "code": code}
    return json.dumps(said).encode()


ANSWERS: list[tuple[str, int, bytes, type[KubeError]]] = [
    ("an object that does not exist", 404, status("NotFound", 404), GoneError),
    ("a path that is not served", 404, b"404 page not found\n", UnreachableError),
    ("a proxy's 404", 404, b'{"message": "no route", "reason": "NotFound"}', UnreachableError),
    ("a 404 of another reason", 404, status("Unknown", 404), UnreachableError),
    ("a 404 that is a list", 404, b"[]", UnreachableError),
    ("a conflict", 409, status("Conflict", 409), ConflictError),
    ("no credentials", 401, status("Unauthorized", 401), ForbiddenError),
    ("no permission", 403, status("Forbidden", 403), ForbiddenError),
    ("too many requests", 429, status("TooManyRequests", 429), UnreachableError),
    ("a server error", 500, status("InternalError", 500), UnreachableError),
    ("a gateway's page", 200, b"<html>", UnreachableError),
]


@pytest.mark.parametrize(
    ("code", "content", "expected"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_an_answer_means(code: int, content: bytes, expected: type[KubeError]) -> None:
    """Only the API server's own word says that an object is gone."""
    with pytest.raises(expected) as caught:
        _read("GET /", code, content)

    assert type(caught.value) is expected


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/api/v1/namespaces/team/secrets/s3", "secrets"),
        ("/apis/recording.agora.io/v1alpha1", "discovery"),
        ("/openapi/v3/apis/recording.agora.io/v1alpha1", "discovery"),
        ("/apis/recording.agora.io/v1alpha1/cloudrecordings?limit=500", "cloudrecordings"),
        (
            "/apis/recording.agora.io/v1alpha1/namespaces/team/cloudrecordings/a/status?x=y",
            "cloudrecordings/status",
        ),
        ("/apis/recording.agora.io/v1alpha1/clusteragoraprojects/main", "clusteragoraprojects"),
        (
            "/apis/recording.agora.io/v1alpha1/clusteragoraprojects/main/status",
            "clusteragoraprojects/status",
        ),
    ],
)
def test_a_request_is_counted_by_its_resource(path: str, resource: str) -> None:
    """No name of an object is a label of a metric: there would be no end of them."""
    assert _resource(path) == resource


def test_what_cannot_be_put_right_by_waiting_is_an_error_with_its_words() -> None:
    """A refused object, for example."""
    with pytest.raises(KubeError, match="PATCH /x: 422 no"):
        _read("PATCH /x", 422, status("Invalid", 422))
