"""What the operator will do with a recording, in words for a person."""

from __future__ import annotations

from typing import Final

from agora_recording.crd.recording import CloudRecordingSpec, DesiredState
from agora_recording.crd.storage import Storage
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.crd.web import Web
from agora_recording.translate.rtc import DEFAULT_IDLE_SECONDS

WAYS: Final = {"individual": "records {} into files of their own", "mix": "mixes {}"}
"""What a mode does with the users, by Agora's word for it."""


def summary(spec: CloudRecordingSpec, storage: Storage, uid: int) -> str:
    """Return one sentence: what is recorded, by whom, where to, until when."""
    if spec.desired_state is DesiredState.STOPPED:
        return "Records nothing: spec.desiredState is Stopped."
    recorded = _page(spec, spec.web) if spec.web else _channel(spec, uid)
    return f"{recorded}; {_where(spec, storage)}; ends {_until(spec)}."


def _channel(spec: CloudRecordingSpec, uid: int) -> str:
    derived = "" if spec.uid else ", derived from App ID, channel, namespace and name"
    return f"Records channel {spec.channel} as user {uid}{derived}; {_what(spec)}"


def _page(spec: CloudRecordingSpec, page: Web) -> str:
    """Say how a page is recorded; its url may hold a password."""
    size = f"{page.video.width} x {page.video.height}"
    held = ", on hold at first" if page.on_hold else ""
    streamed = page.rtmp_url or page.rtmp_url_secret_ref
    more = "; streams it to an RTMP url as well" if streamed else ""
    return f"Records a web page of {size}{held}, as {spec.channel}{more}"


def _until(spec: CloudRecordingSpec) -> str:
    idle = spec.max_idle_seconds or DEFAULT_IDLE_SECONDS
    ends = [] if spec.web else [f"when the channel has been empty for {idle} s"]
    ends += [f"after {spec.max_duration_seconds} s"] if spec.max_duration_seconds else []
    return ", or ".join(ends)


def _what(spec: CloudRecordingSpec) -> str:
    wanted = spec.subscription or Subscription()
    voices, pictures = _whom(wanted.audio), _whom(wanted.video)
    whom = voices if voices == pictures else f"{voices} by sound, {pictures} by picture"
    snapshots = spec.individual and spec.individual.snapshots
    if snapshots and snapshots.only:
        return f"takes a screenshot of {pictures} every {snapshots.interval_seconds} s, no more"
    recorded = WAYS[spec.mode].format(whom)
    if snapshots:
        recorded += f", and takes a screenshot of each every {snapshots.interval_seconds} s"
    return recorded


def _whom(selection: Selection | None) -> str:
    if selection is not None and selection.include:
        return f"users {', '.join(map(str, selection.include))}"
    if selection is not None and selection.exclude:
        return f"all users but {', '.join(map(str, selection.exclude))}"
    return "all users"


def _where(spec: CloudRecordingSpec, storage: Storage) -> str:
    listed = spec.mix or spec.web
    kinds = f"{' and '.join(listed.file_types)} files" if listed else "files"
    region = f" in {storage.region}" if storage.region else ""
    folder = f"{storage.bucket}/{storage.prefix}" if storage.prefix else storage.bucket
    return f"{kinds} go to {storage.vendor} bucket {folder}{region}"
