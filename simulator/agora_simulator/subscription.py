"""Whose streams are recorded: the lists of uids in start and update."""

from typing import Final, Self

from pydantic import BaseModel, ValidationInfo, model_validator

from agora_simulator.parts import EVERYBODY, Part, StartUidList, UidList, settings_of

GROUPS: Final = ((1, 2), (3, 7), (8, 12), (13, 17), (17, 32), (32, 49))
"""The fewest and the most uids of each subscribeUidGroup; on 17 and on 32 sources disagree."""
SPELLINGS: Final = {"unsubscribe": "un_subscribe_", "unSubscribe": "unsubscribe_"}
"""By the one spelling that is taken, how the members begin that then are not."""


def check_spelling(part: BaseModel, info: ValidationInfo) -> None:
    """Refuse a member that is spelt as only some of Agora's pages spell it.

    Raises:
        ValueError: The settings want the other spelling.
    """
    spelling = settings_of(info).unsubscribe_spelling
    wrong = SPELLINGS.get(spelling)
    if wrong and any(name.startswith(wrong) for name in part.model_fields_set):
        raise ValueError(f"the member is spelt {spelling}…")


def exclusive(what: str, subscribed: list[str] | None, unsubscribed: list[str] | None) -> None:
    """Refuse two lists of which at most one may be given.

    Raises:
        ValueError: Both are given.
    """
    if subscribed is not None and unsubscribed is not None:
        raise ValueError(f"subscribe{what} and unsubscribe{what} exclude each other")


class AudioUids(Part, extra="forbid"):
    """Whose audio is recorded, or whose is not."""

    subscribe_audio_uids: UidList | None = None
    unsubscribe_audio_uids: UidList | None = None
    un_subscribe_audio_uids: UidList | None = None

    @model_validator(mode="after")
    def _one_of_both(self, info: ValidationInfo) -> Self:
        check_spelling(self, info)
        unsubscribed = self.unsubscribe_audio_uids or self.un_subscribe_audio_uids
        exclusive("AudioUids", self.subscribe_audio_uids, unsubscribed)
        return self


class VideoUids(Part, extra="forbid"):
    """Whose video is recorded, or whose is not."""

    subscribe_video_uids: UidList | None = None
    unsubscribe_video_uids: UidList | None = None
    un_subscribe_video_uids: UidList | None = None

    @model_validator(mode="after")
    def _one_of_both(self, info: ValidationInfo) -> Self:
        check_spelling(self, info)
        unsubscribed = self.unsubscribe_video_uids or self.un_subscribe_video_uids
        exclusive("VideoUids", self.subscribe_video_uids, unsubscribed)
        return self


class StreamSubscribe(Part, extra="forbid"):
    """Whose streams are recorded from now on."""

    audio_uid_list: AudioUids | None = None
    video_uid_list: VideoUids | None = None


class SubscriptionMembers(Part):
    """The lists as they stand in recordingConfig."""

    subscribe_audio_uids: StartUidList | None = None
    unsubscribe_audio_uids: StartUidList | None = None
    un_subscribe_audio_uids: StartUidList | None = None
    subscribe_video_uids: StartUidList | None = None
    unsubscribe_video_uids: StartUidList | None = None
    un_subscribe_video_uids: StartUidList | None = None

    @model_validator(mode="after")
    def _subscriptions(self, info: ValidationInfo) -> Self:
        check_spelling(self, info)
        exclusive("AudioUids", self.subscribe_audio_uids, self._without_audio)
        exclusive("VideoUids", self.subscribe_video_uids, self._without_video)
        return self

    @property
    def distinct_uids(self) -> int | None:
        """How many uids both lists name; None where they do not tell how many users there are."""
        subscribed = [*(self.subscribe_audio_uids or []), *(self.subscribe_video_uids or [])]
        if self._without_audio or self._without_video or not subscribed or EVERYBODY in subscribed:
            return None
        return len(set(subscribed))

    @property
    def _without_audio(self) -> list[str] | None:
        return self.unsubscribe_audio_uids or self.un_subscribe_audio_uids

    @property
    def _without_video(self) -> list[str] | None:
        return self.unsubscribe_video_uids or self.un_subscribe_video_uids


def fits(group: int, uids: int | None) -> bool:
    """Tell whether a subscribeUidGroup is the one for so many uids."""
    if uids is None:
        return True
    fewest, most = GROUPS[group]
    return fewest <= uids <= most
