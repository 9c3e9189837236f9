"""What Agora is told anew while it records."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self

ON_HOLD: Final = "OnHold"
"""What is told under HOLD while no files are to be written."""
WRITING: Final = "Writing"
"""What is told under HOLD otherwise."""


class Topic(StrEnum):
    """Something that can change while a recording runs; each has its own call.

    The value is its key in ``attempts[].told``.
    """

    words: str
    """What it is, for people."""

    def __new__(cls, key: str, words: str) -> Self:
        """Make a member of its key and its words."""
        member = str.__new__(cls, key)
        member._value_ = key
        member.words = words
        return member

    LAYOUT = "layout", "layout"
    SUBSCRIPTION = "subscription", "subscription"
    STORAGE = "storage", "storage credentials"
    HOLD = "hold", "hold of the page"
    OUTPUTS = "outputs", "RTMP output"


def told_of(topic: Topic, wanted: Mapping[Topic, str]) -> str:
    """Say what Agora is told of a topic, as in "Agora was told ..."."""
    if topic is Topic.HOLD:
        return "to hold the page" if wanted[topic] == ON_HOLD else "to go on with the page"
    return f"the changed {topic.words}"


def is_news(topic: Topic, told: Mapping[str, str], wanted: Mapping[Topic, str]) -> bool:
    """Whether what is wanted of ``topic``, if it is known, is not what was told last."""
    return topic in wanted and told.get(topic) != wanted[topic]
