"""What an update makes of a recording."""

from dataclasses import replace

from agora_simulator.page import Page
from agora_simulator.recordings import Recording
from agora_simulator.rtc import RtcUpdate
from agora_simulator.web import WebUpdate


def updated(
    recording: Recording,
    options: RtcUpdate | WebUpdate,
    request: dict[str, object],
    now: float,
) -> Recording:
    """Return a recording as it is from an update on."""
    if options.storage_config is not None:
        recording = replace(
            recording, storage=options.storage_config, lapsed=recording.keys_lapsed(now)
        )
    if isinstance(options, WebUpdate) and recording.page is not None:
        recording = replace(recording, page=_changed(recording.page, options, now))
    if isinstance(options, RtcUpdate) and options.stream_subscribe is not None:
        recording = replace(recording, subscription=request["streamSubscribe"])
    return recording


def _changed(page: Page, options: WebUpdate, now: float) -> Page:
    if options.web_recording_config is not None:
        page = page.held(now) if options.web_recording_config.onhold else page.resumed(now)
    if options.rtmp_publish_config is not None:
        urls = tuple(output.rtmp_url for output in options.rtmp_publish_config.outputs)
        page = replace(page, outputs=urls)
    return page
