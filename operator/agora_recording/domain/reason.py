"""The one list of reasons: the same word in conditions, events, metrics, logs and docs."""

from __future__ import annotations

from enum import Enum, StrEnum, auto


class Health(Enum):
    """What a reason means for the object as a whole (kstatus)."""

    READY = auto()
    """As declared; nothing left to do now."""
    RECONCILING = auto()
    """Under way, or waiting for a retry or for its turn."""
    STALLED = auto()
    """Only a person can mend it; the operator looks again now and then."""


class Reason(StrEnum):
    """Why a recording stands as it does: the word, what it means for the object, and its text."""

    health: Health
    meaning: str
    remedy: str

    def __new__(  # noqa: PYI034 - members are of this very class
        cls, word: str, health: Health, meaning: str, remedy: str = ""
    ) -> Reason:
        """Make a member that carries its health and its documentation."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.health, member.meaning, member.remedy = health, meaning, remedy
        return member

    @property
    def text(self) -> str:
        """What it means and what to do, for a condition's message."""
        return f"{self.meaning} {self.remedy}".strip()

    STARTING = (
        "Starting",
        Health.RECONCILING,
        "A recording is being started, or has been and Agora has not yet confirmed that it runs.",
        "Nothing needs to be done: that is clear in two minutes, or five if an answer was lost.",
    )
    QUEUED = (
        "Queued",
        Health.RECONCILING,
        "It waits for its turn, which comes by itself: calls to Agora are limited for each App ID.",
        (
            "If that often takes long, ask Agora for more calls and raise "
            "limits.requestsPerSecond of the project."
        ),
    )
    RECORDING = "Recording", Health.READY, "Agora confirms that it records."
    ON_HOLD = (
        "OnHold",
        Health.READY,
        "The page is open and paid for, but on hold: no files are written.",
        "Set web.onHold to false to go on, or desiredState to Stopped to end it.",
    )
    UPDATING = (
        "Updating",
        Health.RECONCILING,
        "What changed, such as the layout or storage credentials, is being sent to Agora.",
        "Nothing needs to be done: that takes seconds.",
    )
    UPDATED = (
        "Updated",
        Health.READY,
        "Agora was told what changed, which the Event names. An Event says this, no condition.",
    )
    STOPPING = (
        "Stopping",
        Health.RECONCILING,
        "The recording is being stopped.",
        "Nothing needs to be done: that takes seconds, or two minutes if Agora does not find it.",
    )
    STOPPED = "Stopped", Health.READY, "It was stopped, as the object asks."
    COMPLETED = (
        "Completed",
        Health.READY,
        (
            "The recording is over: the channel was empty for maxIdleSeconds, or it was recorded "
            "for maxDurationSeconds."
        ),
        "To record again, set desiredState to Stopped and back to Recording.",
    )
    ORPHANED = (
        "Orphaned",
        Health.READY,
        "The object was deleted with deletionPolicy Orphan; the recording was left running.",
        "Stop it at Agora by the resourceId and sid of this event.",
    )
    FORCE_RELEASED = (
        "ForceReleased",
        Health.READY,
        "The object was let go by the annotation recording.agora.io/force-release.",
        "What may still run at Agora is named in this event.",
    )
    RESTARTING = (
        "Restarting",
        Health.RECONCILING,
        "An attempt to record failed.",
        (
            "Another follows, at first within seconds, after several failures within five "
            "minutes. docs/how-to/troubleshooting.md names the usual causes."
        ),
    )
    SID_UNKNOWN = (
        "SidUnknown",
        Health.STALLED,
        (
            "A start has no clear answer: a recording may be running that cannot be stopped "
            "without its sid, Agora's name for it."
        ),
        "The message says what is done about it, until when, and what a person can do.",
    )
    DUPLICATE_TARGET = (
        "DuplicateTarget",
        Health.STALLED,
        "Another CloudRecording has this channel and uid, which Agora records once.",
        (
            "This one waits, and takes over once the other is stopped or deleted. To record both, "
            "set spec.uid to another number."
        ),
    )
    TARGET_BUSY = (
        "TargetBusy",
        Health.RECONCILING,
        (
            "Agora still holds the last recording of this channel and uid, as it does for some "
            "seconds after its end."
        ),
        "Nothing needs to be done: it is tried again within half a minute.",
    )
    TARGET_IN_USE = (
        "TargetInUse",
        Health.STALLED,
        (
            "A recording of this channel and uid runs at Agora: of another cluster, of a script, "
            "or let go of."
        ),
        (
            "It is tried again every five minutes or sooner. End the other, or set spec.uid to "
            "another number."
        ),
    )
    AGORA_UNAVAILABLE = (
        "AgoraUnavailable",
        Health.RECONCILING,
        "Agora could not be reached, or answered with an error that says to try again.",
        (
            "It is tried again within half a minute. If this lasts, see whether the operator can "
            "reach Agora through proxies and network policies."
        ),
    )
    KUBE_UNAVAILABLE = (
        "KubeUnavailable",
        Health.RECONCILING,
        "The API server did not take a write that must come before a start.",
        (
            "It is tried again within half a minute. If this lasts, see its health, the "
            "operator's log, and managedFields for who writes too."
        ),
    )
    RATE_LIMITED = (
        "RateLimited",
        Health.RECONCILING,
        "Agora refuses calls for a moment because there are too many of them.",
        (
            "It is tried again within half a minute, or when Agora says. If this lasts, see who "
            "else uses the App ID, lower limits.requestsPerSecond, or ask Agora for more."
        ),
    )
    CONCURRENCY_LIMIT = (
        "ConcurrencyLimit",
        Health.RECONCILING,
        "The account runs as many recordings at once as Agora allows.",
        (
            "It is tried again within a minute. Stop recordings that nobody needs, or ask Agora "
            "for more."
        ),
    )
    REQUEST_REFUSED = (
        "RequestRefused",
        Health.STALLED,
        "Agora refuses the request as it is, or would, so that it is not sent.",
        (
            "Correct the spec, and it is tried at once; as it is, it is tried again within ten "
            "minutes."
        ),
    )
    SERVICE_DISABLED = (
        "ServiceDisabled",
        Health.STALLED,
        (
            "The App ID is unknown to Agora, Cloud Recording is not enabled for it, or the account "
            "is suspended."
        ),
        (
            "Enable Cloud Recording in Agora's console, and see that appId is right and the "
            "account is paid. It is tried again within a minute."
        ),
    )
    CREDENTIALS_REFUSED = (
        "CredentialsRefused",
        Health.STALLED,
        "Agora refuses the customer id and secret.",
        (
            "Correct the Secret that credentialsSecretRef of the project names; it is read "
            "again within a minute."
        ),
    )
    AVAILABLE = (
        "Available",
        Health.READY,
        "The project's Secrets hold what is needed, and Agora has not refused them.",
    )
    PROJECT_NOT_FOUND = (
        "ProjectNotFound",
        Health.STALLED,
        (
            "The AgoraProject that projectRef names does not exist in the namespace; or the "
            "ClusterAgoraProject does not exist, or does not allow the namespace."
        ),
        "Create it, have the namespace allowed, or correct projectRef; each is noticed at once.",
    )
    PROJECT_TERMINATING = (
        "ProjectTerminating",
        Health.STALLED,
        "The project is being deleted; what runs in it goes on, and nothing new begins.",
        "Create it again once it is gone, or name another in projectRef.",
    )
    IN_USE = (
        "InUse",
        Health.RECONCILING,
        "A project is being deleted and stays until all that runs in it is stopped.",
        "Delete the CloudRecordings that use it, or set desiredState to Stopped in them.",
    )
    SECRET_NOT_FOUND = (
        "SecretNotFound",
        Health.STALLED,
        "A Secret that is needed does not exist.",
        "Create it; it is looked for again within a minute.",
    )
    SECRET_INCOMPLETE = (
        "SecretIncomplete",
        Health.STALLED,
        "A Secret that is needed lacks a key, or the key is empty.",
        "Add the key; the Secret is read again within a minute.",
    )
    SECRET_INVALID = (
        "SecretInvalid",
        Health.STALLED,
        "A Secret that is needed holds something that cannot be used.",
        "Correct it; the Secret is read again within a minute.",
    )
    CREDENTIALS_EXPIRING = (
        "CredentialsExpiring",
        Health.STALLED,
        "Temporary storage credentials lapse too soon to begin with, or within the hour.",
        (
            "Renew them in the Secret, for four hours or more. A recording goes on, but after the "
            "lapse nothing is uploaded."
        ),
    )
    SECRET_FORBIDDEN = (
        "SecretForbidden",
        Health.STALLED,
        "The operator may not read a Secret that is needed.",
        "Grant its ServiceAccount get on Secrets; that is tried again within a minute.",
    )
    STORAGE_MISSING = (
        "StorageMissing",
        Health.STALLED,
        "Neither the recording nor its project says where files go.",
        "Set spec.storage in one of them; that is noticed at once.",
    )
    RECORDING_FAILED = (
        "RecordingFailed",
        Health.STALLED,
        "Nothing is recorded: restartPolicy allows no more attempts.",
        (
            "Mend the cause (docs/how-to/troubleshooting.md), then set desiredState to Stopped and "
            "back."
        ),
    )
