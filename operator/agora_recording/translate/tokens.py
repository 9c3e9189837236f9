"""The recorder's token: made from the App Certificate, or taken from a Secret.

What an attempt pins of its token makes a repeated start the same, whatever has become of the
spec since (protocol 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from agora_recording.agora import token
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.crd.status import Attempt
from agora_recording.domain import need
from agora_recording.domain.claim import Claim
from agora_recording.domain.lifetime import END_MARGIN, ROLLOVER
from agora_recording.domain.observation import DEAD_AFTER, Problem, Recording
from agora_recording.translate.rtc import DEFAULT_IDLE_SECONDS
from agora_recording.translate.secrets import Purpose, SecretValues

LIFE: Final = timedelta(hours=24)
"""How long a made token lasts: the longest that Agora takes (AccessToken2)."""
LARGEST_SALT: Final = 99_999_999
"""The largest salt of Agora's own token builders."""


def pinned(
    spec: CloudRecordingSpec, secrets: SecretValues, now: datetime, chance: float
) -> Mapping[str, Any]:
    """Return what a new attempt pins of its token, as members of ``Attempt``.

    Args:
        spec: What is to be recorded.
        secrets: What the Secrets hold.
        now: When the resource was acquired.
        chance: A random number from 0 to 1, for the salt.
    """
    if Purpose.TOKEN in secrets:  # a repeated start may find another there, so it bounds nothing
        expires = _expiry(secrets[Purpose.TOKEN]["token"])
        return {} if expires is None else {"token_expires_at": expires}
    if Purpose.CERTIFICATE in secrets:
        made = {"token_issued_at": now, "token_salt": 1 + int(chance * (LARGEST_SALT - 1))}
        return {**made, **_ends(spec, now, now + LIFE)}
    return {}


def token_of(attempt: Attempt, secrets: SecretValues) -> str | None:
    """Return the token of an attempt; None if it has none, or its Secret is gone."""
    if attempt.token_issued_at is None:
        return secrets.get(Purpose.TOKEN, {}).get("token")
    certificate = secrets.get(Purpose.CERTIFICATE, {}).get("appCertificate")
    if certificate is None:
        return None
    return token.build(
        attempt.app_id,
        certificate,
        channel=attempt.channel,
        uid=attempt.uid,
        issued_at=int(attempt.token_issued_at.timestamp()),
        seconds=int(LIFE.total_seconds()),
        salt=attempt.token_salt or 1,
    )


def token_problem(
    recording: Recording, secrets: SecretValues, claim: Claim, now: datetime
) -> Problem | None:
    """Say why the given token is of no use for the recording, as far as it can be read."""
    ref = recording.spec.token_secret_ref
    if ref is None or Purpose.TOKEN not in secrets:
        return None
    why = _wrong(secrets[Purpose.TOKEN]["token"], claim, now)
    return None if why is None else need.no_use(ref.name, ref.key, why)


def _wrong(text: str, claim: Claim, now: datetime) -> str | None:
    read = token.read(text)
    if read is None:
        return None
    if read.app_id != claim.app_id:
        return "is for another App ID"
    if not read.is_for(claim.channel, claim.uid):
        return f"is not for spec.channel and uid {claim.uid}"
    if not read.joins:
        return "lets nobody join"
    if read.expires_at <= now + ROLLOVER:
        return "has expired, or is about to"
    return None


def _expiry(text: str) -> datetime | None:
    read = token.read(text)
    return None if read is None else read.expires_at


def _ends(spec: CloudRecordingSpec, acquired: datetime, expires: datetime) -> Mapping[str, Any]:
    """Return when the token ends, and when Agora itself must have ended its recording (15)."""
    idle = timedelta(seconds=spec.max_idle_seconds or DEFAULT_IDLE_SECONDS)
    must_end = max(acquired + DEAD_AFTER, expires) + idle + END_MARGIN
    return {"token_expires_at": expires, "must_end_by": must_end}
