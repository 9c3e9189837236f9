"""Short hashes, to tell whether something is what it was. Nothing secret goes into one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def digest(members: Mapping[str, object]) -> str:
    """Return the same 16 hexadecimal digits for the same members, in whatever order."""
    text = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
