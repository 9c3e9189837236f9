"""What of a request may be shown."""

from typing import Final

HIDDEN: Final = frozenset(
    {"accesskey", "secretkey", "ststoken", "token", "secret", "salt", "rtmpurl", "password"},
)
"""Names of members, in lower case: a misspelt secret is still one."""
MASK: Final = "***"


def redacted(value: object) -> object:
    """Return a JSON value with every secret member masked, at any depth."""
    if isinstance(value, dict):
        return {
            key: MASK if key.lower() in HIDDEN else redacted(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [redacted(item) for item in value]
    return value
