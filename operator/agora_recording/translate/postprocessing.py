"""What is made of the files after the end, in Agora's words."""

from __future__ import annotations

from typing import Final

from agora_recording.agora import postwire
from agora_recording.crd.postprocessing import (
    Container,
    MixedAudio,
    PostProcessing,
    PostProcessingType,
)

MODES: Final = {
    PostProcessingType.TRANSCODING: "postponeTranscoding",
    PostProcessingType.AUDIO_MIXING: "audioMix",
}
"""``transMode``."""
FORMATS: Final = {
    Container.MP4: "mp4",
    Container.MP3: "mp3",
    Container.M4A: "m4a",
    Container.AAC: "aac",
}
"""``container.format``."""
USUAL: Final = {
    PostProcessingType.TRANSCODING: Container.MP4,
    PostProcessingType.AUDIO_MIXING: Container.MP3,
}
"""What is made if nothing is said."""
APPS: Final[postwire.AppsCollection] = {"combinationPolicy": "postpone_transcoding"}


def transcode_options(wanted: PostProcessing) -> postwire.TranscodeOptions:
    """Return ``transcodeOptions``. It goes with ``APPS``, and with scene 2 of acquire."""
    options: postwire.TranscodeOptions = {
        "transConfig": {"transMode": MODES[wanted.type]},
        "container": {"format": FORMATS[wanted.container or USUAL[wanted.type]]},
    }
    if wanted.type is PostProcessingType.AUDIO_MIXING:
        audio = wanted.audio or MixedAudio()
        options["audio"] = {
            "sampleRate": str(audio.sample_rate),
            "bitrate": str(audio.bitrate_kbps * 1000),
            "channels": str(audio.channels),
        }
    return options
