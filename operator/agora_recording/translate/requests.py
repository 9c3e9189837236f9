"""A spec becomes a request. Nothing else makes one from the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from agora_recording.agora import wire
from agora_recording.agora.protocol import Task
from agora_recording.crd.mode import Individual, Media, Mix
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.status import Attempt
from agora_recording.crd.storage import Storage
from agora_recording.crd.subscription import Selection, Subscription
from agora_recording.crd.web import Web
from agora_recording.domain.lifetime import latest_end
from agora_recording.domain.topic import Topic
from agora_recording.domain.upload import Upload
from agora_recording.translate import web
from agora_recording.translate.digest import digest
from agora_recording.translate.overrides import with_overrides
from agora_recording.translate.postprocessing import APPS, transcode_options
from agora_recording.translate.rtc import (
    file_config,
    layout,
    recording_config,
    snapshot_config,
    subscription,
    way,
)
from agora_recording.translate.secrets import Purpose, SecretValues
from agora_recording.translate.storage import storage_config

SHORTEST_IDLE_SECONDS: Final = 5
"""The shortest maxIdleTime that Agora takes (REST reference, start)."""
LEAST: Final = {"individual": Individual(media=Media.AUDIO), "mix": Mix(media=Media.AUDIO)}
"""The least that each mode can record."""


def task(attempt: Attempt) -> Task:
    """Return what names an attempt in calls."""
    return Task(attempt.app_id, attempt.channel, attempt.uid, attempt.mode, attempt.resource_id)


def pinned_end(spec: CloudRecordingSpec, acquired_at: datetime) -> Mapping[str, datetime]:
    """Return what a new attempt pins of when Agora ends a page, as a member of ``Attempt``."""
    if spec.web is None:
        return {}
    return {"must_end_by": latest_end(acquired_at, web.hours(spec) * web.HOUR)}


def name_in_files(attempt: Attempt) -> str:
    """Return what names the channel of an attempt in the names of its files."""
    name = attempt.channel
    return name if attempt.joins_channel else web.name_in_files(name)


def start_request(
    spec: CloudRecordingSpec, storage: Storage, secrets: SecretValues, token: str | None = None
) -> wire.StartRequest:
    """Return ``clientRequest`` of start. It holds secrets."""
    request: wire.StartRequest = {
        **_recorded(spec, secrets),  # type: ignore[typeddict-item]  # a part of it
        "storageConfig": storage_config(storage, secrets.get(Purpose.STORAGE, {})),
    }
    if (files := file_config(spec)) is not None:
        request["recordingFileConfig"] = files
    if (snapshots := snapshot_config(spec)) is not None:
        request["snapshotConfig"] = snapshots
    processed = spec.individual.post_processing if spec.individual else None
    if processed is not None:
        request["appsCollection"] = APPS
        request["transcodeOptions"] = transcode_options(processed)
    if token is not None:
        request["token"] = token
    return with_overrides(request, spec)


def _recorded(spec: CloudRecordingSpec, secrets: SecretValues) -> wire.Recorded:
    """Return what is recorded: a channel, or a page."""
    if spec.web is not None:
        config = web.extension_service_config(spec, spec.web, secrets)
        return {"extensionServiceConfig": config}
    return {"recordingConfig": recording_config(spec, secrets.get(Purpose.ENCRYPTION, {}))}


def probe_request(
    spec: CloudRecordingSpec,
    uid: int,
    storage: Storage,
    secrets: SecretValues,
    token: str | None = None,
) -> wire.StartRequest:
    """Return ``clientRequest`` of a start that records as little as it can (protocol 16)."""
    return start_request(least(spec, uid), storage, secrets, token)


def least(spec: CloudRecordingSpec, uid: int) -> CloudRecordingSpec:
    """Return the spec of a probe: the same mode, and as little as Agora takes.

    In a channel it hears nobody but the recorder's own ``uid``, which nobody else has. Of a page
    nothing is written or streamed, and Agora itself ends it after an hour, the shortest time. The
    page stays the same: no other is known to be one that Agora can open.
    """
    if spec.web is not None:
        idle = {"on_hold": True, "rtmp_url": None, "rtmp_url_secret_ref": None}
        page = spec.web.model_copy(update=idle)
        shortest = {"web": page, "max_duration_seconds": 1, "overrides": None}
        return spec.model_copy(update=shortest)
    members = {
        spec.mode: LEAST[spec.mode],
        "subscription": Subscription(audio=Selection(include=(uid,))),
        "max_idle_seconds": SHORTEST_IDLE_SECONDS,
        "private_parameters": None,
        "overrides": None,
    }
    return spec.model_copy(update=members)


def layout_of(spec: CloudRecordingSpec) -> wire.LayoutMembers:
    """Return ``clientRequest`` of updateLayout: always the whole layout."""
    return layout(spec.mix.layout if spec.mix else None)


def update(
    topic: Topic, spec: CloudRecordingSpec, storage: Storage | None, secrets: SecretValues
) -> wire.UpdateRequest:
    """Return ``clientRequest`` of update for one topic. It may hold secrets."""
    match topic:
        case Topic.SUBSCRIPTION:
            return subscription(spec)
        case Topic.STORAGE:
            assert storage is not None  # noqa: S101 - else there are no credentials to tell
            return {"storageConfig": storage_config(storage, secrets[Purpose.STORAGE])}
        case Topic.HOLD:
            return {"webRecordingConfig": web.on_hold(spec.web or Web())}
        case Topic.OUTPUTS:
            return {"rtmpPublishConfig": web.outputs(spec.web or Web(), secrets)}
        case Topic.LAYOUT:
            raise AssertionError(topic)  # a call of its own: updateLayout


def wanted(
    spec: CloudRecordingSpec, upload: Upload | None = None, stream: str | None = None
) -> Mapping[Topic, str]:
    """Return what Agora should be told now, for each topic that the recording has.

    As a hash, or a word; never made of a Secret's content, but of its version.
    """
    topics = _of_channel(spec) if spec.web is None else web.wanted(spec.web, stream)
    return topics if upload is None else {**topics, Topic.STORAGE: upload.version}


def _of_channel(spec: CloudRecordingSpec) -> Mapping[Topic, str]:
    how = way(spec)
    pictured = isinstance(how, Mix) and how.media is not Media.AUDIO
    topics = {Topic.LAYOUT: digest({**layout_of(spec)})} if pictured else {}
    return {**topics, Topic.SUBSCRIPTION: digest({**subscription(spec)})}
