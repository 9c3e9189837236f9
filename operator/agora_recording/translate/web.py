"""A web page that is recorded, in Agora's words. A page joins no channel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from agora_recording.agora import webwire, wire
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.web import Device, Web
from agora_recording.domain.topic import ON_HOLD, WRITING, Topic
from agora_recording.translate.digest import digest
from agora_recording.translate.rtc import AUDIO_PROFILES
from agora_recording.translate.secrets import URL, Purpose, SecretValues

SPECIAL: Final = str.maketrans(dict.fromkeys("!@#$%^&*()+_.=[]{}~|,;:?<>", "-"))
"""What stands as a hyphen in the names of files (REST reference, "Manage recorded files")."""
NO_PAGE: Final = "https://example.com/"
"""Stands for a url that is gone: what is started with it is stopped at once (RFC 2606)."""
RTMP: Final = "rtmp_publish_service"
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
                "serviceName": RTMP,
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


def wanted(page: Web, stream: str | None) -> Mapping[Topic, str]:
    """Return what Agora should be told now of a page.

    Args:
        page: What the spec says of it.
        stream: Version of the Secret that holds the url to stream to; None if it was not read.
    """
    topics = {Topic.HOLD: ON_HOLD if page.on_hold else WRITING}
    ref = page.rtmp_url_secret_ref
    if ref is None:
        return {**topics, Topic.OUTPUTS: digest({"url": page.rtmp_url})}
    if stream is None:
        return topics  # what cannot be read cannot be told
    return {**topics, Topic.OUTPUTS: digest({"secret": ref.to_wire(), "version": stream})}


def streams_elsewhere(page: Web, response: wire.ServerResponse, secrets: SecretValues) -> bool:
    """Return whether Agora shows another url to stream to than the one that is wanted.

    A change that came late may have undone another; or what is shown hides the key. What is not
    shown, and what a Secret that was not read holds, is not compared.
    """
    wanted_urls = tuple(each["rtmpUrl"] for each in outputs(page, secrets)["outputs"])
    shown = {each.urls for each in response.extensions if each.name == RTMP}
    return bool(wanted_urls and shown - {wanted_urls})


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
