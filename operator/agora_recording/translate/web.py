"""A web page that is recorded, in Agora's words. A page joins no channel."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from agora_recording.agora import webwire
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.web import Device, Web
from agora_recording.translate.rtc import AUDIO_PROFILES
from agora_recording.translate.secrets import URL, Purpose, SecretValues

SPECIAL: Final = str.maketrans(dict.fromkeys("!@#$%^&*()+_.=[]{}~|,;:?<>", "-"))
"""What stands as a hyphen in the names of files (REST reference, "Manage recorded files")."""
NO_PAGE: Final = "https://example.com/"
"""Stands for a url that is gone: what is started with it is stopped at once (RFC 2606)."""
HOUR: Final = timedelta(hours=1)
MINUTE_SECONDS: Final = 60


def extension_service_config(
    spec: CloudRecordingSpec, page: Web, secrets: SecretValues
) -> webwire.ExtensionServiceConfig:
    """Return ``extensionServiceConfig``: the recorder of the page, and what streams it elsewhere.

    A page that cannot be recorded ends the recording; one that cannot be streamed goes on to be
    recorded (REST reference, start: ``errorHandlePolicy``).
    """
    recorder: webwire.ExtensionService = {
        "serviceName": "web_recorder_service",
        "errorHandlePolicy": "error_abort",
        "serviceParam": _recorder(spec, page, secrets),
    }
    services = [recorder]
    if (pushed := outputs(page, secrets))["outputs"]:
        services.append(
            {
                "serviceName": "rtmp_publish_service",
                "errorHandlePolicy": "error_ignore",
                "serviceParam": pushed,
            }
        )
    return {"errorHandlePolicy": "error_abort", "extensionServices": services}


def outputs(page: Web, secrets: SecretValues) -> webwire.RtmpOutputs:
    """Return where the page is streamed to as well: one url, or none."""
    url = page.rtmp_url
    if page.rtmp_url_secret_ref is not None:
        url = secrets.get(Purpose.RTMP_URL, {}).get(URL)
    return {"outputs": [{"rtmpUrl": url}] if url else []}


def on_hold(page: Web) -> webwire.WebRecordingConfig:
    """Return whether nothing is written at present."""
    return {"onhold": page.on_hold}


def hours(spec: CloudRecordingSpec) -> int:
    """Return ``maxRecordingHour``: after how many hours Agora itself ends the recording."""
    return math.ceil(timedelta(seconds=spec.max_duration_seconds or 1) / HOUR)


def name_in_files(label: str) -> str:
    """Return the label of a recording as it stands in the names of its files."""
    return label.translate(SPECIAL)


def _recorder(
    spec: CloudRecordingSpec, page: Web, secrets: SecretValues
) -> webwire.WebRecorderParam:
    video = page.video
    param: webwire.WebRecorderParam = {
        "url": page.url or secrets.get(Purpose.WEB_URL, {}).get(URL, NO_PAGE),
        "audioProfile": AUDIO_PROFILES[page.audio_profile],
        "videoWidth": video.width,
        "videoHeight": video.height,
        "videoFps": video.fps,
        "mobile": page.device is Device.MOBILE,
        "maxRecordingHour": hours(spec),
        "maxVideoDuration": page.max_file_seconds // MINUTE_SECONDS,
        "readyTimeout": page.ready_timeout_seconds,
        "onhold": page.on_hold,
    }
    if video.bitrate_kbps is not None:
        param["videoBitrate"] = video.bitrate_kbps
    return param
