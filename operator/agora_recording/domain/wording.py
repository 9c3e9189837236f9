"""Messages that can be read at a glance, however long the names in them are."""

from __future__ import annotations

from typing import Final

MOST: Final = 200
"""Characters of a message; more is not read."""
BEFORE_MEANWHILE: Final = 156
"""Characters of what is lacking, to which is added what becomes of the recording meanwhile."""
ROOM: Final = 147
"""The same of what a start takes, since it may also be why there is no search for a sid."""


def worded(text: str, room: int = MOST, **names: str) -> str:
    """Return ``text`` with the names of objects, keys and channels in its fields.

    The longest of them are shortened in their middle as far as it takes, never the words: what
    to do must stay.

    Args:
        text: With a field "{name}" for each name.
        room: Characters that there are.
        names: What to fill in.
    """
    longest = max(map(len, names.values()), default=0)
    for length in range(longest, 1, -1):
        said = text.format(**{field: _shortened(name, length) for field, name in names.items()})
        if len(said) <= room:
            return said
    return text.format(**{field: _shortened(name, 1) for field, name in names.items()})


def _shortened(name: str, length: int) -> str:
    """Return the beginning and the end of a name: both tell it from others."""
    if len(name) <= length:
        return name
    end = (length - 1) // 2
    return f"{name[: length - 1 - end]}…{name[len(name) - end :]}"
