"""The layout and the subscription a start request asks for, in the shapes of later changes."""

from agora_simulator.layout import LAYOUT_MEMBERS


def initial_layout(request: dict[str, object]) -> dict[str, object]:
    """Return the members that updateLayout would replace."""
    transcoding = _object(_object(request.get("recordingConfig")).get("transcodingConfig"))
    return {name: value for name, value in transcoding.items() if name in LAYOUT_MEMBERS}


def initial_subscription(request: dict[str, object]) -> dict[str, object]:
    """Return the uid lists as update's streamSubscribe would give them."""
    config = _object(request.get("recordingConfig"))
    lists = {
        "audioUidList": _ending(config, "audiouids"),
        "videoUidList": _ending(config, "videouids"),
    }
    return {name: members for name, members in lists.items() if members}


def _ending(config: dict[str, object], ending: str) -> dict[str, object]:
    return {name: value for name, value in config.items() if name.lower().endswith(ending)}


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
