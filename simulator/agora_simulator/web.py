"""The rules of a start and an update in mode web, which records a page."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from agora_simulator.parts import MAX_PIXELS, MAX_SIDE, Part, WebUrl, settings_of
from agora_simulator.start import StartOptions
from agora_simulator.storage import StorageConfig

MIN_SIDE: Final = 240
HD_PIXELS: Final = 1280 * 720

Side = Annotated[int, Field(ge=MIN_SIDE, le=MAX_SIDE)]


class WebRecorder(Part):
    """Which page is recorded, and how."""

    url: WebUrl
    audio_profile: Literal[0, 1, 2]
    video_width: Side
    video_height: Side
    max_recording_hour: Annotated[int, Field(ge=1, le=720)]
    video_bitrate: Annotated[int, Field(ge=50, le=8000)] | None = None
    video_fps: Annotated[int, Field(ge=5, le=60)] = 15
    mobile: bool = False
    max_video_duration: Annotated[int, Field(ge=30, le=240)] = 120
    """Minutes until another mp4 file is begun."""
    onhold: bool = False
    ready_timeout: Annotated[int, Field(ge=0, le=60)] = 0
    """Seconds that the page has to say that it is ready; 0 is not to wait for it."""

    @model_validator(mode="after")
    def _canvas(self) -> Self:
        if self.video_width * self.video_height > MAX_PIXELS:
            raise ValueError("videoWidth and videoHeight exceed 1920x1080")
        return self

    @property
    def bitrate(self) -> int:
        """The video's bitrate in kbps; the default depends on its size."""
        if self.video_bitrate is not None:
            return self.video_bitrate
        return 2000 if self.video_width * self.video_height >= HD_PIXELS else 1500


class Output(Part):
    """Where the page is streamed to as well."""

    rtmp_url: Annotated[str, Field(pattern=r"^rtmps?://[^\s/]+")]


class Outputs(Part):
    """One output at most."""

    outputs: Annotated[list[Output], Field(max_length=1)]


class WebRecorderService(Part):
    """The service that records the page."""

    service_name: Literal["web_recorder_service"]
    error_handle_policy: Literal["error_abort"] = "error_abort"
    service_param: WebRecorder


class RtmpPublishService(Part):
    """The service that streams the page elsewhere."""

    service_name: Literal["rtmp_publish_service"]
    error_handle_policy: Literal["error_ignore"] = "error_ignore"
    service_param: Outputs


Service = Annotated[WebRecorderService | RtmpPublishService, Field(discriminator="service_name")]


class ExtensionServiceConfig(Part):
    """What is done with the page."""

    error_handle_policy: Literal["error_abort"] = "error_abort"
    api_version: Literal["v1"] = "v1"
    extension_services: list[Service]

    @model_validator(mode="after")
    def _services(self) -> Self:
        names = [service.service_name for service in self.extension_services]
        if names.count("web_recorder_service") != 1:
            raise ValueError("extensionServices must have one web_recorder_service")
        if len(set(names)) != len(names):
            raise ValueError("extensionServices has a service twice")
        return self


class WebStart(StartOptions):
    """The clientRequest of start in mode web."""

    extension_service_config: ExtensionServiceConfig

    @model_validator(mode="after")
    def _file_config(self, info: ValidationInfo) -> Self:
        if self.recording_file_config is None and settings_of(info).recording_file_config_required:
            raise ValueError("recordingFileConfig is required")
        return self

    @property
    def recorder(self) -> WebRecorder:
        """Which page is recorded, and how."""
        services = self.extension_service_config.extension_services
        return next(one.service_param for one in services if isinstance(one, WebRecorderService))

    @property
    def outputs(self) -> tuple[str, ...]:
        """Where the page is streamed to."""
        services = self.extension_service_config.extension_services
        return tuple(
            output.rtmp_url
            for one in services
            if isinstance(one, RtmpPublishService)
            for output in one.service_param.outputs
        )

    @property
    def video(self) -> dict[str, int] | None:
        """Size, rate and bitrate of the recorded page."""
        recorder = self.recorder
        return {
            "width": recorder.video_width,
            "height": recorder.video_height,
            "fps": recorder.video_fps,
            "bitrate": recorder.bitrate,
        }


class WebRecordingConfig(Part, extra="forbid"):
    """Whether recording pauses."""

    onhold: bool


class WebUpdate(Part, extra="forbid"):
    """The clientRequest of update in mode web."""

    web_recording_config: WebRecordingConfig | None = None
    rtmp_publish_config: Outputs | None = None
    storage_config: StorageConfig | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "one of webRecordingConfig, rtmpPublishConfig and storageConfig is required"
            )
        return self
