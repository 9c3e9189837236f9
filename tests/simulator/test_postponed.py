"""Scene 2: something is made of the files after the end."""

from typing import Any

import pytest

from simulator.caller import NOW, Caller
from simulator.client import START

POSTPONED = {"combinationPolicy": "postpone_transcoding"}
MIX = {"transConfig": {"transMode": "audioMix"}}
AUDIO = {"streamTypes": 0, "streamMode": "original"}


def request(config: dict[str, object] | None = None, **members: object) -> dict[str, Any]:
    """Return a start request of mode individual."""
    whole = {"channelType": 1, "subscribeUidGroup": 0, **(config or {})}
    return {**START, "recordingConfig": whole, **members}


def code(scene: int, body: object, **settings: Any) -> int | None:
    """Return the code with which a start in a scene is answered."""
    caller = Caller("individual", **settings)
    return caller.start(caller.acquire(scene=scene), NOW, body).code


@pytest.mark.parametrize(
    "members",
    [
        {"appsCollection": POSTPONED},
        {"appsCollection": {"combinationPolicy": "default"}},
        {"appsCollection": {}},
        {"appsCollection": POSTPONED, "transcodeOptions": MIX},
    ],
)
def test_what_is_made_later_goes_with_scene_2_only(members: dict[str, object]) -> None:
    """In scene 0 it is refused."""
    assert (code(2, request(**members)), code(0, request(**members))) == (None, 2)


def test_scene_2_asks_for_nothing() -> None:
    """A plain start is taken too."""
    assert code(2, request()) is None


def test_transcoding_needs_no_file_config() -> None:
    """As Agora's sample has none."""
    postponed = request(appsCollection=POSTPONED)

    assert code(2, postponed, recording_file_config_required=True) is None
    assert code(2, request(), recording_file_config_required=True) == 2


@pytest.mark.parametrize("kind", ["mp3", "m4a", "aac"])
@pytest.mark.parametrize("rate", ["48000", "32000", "16000"])
@pytest.mark.parametrize("channels", ["1", "2"])
def test_audio_can_be_mixed(kind: str, rate: str, channels: str) -> None:
    """In all formats, rates and numbers of channels; the numbers are texts."""
    options = {
        **MIX,
        "container": {"format": kind},
        "audio": {"sampleRate": rate, "bitrate": "48000", "channels": channels},
    }

    assert code(2, request(AUDIO, appsCollection=POSTPONED, transcodeOptions=options)) is None


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"transConfig": {"transMode": "mixAudio"}},
        {**MIX, "container": {"format": "mp4"}},
        {**MIX, "container": {"format": "wav"}},
        {**MIX, "audio": {"sampleRate": 48000}},
        {**MIX, "audio": {"sampleRate": "44100"}},
        {**MIX, "audio": {"channels": "3"}},
        {"transConfig": {"transMode": "postponeTranscoding"}, "container": {"format": "mp3"}},
        {"transConfig": {"transMode": "postponeTranscoding"}, "audio": {"channels": "1"}},
    ],
)
def test_broken_options_are_refused(options: dict[str, object]) -> None:
    """Modes, formats and texts are checked."""
    assert code(2, request(appsCollection=POSTPONED, transcodeOptions=options)) == 2


def test_an_unknown_policy_is_refused() -> None:
    """There are two."""
    assert code(2, request(appsCollection={"combinationPolicy": "later"})) == 2
