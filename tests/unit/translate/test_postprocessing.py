"""What Agora makes of the files after the end: what it is asked for."""

import pytest

from agora_recording.crd.mode import Individual
from agora_recording.crd.recording import CloudRecordingSpec
from agora_recording.translate import requests
from agora_recording.translate.placement import acquire_request
from builders import spec, storage


def processed(**wanted: object) -> CloudRecordingSpec:
    """Return the spec of a recording of each user of which something is made."""
    members = {"media": "Audio", "streamMode": "Original", "postProcessing": wanted}
    return spec(mix=None, individual=Individual.model_validate(members))


@pytest.mark.parametrize(
    ("wanted", "options"),
    [
        (
            {"type": "Transcoding"},
            {
                "transConfig": {"transMode": "postponeTranscoding"},
                "container": {"format": "mp4"},
            },
        ),
        (
            {"type": "AudioMixing"},
            {
                "transConfig": {"transMode": "audioMix"},
                "container": {"format": "mp3"},
                "audio": {"sampleRate": "48000", "bitrate": "48000", "channels": "2"},
            },
        ),
        (
            {
                "type": "AudioMixing",
                "container": "AAC",
                "audio": {"sampleRate": 16000, "bitrateKbps": 32, "channels": 1},
            },
            {
                "transConfig": {"transMode": "audioMix"},
                "container": {"format": "aac"},
                "audio": {"sampleRate": "16000", "bitrate": "32000", "channels": "1"},
            },
        ),
    ],
    ids=["transcoded", "mixed", "mixed in another way"],
)
def test_what_is_made_is_said_at_the_start(
    wanted: dict[str, object], options: dict[str, object]
) -> None:
    """Under Agora's names, whose numbers are texts; the resource is one of scene 2."""
    request = requests.start_request(processed(**wanted), storage(), {})

    assert request["appsCollection"] == {"combinationPolicy": "postpone_transcoding"}
    assert request["transcodeOptions"] == options
    assert acquire_request(processed(**wanted), ())["scene"] == 2


def test_nothing_is_made_that_nobody_asked_for() -> None:
    """Scene 2 is slower and costs more."""
    plain = spec(mix=None, individual=Individual())
    request = requests.start_request(plain, storage(), {})

    assert not {"appsCollection", "transcodeOptions"} & request.keys()
    assert acquire_request(plain, ())["scene"] == 0


def test_a_probe_makes_nothing() -> None:
    """It records as little as it can."""
    request = requests.probe_request(processed(type="AudioMixing"), 7, storage(), {})

    assert not {"appsCollection", "transcodeOptions"} & request.keys()
