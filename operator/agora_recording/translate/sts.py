"""Temporary storage credentials, of a Security Token Service (STS)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from agora_recording.crd.vendor import StorageVendor

VENDORS: Final = frozenset(
    {StorageVendor.AMAZON_S3, StorageVendor.ALIBABA_OSS, StorageVendor.TENCENT_COS}
)
"""Those with whose tokens Agora uploads (REST reference, ``stsToken``)."""
TOKEN: Final = "stsToken"  # noqa: S105 - a name
EXPIRATION: Final = "stsExpiration"


def expiry(keys: Mapping[str, str]) -> datetime | None:
    """Return when the keys of a Secret lapse; None if they do not.

    Raises:
        ValueError: It is neither Unix seconds nor a time of RFC 3339.
    """
    text = keys.get(EXPIRATION)
    if text is None:
        return None
    moment = _moment(text)
    if moment is None:
        raise ValueError(EXPIRATION)
    return moment


def unfit(vendor: StorageVendor | None, keys: Mapping[str, str]) -> Mapping[str, str]:
    """Return what of the keys cannot be used, by our name: why, without quoting it."""
    if TOKEN not in keys and EXPIRATION not in keys:
        return {}
    if vendor not in VENDORS:
        name = TOKEN if TOKEN in keys else EXPIRATION
        return {name: f"is temporary, of no use with {vendor}"}
    for one, other in ((TOKEN, EXPIRATION), (EXPIRATION, TOKEN)):
        if other not in keys:
            return {one: f"is of no use without {other}"}
    try:
        expiry(keys)
    except ValueError:
        return {EXPIRATION: "must be Unix seconds, or like 2026-12-01T09:00:00Z"}
    return {}


def _moment(text: str) -> datetime | None:
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text), UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None
