"""Recordings of pages: requests, and calls to a world without HTTP."""

from dataclasses import replace
from typing import Any

from agora_simulator.calls import Call, Operation
from agora_simulator.recordings import EndReason
from agora_simulator.replies import Reply
from simulator.caller import NOW, Caller, body
from simulator.client import STORAGE

PAGE = {
    "url": "https://pages.example/board?login=the-login#the-fragment",
    "audioProfile": 0,
    "videoWidth": 1280,
    "videoHeight": 720,
    "maxRecordingHour": 2,
}
URL = "rtmp://live.example/app/the-stream-key"


def web(outputs: object = None, **page: object) -> dict[str, Any]:
    """Return a start request with some members of the page changed, or removed by None."""
    members = {name: value for name, value in {**PAGE, **page}.items() if value is not None}
    services: list[dict[str, object]] = [
        {"serviceName": "web_recorder_service", "serviceParam": members}
    ]
    if outputs is not None:
        push = {"serviceName": "rtmp_publish_service", "serviceParam": {"outputs": outputs}}
        services.append(push)
    return {
        "storageConfig": STORAGE,
        "recordingFileConfig": {"avFileType": ["hls", "mp4"]},
        "extensionServiceConfig": {"extensionServices": services},
    }


class WebCaller(Caller):
    """Calls for recordings of pages."""

    def __init__(self, **settings: Any) -> None:
        super().__init__("web", **settings)

    def acquire(self, now: float = NOW, channel: str = "room", **request: object) -> str:
        """Return a resource id for a page."""
        return super().acquire(now, channel, **{"scene": 1, **request})

    def update(self, query: Call, now: float, **request: object) -> Reply:
        """Change what a query asks about."""
        call = replace(query, operation=Operation.UPDATE, body=body(request))
        return self.world.carry_out(call, now)

    def hold(self, query: Call, now: float, onhold: object = True) -> Reply:  # noqa: FBT002 - JSON
        """Pause or go on."""
        return self.update(query, now, webRecordingConfig={"onhold": onhold})

    def services(self, query: Call, now: float) -> dict[str, Any]:
        """Return the payloads of the services, by name."""
        return payloads(self.response(query, now))

    def ended(self, now: float) -> tuple[EndReason | None, float | None]:
        """Return why and when the first recording ended."""
        recording = self.world.recordings(now)[0]
        return recording.end_reason, recording.ended_at


def payloads(response: Any, key: str = "payload") -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the payloads of the services of an answer, by name."""
    return {one["serviceName"]: one[key] for one in response["extensionServiceState"]}
