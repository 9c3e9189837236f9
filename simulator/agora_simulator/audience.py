"""Who is in the channels.

A channel nobody joined or left through the admin port follows one common rule instead.
"""

from dataclasses import dataclass, field

Channel = tuple[str, str]
"""App ID and channel name."""
PRETENDED_USER = 1
"""The uid files of individual mode carry when the users are only assumed."""


@dataclass(slots=True)
class Members:
    """The users of one channel."""

    present: set[int] = field(default_factory=set)
    ever: set[int] = field(default_factory=set)
    empty_since: float = 0.0


class Audience:
    """Knows for each channel since when it has been empty."""

    def __init__(self, *, assumed: bool) -> None:
        self._channels: dict[Channel, Members] = {}
        self._assumed = assumed
        self._assumed_empty_since = 0.0

    def assume(self, *, users: bool, now: float) -> None:
        """Change the common rule for channels without members of their own."""
        if self._assumed and not users:
            self._assumed_empty_since = now
        self._assumed = users

    def empty_since(self, channel: Channel) -> float | None:
        """Return since when nobody is there, in Unix seconds, or None if somebody is."""
        members = self._channels.get(channel)
        if members is None:
            return None if self._assumed else self._assumed_empty_since
        return None if members.present else members.empty_since

    def has(self, channel: Channel, uid: str) -> bool:
        """Tell whether a user of that uid is there."""
        members = self._channels.get(channel)
        return members is not None and any(str(one) == uid for one in members.present)

    def join(self, channel: Channel, uid: int) -> list[int]:
        """Let a user in; return who is there."""
        members = self._channels.setdefault(channel, Members())
        members.present.add(uid)
        members.ever.add(uid)
        return sorted(members.present)

    def leave(self, channel: Channel, uid: int, now: float) -> list[int]:
        """Let a user out; return who is still there."""
        members = self._channels.setdefault(channel, Members(present={uid}, ever={uid}))
        was_occupied = bool(members.present)
        members.present.discard(uid)
        if was_occupied and not members.present:
            members.empty_since = now
        return sorted(members.present)

    def heard(self, channel: Channel) -> list[int]:
        """Return every user whose stream may be in files."""
        members = self._channels.get(channel)
        return [PRETENDED_USER] if members is None else sorted(members.ever)
