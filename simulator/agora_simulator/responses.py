"""What query and stop say of a recording: their ``serverResponse``, for each mode."""

from agora_simulator.files import UNITS, file_members, page_files, slice_start
from agora_simulator.page import Page
from agora_simulator.recordings import READY, Recording
from agora_simulator.settings import Settings


def query_response(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> dict[str, object]:
    """Return how a recording is, and which files it has."""
    if recording.page is not None:
        return {
            "status": _page_status(recording, recording.page, now, settings),
            "extensionServiceState": _named(_services(recording, recording.page, now, settings)),
        }
    return {
        "status": recording.status(now, settings.timing),
        **file_members(recording, now, settings, users),
        "sliceStartTime": slice_start(recording, now, settings),
    }


def stop_response(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> dict[str, object]:
    """Return what became of the files of a recording that has just been stopped."""
    uploading = {"uploadingStatus": _uploading_status(recording, now, settings)}
    if recording.page is None:
        return {**file_members(recording, now, settings, users), **uploading}
    services = {"upload_service": uploading, **_services(recording, recording.page, now, settings)}
    return {"extensionServiceState": _named(services, settings.web_payload_key)}


def _uploading_status(recording: Recording, now: float, settings: Settings) -> str:
    return "backuped" if recording.keys_lapsed(now) else settings.uploading_status


def _page_status(recording: Recording, page: Page, now: float, settings: Settings) -> int:
    status = recording.status(now, settings.timing)
    if recording.ended_at is not None:
        return status
    # A page shows no first slice in its status.
    return settings.web_running_status if now >= page.ready_at else min(status, READY - 1)


def _named(services: dict[str, object], key: str = "payload") -> list[dict[str, object]]:
    return [{"serviceName": name, key: payload} for name, payload in services.items()]


def _services(
    recording: Recording, page: Page, now: float, settings: Settings
) -> dict[str, object]:
    services: dict[str, object] = {
        "web_recorder_service": {
            "state": _state(recording, page, now),
            "onhold": page.on_hold,
            "fileList": [
                {settings.web_file_name_key: name, "sliceStartTime": int(at * UNITS["ms"])}
                for name, at in page_files(recording, now, settings)
            ],
        }
    }
    if page.outputs:
        status = _push_status(recording, page, now, settings)
        outputs = [{"rtmpUrl": url, "status": status} for url in page.outputs]
        services["rtmp_publish_service"] = {"outputs": outputs}
    return services


def _state(recording: Recording, page: Page, now: float) -> str:
    if recording.ended_at is not None:
        return "exit"
    return "inProgress" if now >= page.ready_at else "init"


def _push_status(recording: Recording, page: Page, now: float, settings: Settings) -> str:
    if recording.ended_at is not None or not settings.rtmp_reachable:
        return "disconnected"
    if now < page.ready_at:
        return "connecting"
    return "onhold" if page.on_hold else "publishing"
