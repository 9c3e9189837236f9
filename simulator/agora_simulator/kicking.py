"""Rules that throw users out of channels and keep them out: a part of another API of Agora's.

https://docs.agora.io/en/video-calling/channel-management-api/endpoint/ban-user-privileges/create-rules
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agora_simulator import replies
from agora_simulator.calls import Target
from agora_simulator.replies import RefusedError

SHORTEST_SECONDS: Final = 10
LONGEST_SECONDS: Final = 86_430
DEFAULT_SECONDS: Final = 3600
SECONDS_PER_MINUTE: Final = 60

Duration = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class KickingRule(BaseModel):
    """Who loses which privileges, and for how long."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    appid: str
    cname: str = ""
    """The channel; empty is every channel."""
    uid: int | str = ""
    """The user; empty or 0 is every user."""
    ip: str = ""
    """The address; recorders have none that a caller could know."""
    time: Duration | None = None
    """Minutes."""
    time_in_seconds: Duration | None = None
    """Seconds; it goes before `time`."""
    privileges: Annotated[
        list[Literal["join_channel", "publish_audio", "publish_video"]], Field(min_length=1)
    ]

    @property
    def seconds(self) -> float:
        """How long it lasts; 0 throws out and lets in again."""
        wanted = self.time_in_seconds
        if wanted is None and self.time is not None:
            wanted = self.time * SECONDS_PER_MINUTE
        if wanted is None:
            return DEFAULT_SECONDS
        return wanted and min(max(wanted, SHORTEST_SECONDS), LONGEST_SECONDS)

    def covers(self, target: Target) -> bool:
        """Tell whether a recorder may not be in its channel by this rule."""
        user, channel = str(self.uid or ""), self.cname
        return (
            "join_channel" in self.privileges
            and self.appid == target.app_id
            and not self.ip
            and bool(user or channel)
            and user in {"", target.uid}
            and channel in {"", target.channel}
        )


class KickingRules:
    """The rules in force."""

    def __init__(self) -> None:
        self._until: list[tuple[float, KickingRule]] = []

    def add(self, rule: KickingRule, now: float) -> int:
        """Put a rule in force; return its id."""
        self._until.append((now + rule.seconds, rule))
        return len(self._until)

    def ban(self, target: Target, now: float) -> bool:
        """Tell whether a recorder would be thrown out as soon as it joins."""
        return any(now < until and rule.covers(target) for until, rule in self._until)


def kicking_rule(body: object) -> KickingRule:
    """Return the rule that a body asks for.

    Raises:
        RefusedError: It is none.
    """
    try:
        return KickingRule.model_validate(body)
    except ValidationError as broken:
        first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise RefusedError(replies.message(400, f"{place}: {first['msg']}")) from None
