"""What query and stop say of a recording: their ``serverResponse``, for each mode."""

from agora_simulator.files import file_members, slice_start
from agora_simulator.recordings import Recording
from agora_simulator.settings import Settings


def query_response(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> dict[str, object]:
    """Return how a recording is, and which files it has."""
    return {
        "status": recording.status(now, settings.timing),
        **file_members(recording, now, settings, users),
        "sliceStartTime": slice_start(recording, now, settings),
    }


def stop_response(
    recording: Recording, now: float, settings: Settings, users: list[int]
) -> dict[str, object]:
    """Return what became of the files of a recording that has just been stopped."""
    files = file_members(recording, now, settings, users)
    return {**files, "uploadingStatus": uploading_status(recording, now, settings)}


def uploading_status(recording: Recording, now: float, settings: Settings) -> str:
    """Return where the files are: in the bucket, or in Agora's backup."""
    return "backuped" if recording.keys_lapsed(now) else settings.uploading_status
