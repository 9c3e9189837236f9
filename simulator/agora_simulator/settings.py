"""The settings of the simulator: Agora's limits and timing, and our assumptions as switches.

Read from a file and flags at the start, changed at run time through the admin port.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class AppState(StrEnum):
    """What Agora makes of an App ID."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    SERVICE_NOT_ENABLED = "service_not_enabled"


class Account(BaseModel):
    """One accepted pair for Basic authentication."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: str
    secret: SecretStr


class App(BaseModel):
    """One known App ID."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: AppState = AppState.ENABLED
    """Whether calls are served."""
    accounts: tuple[Account, ...] = ()
    """The accepted pairs; none listed means that any pair is accepted."""
    certificate: SecretStr | None = None
    """The app certificate, with which tokens must be signed; None: no token is needed."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the phases of a recording last, in seconds."""

    ready_after: float
    in_progress_after: float


class Settings(BaseModel):
    """Everything about the simulator that can be chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    """Where ids and the luck of faults come from; read once, at the start."""
    apps: dict[str, App] = {}
    """The known App IDs; none listed means that every App ID is known."""
    requests_per_second: Annotated[int, Field(ge=1)] | None = None
    """Calls per second and App ID; None is no limit. Agora documents 10."""
    rate_scope: Literal["app", "account"] = "app"
    """Whose calls are counted: an App ID's, or, as older pages say, an account's of each kind."""
    concurrent_recordings: Annotated[int, Field(ge=0)] | None = None
    """Running recordings per App ID at which acquire is refused; None is no limit."""
    concurrent_web_recordings: Annotated[int, Field(ge=0)] | None = None
    """The same for recordings of pages."""
    channels_have_users: bool = True
    """Whether a channel no admin ever joined or left counts as having users."""
    ready_after: Seconds = 1.0
    """Seconds from start to status 4."""
    in_progress_after: Seconds = 3.0
    """Seconds from start to status 5 and the first slice, in a channel with users."""
    exiting_seconds: Seconds = 1.0
    """Seconds an ended recording still occupies its target."""
    stop_seconds: Seconds = 0.0
    """Seconds a synchronous stop waits for its uploads."""
    sync_stop_limit_seconds: Seconds = 20.0
    """Seconds after which a synchronous stop gives up with code 50."""
    sync_stop_limit_status: Annotated[int, Field(ge=200, le=599)] = 206
    """The HTTP status of that code 50, which no source states."""
    resource_life_seconds: Seconds = 300.0
    """Seconds from acquire in which a resource can be started."""
    late_start_grace_seconds: Seconds = 60.0
    """Seconds an accepted start may take effect after its resource's life."""
    already_started_carries_sid: bool = True
    """Whether the 201 of a repeated start names the sid; no source says."""
    exiting_conflicts: bool = True
    """Whether code 53 also covers a recording that is exiting."""
    moved_conflicts: bool = True
    """Whether code 53 also covers a recording that moves to another server."""
    resource_reusable: bool = False
    """Whether a resource can be started again, in its life, once its recording has exited."""
    stop_undone_by_move: bool = False
    """Whether a move brings back a recording whose stop was answered."""
    refused_start_after: Seconds | None = None
    """Seconds after which a start that got 53 is tried again by Agora itself; None is never."""
    bad_start_status: Annotated[int, Field(ge=400, le=599)] = 400
    """The HTTP status of code 2 for a start; some have seen 500."""
    exiting_query_status: Annotated[int, Field(ge=400, le=599)] | None = None
    """The HTTP status with which a query of an exiting recording is answered 501, as older pages
    say; None: it tells the status 6, 7 or 20."""
    answers_name_target: bool = True
    """Whether acquire, start and update answer with cname and uid; older examples do not."""
    resource_error_status: Annotated[int, Field(ge=200, le=599)] = 400
    """The HTTP status of 432, 433 and 1001 for a resource, which no source states."""
    scene_mismatch_status: Annotated[int, Field(ge=200, le=599)] = 400
    """The HTTP status of 432 for a mode that does not fit the scene, which no source states."""
    max_uid: Annotated[int, Field(ge=1, le=2**32 - 1)] = 2**32 - 1
    """The largest uid of a recorder; some of Agora's answers advise 2^31-1."""
    web_label_bytes: Literal[1024, 128] = 1024
    """How long the cname of mode web may be; older pages say 128."""
    regions_known: bool = True
    """Whether only the regions that Agora's pages list are taken."""
    geofence_binds_storage: bool = True
    """Whether a start is refused whose storage lies outside the region acquired for."""
    unsubscribe_spelling: Literal["both", "unsubscribe", "unSubscribe"] = "both"
    """How the members that exclude users begin; Agora's pages have both."""
    shortest_capture_interval: Literal[1, 5] = 1
    """The least captureInterval in seconds; Agora's pages have both."""
    recording_file_config_required: bool = False
    """Whether start needs recordingFileConfig, as newer pages say, except for screenshots only."""
    video_profile_required: bool = False
    """Whether transcodingConfig needs width, height, fps and bitrate, as older pages say."""
    shortest_sts_seconds: Seconds = 4 * 3600.0
    """How far ahead stsExpiration must be when temporary keys are given."""
    sts_lapse: Literal["ends", "backs_up"] = "ends"
    """Whether keys that lapse end the recording abnormally, or send its files to the backup."""
    uploading_status: Literal["uploaded", "backuped", "unknown", "unknow"] = "uploaded"
    """What a synchronous stop says of the files; older pages spell the last value so."""
    slice_start_unit: Literal["ms", "s"] = "ms"
    """The unit of sliceStartTime: Agora's text says seconds for files, all its examples are ms."""
    page_status: Annotated[int, Field(ge=100, le=599)] = 200
    """The HTTP status with which pages answer; from 400 on the recording of a page ends."""
    page_ready_seconds: Seconds | None = 0.0
    """Seconds after which a page that is waited for says that it is ready; None is never."""
    rtmp_reachable: bool = True
    """Whether pages can be streamed to where they should."""
    web_running_status: Literal[0, 4, 5] = 4
    """The status of a page that is recorded: Agora's examples have 4, and 0 as well."""
    web_file_name_key: Literal["filename", "fileName"] = "filename"
    """How mode web names a file; older pages have both."""
    web_payload_key: Literal["payload", "playload"] = "payload"
    """How a stop in mode web calls a payload; one older page misspells it."""
    token_seconds: Seconds | None = None
    """Seconds after which a recording started with a token ends; None is never.

    Where the App ID has a certificate, its tokens tell instead."""
    mp4_part_seconds: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 7200.0
    """Seconds after which a new mp4 file is begun in mode mix; Agora's pages say 2 h and 3 h."""
    postponed_seconds: Seconds = 3600.0
    """Seconds after the end at which postponed files are there; Agora promises a day."""
    uploaded_files: Literal["all", "index"] = "all"
    """Which files are really uploaded."""
    storage_endpoint: Annotated[str, Field(pattern=r"^https?://[!-~]+$")] | None = None
    """URL of an S3 server to which files are really uploaded; None is nowhere."""

    @property
    def timing(self) -> Timing:
        """How long the phases of a recording last."""
        return Timing(self.ready_after, self.in_progress_after)

    def changed(self, changes: dict[str, object]) -> Self:
        """Return these settings with some replaced.

        Raises:
            pydantic.ValidationError: A name is unknown or a value not allowed.
        """
        return self.model_validate({**self.model_dump(), **changes})
