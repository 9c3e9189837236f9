import pytest

from agora_recording.agora import protocol
from agora_recording.agora.protocol import Access, Request, Task
from agora_recording.agora.wire import AcquireRequest, LayoutMembers, StartRequest, UpdateRequest

TASK = Task("app", "stand up", 7, "mix", "resource")
ACQUIRE: AcquireRequest = {"scene": 0, "resourceExpiredHour": 1}
START: StartRequest = {"recordingConfig": {}, "storageConfig": {}}  # type: ignore[typeddict-item]
UPDATE: UpdateRequest = {"streamSubscribe": {}}
LAYOUT: LayoutMembers = {"mixedVideoLayout": 1, "backgroundColor": "#000000"}
BASE = "/v1/apps/app/cloud_recording"
RECORDING = f"{BASE}/resourceid/resource/sid/sid/mode/mix"


def body(request: object) -> dict[str, object]:
    """Return a whole body."""
    return {"cname": "stand up", "uid": "7", "clientRequest": request}


@pytest.mark.parametrize(
    ("request_", "method", "path", "sent"),
    [
        (
            protocol.acquire("app", "stand up", 7, ACQUIRE),
            "POST",
            f"{BASE}/acquire",
            body(ACQUIRE),
        ),
        (
            protocol.start(TASK, START),
            "POST",
            f"{BASE}/resourceid/resource/mode/mix/start",
            body(START),
        ),
        (protocol.query(TASK, "sid"), "GET", f"{RECORDING}/query", None),
        (protocol.update(TASK, "sid", UPDATE), "POST", f"{RECORDING}/update", body(UPDATE)),
        (
            protocol.update_layout(TASK, "sid", LAYOUT),
            "POST",
            f"{RECORDING}/updateLayout",
            body(LAYOUT),
        ),
        (
            protocol.stop(TASK, "sid", async_stop=True),
            "POST",
            f"{RECORDING}/stop",
            body({"async_stop": True}),
        ),
    ],
    ids=["acquire", "start", "query", "update", "updateLayout", "stop"],
)
def test_each_call_is_sent_as_the_reference_says(
    request_: Request, method: str, path: str, sent: object
) -> None:
    """Method, path and body are Agora's; the uid is text, and expiry is always the longest (19)."""
    assert (method, path, sent) == (request_.method, request_.path, request_.body)


def test_access_does_not_show_its_secrets() -> None:
    """Neither id nor secret of the customer is in its repr."""
    shown = repr(Access("https://agora.test", "the-customer", "the-secret"))

    assert "the-customer" not in shown
    assert "the-secret" not in shown
