"""AgoraProject: an Agora App ID, the credentials for it, and what its recordings share."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from agora_recording.crd.model import Model, SecretKey, SecretReference, list_of, rules
from agora_recording.crd.status import Condition
from agora_recording.crd.storage import Storage


class Area(StrEnum):
    """Which of Agora's two clouds holds the App ID."""

    INTERNATIONAL = "International"
    MAINLAND_CHINA = "MainlandChina"


class UnreachablePolicy(StrEnum):
    """What is done about a recording that has to end and whose sid cannot be found."""

    HOLD = "Hold"
    KICK = "Kick"


class CertificateReference(SecretReference):
    """The App Certificate, in a Secret."""

    key: SecretKey = "appCertificate"
    """Key of the Secret that holds it: 32 hexadecimal digits."""


class Endpoint(Model):
    """Where Agora's API is called."""

    area: Area = Area.INTERNATIONAL
    """Area whose hosts are called: International (api.agora.io, then the regional hosts outside
    China) or MainlandChina (api.sd-rtn.com, then the regional hosts in China). The next host is
    called while one cannot be reached."""

    allow_cross_area: bool = False
    """Whether recordings may be begun in the other area while no host of this one can be reached.
    What is begun there carries the channel's name and the keys of the storage, and is asked about
    and stopped there. A running recording is never taken to the other area."""


class Limits(Model):
    """What the account allows."""

    requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Calls per second to Agora's API for this App ID. Agora's own limit is 10 unless raised."""


class CredentialsKeys(Model):
    """Under which keys the Secret holds what, for a Secret whose keys cannot be chosen."""

    customer_id: SecretKey = "customerId"
    """Key that holds the customer ID."""

    customer_secret: SecretKey = "customerSecret"  # noqa: S105 - the name of a key
    """Key that holds the customer secret."""


class CredentialsReference(SecretReference):
    """A Secret with the credentials of an Agora account."""

    keys: CredentialsKeys = CredentialsKeys()
    """Under which keys the Secret holds what."""


class AgoraProjectSpec(Model):
    """An App ID and the means to record in it."""

    app_id: Annotated[
        str,
        Field(
            json_schema_extra=rules(
                (
                    "self.matches('^[0-9a-f]{32}$')",
                    "appId must be 32 hexadecimal digits in lower case, as the console shows it",
                ),
                (
                    "self == oldSelf",
                    (
                        "appId cannot change: running recordings can be stopped only through it; "
                        "create another project"
                    ),
                ),
            ),
            max_length=64,
        ),
    ]
    """App ID (Agora: ``appid``). It cannot change."""

    credentials_secret_ref: CredentialsReference
    """Secret with the keys ``customerId`` and ``customerSecret``, or others that ``keys`` names:
    the RESTful API's key and secret of the Agora account."""

    app_certificate_secret_ref: CertificateReference | None = None
    """Secret with the App Certificate, from which the operator makes the recorder's token for each
    recording; leave it out if the App ID allows joining without a token (Agora: ``token``)."""

    endpoint: Endpoint = Endpoint()
    """Where Agora's API is called."""

    limits: Limits = Limits()
    """What the account allows."""

    unreachable_policy: UnreachablePolicy = UnreachablePolicy.HOLD
    """What is done about a recording that has to end and whose sid cannot be found: Hold waits
    until it has ended; Kick has Agora's channel management remove its recorder, and whoever else
    uses its uid, from the channel for a minute (Agora: ``kicking-rule``)."""

    storage: Storage | None = None
    """Where recordings go that name no storage themselves."""


class AgoraProjectStatus(Model):
    """Whether the project can be used."""

    observed_generation: int = -1
    """Generation of the spec that this status speaks of; -1 before the operator has seen it."""

    conditions: Annotated[
        tuple[Condition, ...], Field(json_schema_extra=list_of("map", "type"))
    ] = ()
    """Ready: whether recordings can be made with this project, and if not, what to change."""
