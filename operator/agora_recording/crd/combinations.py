"""Which members of a spec contradict each other: the rules that no smaller object can hold."""

from typing import Final

from agora_recording.crd.mode import MODES
from agora_recording.crd.placement import PLACES, Geofence

CHANNEL_MODES: Final = tuple(mode for mode in MODES if mode != "web")
"""The modes whose recorder joins a channel."""
NOT_WITH_WEB: Final = {
    "channelProfile": "no channel is joined",
    "subscription": "no channel is joined, so there are no users to choose from",
    "encryption": "no channel is joined, so there is nothing to decrypt",
    "tokenSecretRef": "no channel is joined, so no token is needed",
    "privateParameters": "they are parameters of a channel's recording",
    "maxIdleSeconds": "a page is never idle; maxDurationSeconds ends it",
}
"""Fields that mean nothing to a recording of a page, and why."""
Rule = tuple[str, str]
"""A CEL rule and the message of its refusal."""

_SELECTED: Final = "has(self.subscription) && has(self.subscription.{0})"
_AUDIO: Final = "self.subscription.audio.include"
_VIDEO: Final = "self.subscription.video.include"


def spec_rules() -> tuple[Rule, ...]:
    """Return the rules of a whole spec."""
    return (
        _one_mode(),
        _no_selection("audio", "Video"),
        _no_selection("video", "Audio"),
        _snapshots_of_named_users(),
        _at_most_49_named_users(),
        _storage_within_the_fence(),
        _a_page_has_an_end(),
        _no_fence_around_what_is_processed(),
        *(_not_with_web(field, why) for field, why in NOT_WITH_WEB.items()),
    )


def channel_rule() -> Rule:
    """Return which names Agora lets a channel have; that of a page joins none."""
    return (
        (
            "has(self.web) || (self.channel.size() <= 64 && self.channel.matches("
            r"'^[a-zA-Z0-9 !#$%&()+:;<=.>?@\\[\\]^_{}|~,-]*$'))"
        ),
        (
            "channel may hold at most 64 letters, digits, spaces and ! # $ % & ( ) + - : ; < = . "
            "> ? @ [ ] ^ _ { } | ~ , only, as Agora names no channel otherwise; with web any "
            "name will do"
        ),
    )


def _one_mode() -> Rule:
    given = ", ".join(f"has(self.{mode})" for mode in MODES)
    return (
        f"[{given}].exists_one(given, given)",
        f"say how to record: set exactly one of {', '.join(MODES)}; the shortest form is mix: {{}}",
    )


def _no_selection(medium: str, other: str) -> Rule:
    """Refuse to select users of a medium where only the other one is recorded."""
    alone = (f"(has(self.{mode}) && self.{mode}.media == '{other}')" for mode in CHANNEL_MODES)
    return (
        f"!({_SELECTED.format(medium)}) || !({' || '.join(alone)})",
        (
            f"subscription.{medium} selects whose {medium} is recorded, and media: {other} "
            f"records none; remove subscription.{medium}, or set media: AudioAndVideo"
        ),
    )


def _snapshots_of_named_users() -> Rule:
    """Agora takes no snapshots where sound is subscribed by inclusion, and video is not.

    To record everybody's sound is to subscribe to it by inclusion.
    """
    shot = "has(self.individual) && has(self.individual.snapshots)"
    video, audio = (
        f"{_SELECTED.format(medium)} && has(self.subscription.{medium}.exclude)"
        for medium in ("video", "audio")
    )
    return (
        f"!({shot} && self.individual.media != 'Video' && {video} && !({audio}))",
        (
            "Agora takes snapshots of all but some users only if sound is recorded of all but "
            "some too; use subscription.audio.exclude or subscription.video.include, or set "
            "media: Video"
        ),
    )


def _no_fence_around_what_is_processed() -> Rule:
    """Agora takes no region with scene 2."""
    processed = "has(self.individual) && has(self.individual.postProcessing)"
    return (
        f"!({processed} && has(self.placement) && has(self.placement.geofence))",
        (
            "Agora keeps no postProcessing within a geofence; remove placement.geofence, or "
            "individual.postProcessing"
        ),
    )


def _at_most_49_named_users() -> Rule:
    """The largest subscribeUidGroup has 49 users, and both lists together may name 64."""
    named = " && ".join(
        f"{_SELECTED.format(medium)} && has(self.subscription.{medium}.include)"
        for medium in ("audio", "video")
    )
    users = f"{_AUDIO}.size() + {_VIDEO}.filter(uid, !(uid in {_AUDIO})).size()"
    return (
        f"!(has(self.individual) && {named}) || {users} <= 49",
        (
            "individual records at most 49 users that are named; name fewer, or leave "
            "subscription out for everybody"
        ),
    )


def _storage_within_the_fence() -> Rule:
    """The storage must lie where the recording may not leave, if its region is a known one."""
    fenced = "has(self.placement) && has(self.placement.geofence) && has(self.storage)"
    outside = (_lies_outside("region", str), _lies_outside("regionNumber", int))
    return (
        f"!({fenced} && ({' || '.join(outside)}))",
        (
            "the region of storage lies outside placement.geofence, which holds for the files "
            "too; choose a bucket within it, or another geofence"
        ),
    )


def _lies_outside(member: str, kind: type[str | int]) -> str:
    """Return CEL that holds if the region that this member tells is known to lie elsewhere.

    One map of lists: the cost of looking up a list in a map of maps is estimated as boundless.
    """
    elsewhere = {
        f"{fence} {vendor}": [
            region
            for region, fences in places.items()
            if isinstance(region, kind) and fence not in fences
        ]
        for fence in Geofence
        for vendor, places in PLACES.items()
    }
    field = f"self.storage.{member}"
    place = "self.placement.geofence + ' ' + self.storage.vendor"
    return f"has({field}) && {field} in {elsewhere}[{place}]"


def _a_page_has_an_end() -> Rule:
    return (
        "!has(self.web) || has(self.maxDurationSeconds)",
        (
            "web needs maxDurationSeconds, the longest time that the page may be recorded: Agora "
            "bills a page until somebody stops it"
        ),
    )


def _not_with_web(field: str, why: str) -> Rule:
    return (
        f"!has(self.web) || !has(self.{field})",
        f"{field} does not go with web: {why}; remove {field}",
    )
