"""The parts of a start request, with the limits Agora's pages give for each member."""

from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

MAX_PIXELS: Final = 1920 * 1080
MAX_SIDE: Final = 1920
MAX_BITRATE_KBPS: Final = 6500
MAX_PREFIX: Final = 128
MAX_IDLE_SECONDS: Final = 30 * 24 * 3600
SELF_BUILT: Final = 11
SALTED: Final = frozenset({7, 8})

Uid = Annotated[str, Field(pattern=r"^([0-9]{1,10}|#allstream#)$")]
UidList = Annotated[list[Uid], Field(min_length=1, max_length=32)]
StartUidList = Annotated[list[Uid], Field(max_length=32)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Name = Annotated[str, Field(min_length=1)]

Owner = TypeVar("Owner")


def exclusive(
    owner: Owner, what: str, subscribed: list[str] | None, unsubscribed: list[str] | None
) -> Owner:
    """Return the owner of two lists if at most one of them is given.

    Raises:
        ValueError: Both are given.
    """
    if subscribed is not None and unsubscribed is not None:
        raise ValueError(f"subscribe{what} and unsubscribe{what} exclude each other")
    return owner


class Part(BaseModel):
    """A JSON object of the API: camel case, exact types, unknown members ignored."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)


class ExtensionParams(Part):
    """Peculiarities of one storage vendor."""

    sse: Literal["kms", "aes256"] | None = None
    tag: str | None = None
    endpoint: Name | None = None


class StorageConfig(Part):
    """Where the files go."""

    vendor: Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 11]
    region: Annotated[int, Field(ge=0)]
    bucket: Name
    access_key: Name
    secret_key: Name
    sts_token: str | None = None
    sts_expiration: Annotated[int, Field(ge=0)] | None = None
    file_name_prefix: list[Annotated[str, Field(pattern=r"^[a-zA-Z0-9]+$")]] = []
    extension_params: ExtensionParams | None = None

    @property
    def folder(self) -> str:
        """The prefix as it stands in front of file names, with its last slash."""
        return "".join(f"{part}/" for part in self.file_name_prefix)

    @model_validator(mode="after")
    def _limits(self) -> Self:
        if len(self.folder) > MAX_PREFIX:
            raise ValueError("fileNamePrefix is longer than 128 characters")
        endpoint = self.extension_params.endpoint if self.extension_params else None
        if self.vendor == SELF_BUILT and endpoint is None:
            raise ValueError("extensionParams.endpoint is required for vendor 11")
        return self


class Region(Part):
    """The place of one user in a custom layout, as fractions of the canvas."""

    uid: str | None = None
    x_axis: Annotated[Fraction, Field(alias="x_axis")]
    y_axis: Annotated[Fraction, Field(alias="y_axis")]
    width: Fraction
    height: Fraction
    alpha: Fraction = 1
    render_mode: Annotated[Literal[0, 1], Field(alias="render_mode")] = 0


class Background(Part):
    """The picture shown in place of one user."""

    uid: str
    image_url: Annotated[str, Field(alias="image_url")]
    render_mode: Annotated[Literal[0, 1], Field(alias="render_mode")] = 0


class LayoutOptions(Part):
    """How the users share the canvas: part of start, and all of updateLayout."""

    max_resolution_uid: str | None = None
    mixed_video_layout: Literal[0, 1, 2, 3] = 0
    background_color: Color = "#000000"
    background_image: str | None = None
    default_user_background_image: str | None = None
    layout_config: Annotated[list[Region], Field(max_length=17)] = []
    background_config: list[Background] = []


class TranscodingConfig(LayoutOptions):
    """The mixed video and its layout."""

    width: Annotated[int, Field(ge=1, le=MAX_SIDE)] = 360
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)] = 640
    fps: Annotated[int, Field(ge=1)] = 15
    bitrate: Annotated[int, Field(ge=1, le=MAX_BITRATE_KBPS)] = 500

    @model_validator(mode="after")
    def _canvas(self) -> Self:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError("width and height exceed 1920x1080")
        return self


class RecordingConfig(Part):
    """What is recorded, of whom."""

    channel_type: Literal[0, 1]
    stream_types: Literal[0, 1, 2] = 2
    stream_mode: Literal["default", "standard", "original"] = "default"
    decryption_mode: Annotated[int, Field(ge=0, le=8)] = 0
    secret: str | None = None
    salt: str | None = None
    audio_profile: Literal[0, 1, 2] = 0
    video_stream_type: Literal[0, 1] = 0
    max_idle_time: Annotated[int, Field(ge=5, le=MAX_IDLE_SECONDS)] = 30
    transcoding_config: TranscodingConfig | None = None
    subscribe_audio_uids: StartUidList | None = None
    unsubscribe_audio_uids: StartUidList | None = None
    un_subscribe_audio_uids: StartUidList | None = None
    subscribe_video_uids: StartUidList | None = None
    unsubscribe_video_uids: StartUidList | None = None
    un_subscribe_video_uids: StartUidList | None = None
    subscribe_uid_group: Annotated[int, Field(ge=0, le=5)] | None = None
    private_params: str | None = None

    @model_validator(mode="after")
    def _subscriptions(self) -> Self:
        # Agora's pages spell the member in two ways; both are taken.
        audio = self.unsubscribe_audio_uids or self.un_subscribe_audio_uids
        video = self.unsubscribe_video_uids or self.un_subscribe_video_uids
        exclusive(self, "AudioUids", self.subscribe_audio_uids, audio)
        exclusive(self, "VideoUids", self.subscribe_video_uids, video)
        if self.stream_types == 1 and self.subscribe_audio_uids is not None:
            raise ValueError("subscribeAudioUids does not go with streamTypes 1")
        if self.stream_types == 0 and self.subscribe_video_uids is not None:
            raise ValueError("subscribeVideoUids does not go with streamTypes 0")
        return self

    @model_validator(mode="after")
    def _encryption(self) -> Self:
        if self.decryption_mode and not self.secret:
            raise ValueError("secret is required with decryptionMode")
        if self.decryption_mode in SALTED and not self.salt:
            raise ValueError("salt is required with decryptionMode 7 and 8")
        return self

    @model_validator(mode="after")
    def _original_is_audio(self) -> Self:
        if self.stream_mode == "original" and self.stream_types != 0:
            raise ValueError("streamMode original needs streamTypes 0")
        return self


class RecordingFileConfig(Part):
    """The kinds of files made."""

    av_file_type: Annotated[list[Literal["hls", "mp4"]], Field(min_length=1)] = ["hls"]

    @model_validator(mode="after")
    def _mp4_needs_hls(self) -> Self:
        if "hls" not in self.av_file_type:
            raise ValueError("avFileType mp4 needs hls beside it")
        return self


class SnapshotConfig(Part):
    """Screenshots of each user's video."""

    capture_interval: Annotated[int, Field(ge=1, le=3600)] = 10
    file_type: Annotated[list[Literal["jpg"]], Field(min_length=1)]
