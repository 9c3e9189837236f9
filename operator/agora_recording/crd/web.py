"""A recording of a web page: mode web of Agora Cloud Recording."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from agora_recording.crd.mode import AREA_RULE, AudioProfile, FileType, FileTypes
from agora_recording.crd.model import Model, SecretKeyReference, rules


class Device(StrEnum):
    """What the page takes its visitor for."""

    DESKTOP = "Desktop"
    MOBILE = "Mobile"


class PageVideo(Model):
    """Size and rate of the recorded page."""

    model_config = ConfigDict(json_schema_extra=rules(AREA_RULE))

    width: Annotated[int, Field(ge=240, le=1920)] = 1280
    """Width in pixels (Agora: ``videoWidth``)."""

    height: Annotated[int, Field(ge=240, le=1920)] = 720
    """Height in pixels (Agora: ``videoHeight``)."""

    fps: Annotated[int, Field(ge=5, le=60)] = 15
    """Frames per second (Agora: ``videoFps``)."""

    bitrate_kbps: Annotated[int | None, Field(ge=50, le=8000)] = None
    """Bit rate in kbit/s; unset: 2000 from 1280 x 720 on, else 1500 (Agora: ``videoBitrate``)."""


class Web(Model):
    """A web page, recorded as a visitor would see and hear it."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "has(self.url) != has(self.urlSecretRef)",
                "give url, or urlSecretRef for a url that is a secret: one of the two",
            ),
            (
                "!has(self.rtmpUrl) || !has(self.rtmpUrlSecretRef)",
                "give rtmpUrl or rtmpUrlSecretRef, not both: Agora streams to one url at most",
            ),
        )
    )

    url: Annotated[
        str | None,
        Field(
            max_length=2048,
            json_schema_extra=rules(
                (
                    r"self.matches('^https?://[^\\s/]\\S*$')",
                    "url must begin with https:// or http:// and name a host, without spaces",
                )
            ),
        ),
    ] = None
    """The page, which Agora must be able to open (Agora: ``url``). Whoever may read this object
    sees it: with a password or a token in it, use ``urlSecretRef``. Locked while recording."""

    url_secret_ref: SecretKeyReference | None = None
    """Secret that holds the page's url, read when the recording begins. Locked while recording."""

    audio_profile: AudioProfile = AudioProfile.STANDARD
    """Sound quality: Standard 48 kbit/s mono, HighQuality 128 kbit/s mono, HighQualityStereo
    192 kbit/s stereo (Agora: ``audioProfile``). Locked while recording."""

    video: PageVideo = PageVideo()
    """Size and rate of the recorded page. Locked while recording."""

    device: Device = Device.DESKTOP
    """Whether the page is opened as on a Desktop or on a Mobile device (Agora: ``mobile``). Locked
    while recording."""

    ready_timeout_seconds: Annotated[int, Field(ge=0, le=60)] = 0
    """Within how many seconds the page must call ``window.navigator.notifyReady()``; it is loaded
    once more if it does not, and then given up. 0: it need not (Agora: ``readyTimeout``). Locked
    while recording."""

    file_types: FileTypes = (FileType.HLS,)
    """Formats of the files (Agora: ``avFileType``). Locked while recording."""

    max_file_seconds: Annotated[
        int,
        Field(
            ge=1800,
            le=14_400,
            json_schema_extra=rules(
                ("self % 60 == 0", "maxFileSeconds must be whole minutes, such as 1800 or 7200")
            ),
        ),
    ] = 7200
    """Seconds until another MP4 file is begun, whole minutes (Agora: ``maxVideoDuration``). Locked
    while recording."""

    on_hold: bool = False
    """Whether nothing is written at present, while the page stays open and is paid for. It can
    change while recording (Agora: ``onhold``)."""

    rtmp_url: Annotated[
        str | None,
        Field(
            max_length=2048,
            json_schema_extra=rules(
                (
                    r"self.matches('^rtmps?://[^\\s/]\\S*$')",
                    "rtmpUrl must begin with rtmps:// or rtmp:// and name a host, without spaces",
                )
            ),
        ),
    ] = None
    """Where the page is streamed to as well, with the stream's key; whoever may read this object
    sees it. It can change while recording (Agora: ``rtmp_publish_service``)."""

    rtmp_url_secret_ref: SecretKeyReference | None = None
    """Secret that holds the url to stream to, with the stream's key. It can change while
    recording; a changed Secret is passed on within ten minutes."""
