"""What an update makes of a recording."""

from dataclasses import replace

from agora_simulator.recordings import Recording
from agora_simulator.rtc import RtcUpdate


def updated(
    recording: Recording, options: RtcUpdate, request: dict[str, object], now: float
) -> Recording:
    """Return a recording as it is from an update on."""
    if options.storage_config is not None:
        recording = replace(
            recording, storage=options.storage_config, lapsed=recording.keys_lapsed(now)
        )
    if options.stream_subscribe is not None:
        recording = replace(recording, subscription=request["streamSubscribe"])
    return recording
