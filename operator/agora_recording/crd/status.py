"""CloudRecording's status, as the operator writes it.

Nothing that Agora says is constrained here: a strict schema could refuse the very patch that
carries the sid. Times are RFC 3339 in UTC.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from agora_recording.crd.model import Model, list_of


class Condition(Model):
    """One aspect of the recording, for programs and for people."""

    type: str
    """Which aspect, such as Ready; of a recording also Reconciling, Stalled, Recording,
    FilesUploaded and Ended."""

    status: str
    """True, False or Unknown."""

    reason: str
    """A word for why; docs/reference/conditions.md lists them."""

    message: str
    """What is going on and what to do, for a person."""

    last_transition_time: datetime
    """When the status of this condition last changed."""

    observed_generation: int | None = None
    """Generation of the spec that this condition speaks of."""


class Attempt(Model):
    """A recording that may exist at Agora. It leaves the list only by proof that it does not."""

    number: int
    """Counts the attempts of this object, from 1."""

    resource_id: str
    """Agora's resourceId, single use."""

    sid: str | None = None
    """Agora's sid; unset while it is unknown whether the recording started."""

    owner: str
    """The operator process that may conclude from its own memory."""

    app_id: str
    """App ID it was made in."""

    endpoint: str
    """Base URL of the host that it was made at. Calls about it go there, or to another host of the
    same area while that one cannot be reached."""

    channel: str
    """Channel that it records."""

    uid: Annotated[int, Field(json_schema_extra={"format": "int64"})]
    """User number of its recorder."""

    mode: str
    """Agora's mode: individual, mix or web."""

    acquired_at: datetime
    """When the resource was acquired. It cannot be started 5 minutes later."""

    probe: bool | None = None
    """Whether it only finds out if another attempt still runs; it is stopped at once."""

    continues_from: datetime | None = None
    """When the recording began that this one continues: the last one was ended only since its token
    or its handle was about to lapse."""

    token_issued_at: datetime | None = None
    """When its token says that it was issued, if it has one that the operator made."""

    token_salt: int | None = None
    """Number that the token holds besides, so that a repeated start has the same token."""

    token_expires_at: datetime | None = None
    """When its token ends, where that is known. It is begun anew before."""

    must_end_by: datetime | None = None
    """When Agora itself must have ended it, where that is known: its token or its hours end."""

    confirmed_at: datetime | None = None
    """When a query first said that it records."""

    running_at: datetime | None = None
    """When Agora first refused another start because a page of this target was being recorded:
    this one, as far as anybody can tell, although its sid is unknown."""

    stop_intended_at: datetime | None = None
    """When it was decided to stop it. That is final for this attempt."""

    stop_reason: str | None = None
    """Why it was decided to stop it."""

    told: dict[str, str] = Field(default_factory=dict)
    """Hashes of what Agora was last told of what can change: layout, subscription, storage."""

    storage: str | None = None
    """Hash of the bucket and folder that its files go to: only credentials for that are passed
    on."""

    storage_expires_at: datetime | None = None
    """When the storage credentials lapse that Agora was last told, if they do."""

    @property
    def joins_channel(self) -> bool:
        """Whether its recorder joins the channel as a user, and leaves when that is empty."""
        return self.mode != "web"


class PastAttempt(Model):
    """A recording that is over."""

    number: int
    """Its number among the attempts of this object."""

    resource_id: str
    """Agora's resourceId."""

    sid: str | None = None
    """Agora's sid, if it ever started."""

    started_at: datetime | None = None
    """When it began to record, if it did."""

    continues_from: datetime | None = None
    """When the recording began that it continued, if it did."""

    ended_at: datetime
    """When it was known to be over."""

    reason: str
    """Why it ended."""

    index_file: str | None = None
    """Index file (M3U8) in the bucket."""


class Query(Model):
    """What Agora last said about the running recording."""

    status: int
    """Agora's status number, 0 to 20."""

    state: str
    """The same as a word, such as InProgress."""

    slice_start_time: datetime | None = None
    """When the first slice began."""

    on_hold: bool | None = None
    """Of a page: whether nothing is written at present."""

    outputs: Annotated[tuple[str, ...] | None, Field(json_schema_extra=list_of("atomic"))] = None
    """Of a page that is streamed: Connecting, Publishing, Onhold or Disconnected."""


class RecordedFile(Model):
    """A file in the bucket."""

    name: str
    """Its name, with the prefix."""

    track: str | None = None
    """audio, video or audio_and_video."""

    playable: bool | None = None
    """Whether it can be played while the recording goes on."""

    slice_start_time: datetime | None = None
    """When it begins."""


class CloudRecordingStatus(Model):
    """What has become of the recording."""

    observed_generation: int = -1
    """Generation of the spec that this status speaks of; -1 before the operator has seen it."""

    phase: str = "Pending"
    """A word for people; programs read conditions."""

    mode: str | None = None
    """Mode of the recording: Individual, Mix or Web."""

    app_id: str | None = None
    """App ID of the recording."""

    channel: str | None = None
    """Channel of the recording."""

    uid: Annotated[int | None, Field(json_schema_extra={"format": "int64"})] = None
    """User number of the recorder."""

    resource_id: str | None = None
    """Agora's resourceId. While it is set something may exist at Agora, and most of the spec is
    locked."""

    sid: str | None = None
    """Agora's sid."""

    attempts: Annotated[
        tuple[Attempt, ...], Field(json_schema_extra=list_of("map", "resourceId"))
    ] = ()
    """Recordings that may exist at Agora, oldest first."""

    settled: bool | None = None
    """True once it is proven that nothing of this object can be running at Agora. Absent while
    something may, and after somebody wiped the status."""

    query: Query | None = None
    """What Agora last said about the running recording."""

    started_at: datetime | None = None
    """When Agora was first seen recording."""

    ended_at: datetime | None = None
    """When the recording was known to be over."""

    end_reason: str | None = None
    """Why it ended: User, Idle, MaxDuration or AgoraFailure."""

    restarts: int = 0
    """Failed attempts since Agora last recorded the channel or the object was stopped."""

    uploading_status: str | None = None
    """What Agora said of the upload when the recording was stopped: Uploaded, Backuped or
    Unknown."""

    files: Annotated[tuple[RecordedFile, ...], Field(json_schema_extra=list_of("atomic"))] = ()
    """Files in the bucket, index files first, at most 64."""

    last_attempts: Annotated[
        tuple[PastAttempt, ...], Field(json_schema_extra=list_of("atomic"))
    ] = ()
    """The latest recordings that are over, newest first, at most 5."""

    conditions: Annotated[
        tuple[Condition, ...], Field(json_schema_extra=list_of("map", "type"))
    ] = ()
    """Ready, Reconciling, Stalled, Recording, FilesUploaded, Ended."""
