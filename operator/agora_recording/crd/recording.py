"""CloudRecording, as a user writes it."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from agora_recording.crd.combinations import channel_rule, spec_rules
from agora_recording.crd.encryption import ChannelEncryption
from agora_recording.crd.mode import MODES, Individual, Mix
from agora_recording.crd.model import (
    Model,
    ObjectName,
    SecretKey,
    SecretReference,
    Uid,
    ratcheting_rules,
    rules,
)
from agora_recording.crd.overrides import Overrides, PrivateParameters
from agora_recording.crd.placement import Placement
from agora_recording.crd.storage import Storage
from agora_recording.crd.subscription import Subscription
from agora_recording.crd.web import Web


class ChannelProfile(StrEnum):
    """The channel's profile in the SDK of its users."""

    COMMUNICATION = "Communication"
    LIVE_BROADCASTING = "LiveBroadcasting"


class DesiredState(StrEnum):
    """What is wanted of the recording now."""

    RECORDING = "Recording"
    STOPPED = "Stopped"


class DeletionPolicy(StrEnum):
    """What becomes of the recording when the object is deleted."""

    STOP = "Stop"
    ORPHAN = "Orphan"


class RestartPolicy(StrEnum):
    """Whether a recording that ended without being stopped is begun again."""

    ON_FAILURE = "OnFailure"
    NEVER = "Never"
    ALWAYS = "Always"


class TokenReference(SecretReference):
    """A token for the channel, in a Secret."""

    key: SecretKey = "token"
    """Key of the Secret that holds it."""


class ProjectKind(StrEnum):
    """What holds an App ID: for one namespace, or for several."""

    AGORA_PROJECT = "AgoraProject"
    CLUSTER_AGORA_PROJECT = "ClusterAgoraProject"


class ProjectReference(Model):
    """The project that records."""

    kind: ProjectKind = ProjectKind.AGORA_PROJECT
    """Kind of the project: an AgoraProject of the same namespace, or a ClusterAgoraProject that
    allows the namespace."""

    name: ObjectName = "default"
    """Name of the project."""


class CloudRecordingSpec(Model):
    """What is to be recorded, and how."""

    model_config = ConfigDict(
        json_schema_extra=ratcheting_rules(*spec_rules(), channel=channel_rule())
    )

    project_ref: ProjectReference = ProjectReference()
    """The project that records. Locked while recording."""

    channel: Annotated[
        str,
        Field(
            min_length=1,
            max_length=128,
            json_schema_extra=rules(
                (
                    "bytes(self).size() <= 128",
                    (
                        "channel may have at most 128 bytes, of which a letter outside of ASCII "
                        "takes two to four; shorten it"
                    ),
                )
            ),
        ),
    ]
    """Name of the channel: at most 64 letters, digits, spaces and ! # $ % & ( ) + - : ; < = . > ?
    @ [ ] ^ _ { } | ~ ,; with ``web`` any name for the recording, at most 128 bytes
    (Agora: ``cname``). Locked while recording."""

    uid: Uid | None = None
    """User number of the recorder, used by nobody else in the channel; unset: derived from App
    ID, namespace, name and channel (Agora: ``uid``). Locked while recording."""

    channel_profile: ChannelProfile | None = None
    """Profile of the channel, which must be that of its users' SDK; unset: Communication
    (Agora: ``channelType``). Locked while recording."""

    individual: Individual | None = None
    """Record each user into files of their own. The shortest form is ``individual: {}``. Locked
    while recording."""

    mix: Mix | None = None
    """Record all users mixed into one. The shortest form is ``mix: {}``."""

    web: Web | None = None
    """Record a web page. The shortest form is ``web: {url: https://example.com}`` with
    ``maxDurationSeconds``."""

    subscription: Subscription | None = None
    """Whose streams are recorded; unset: everybody's. It can change while recording
    (Agora: ``update``)."""

    storage: Storage | None = None
    """Where the files go; unset: the project's storage. Locked while recording, except for
    ``credentialsSecretRef``."""

    token_secret_ref: TokenReference | None = None
    """Secret with the recorder's token for this channel and ``uid``, where the project has no App
    Certificate to make one from. It must outlast the recording: Agora cannot be given another
    (Agora: ``token``). Locked while recording."""

    encryption: ChannelEncryption | None = None
    """What the users of the channel encrypt their streams with; unset: they do not. Locked while
    recording."""

    placement: Placement | None = None
    """Where Agora records; unset: as near as it can. Locked while recording."""

    max_idle_seconds: Annotated[int | None, Field(ge=5, le=2_592_000)] = None
    """End the recording when the channel has been empty for so many seconds; unset: 300
    (Agora: ``maxIdleTime``). Locked while recording."""

    max_duration_seconds: Annotated[int | None, Field(ge=1, le=2_592_000)] = None
    """End each recording at the latest after so many seconds; required with ``web``, and unset
    otherwise: no such end. Should no operator be there to end it, Agora itself ends a page after
    that time, rounded up to whole hours (Agora: ``maxRecordingHour``). Locked while recording."""

    desired_state: DesiredState = DesiredState.RECORDING
    """Recording, or Stopped to end it and keep the object. Recording after Stopped begins a new
    recording."""

    restart_policy: RestartPolicy = RestartPolicy.ON_FAILURE
    """Whether an attempt that failed is followed by another: OnFailure, Never, or Always, which
    also begins anew after the channel was empty for ``maxIdleSeconds``."""

    max_restarts: Annotated[int, Field(ge=0, le=1000)] = 10
    """Failed attempts in a row that are followed by another."""

    deletion_policy: DeletionPolicy = DeletionPolicy.STOP
    """What becomes of the recording when this object is deleted: Stop ends it first, Orphan
    leaves it running."""

    private_parameters: PrivateParameters | None = None
    """Parameters that Agora gave you for a special case, as the text of a JSON object
    (Agora: ``privateParams``). Locked while recording."""

    overrides: Overrides | None = None
    """Members of Agora's requests for which this API has no field. Locked while recording."""

    @property
    def mode(self) -> str:
        """Agora's word for what is recorded and how."""
        return next((mode for mode in MODES if getattr(self, mode) is not None), "mix")
