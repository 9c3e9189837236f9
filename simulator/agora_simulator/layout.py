"""How the users share the canvas of a mixed video, and how large and fine it is."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from agora_simulator.parts import MAX_PIXELS, MAX_SIDE, Color, Fraction, Part, WebUrl, settings_of

MAX_BITRATE_KBPS: Final = 6500
FRAME_RATES: Final = frozenset({1, 7, 10, 15, 24, 30, 60})
DEFAULT_FPS: Final = 15
PROFILE: Final = ("width", "height", "fps", "bitrate")


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
    image_url: Annotated[WebUrl, Field(alias="image_url")]
    render_mode: Annotated[Literal[0, 1], Field(alias="render_mode")] = 0


class LayoutOptions(Part):
    """How the users share the canvas: part of start, and all of updateLayout."""

    max_resolution_uid: str | None = None
    mixed_video_layout: Literal[0, 1, 2, 3] = 0
    background_color: Color = "#000000"
    background_image: WebUrl | None = None
    default_user_background_image: WebUrl | None = None
    layout_config: list[Region] = Field(default_factory=list, max_length=17)
    background_config: list[Background] = Field(default_factory=list)


class LayoutRequest(LayoutOptions, extra="forbid"):
    """The clientRequest of updateLayout: the layout's members and no others."""


class TranscodingConfig(LayoutOptions):
    """The mixed video and its layout."""

    width: Annotated[int, Field(ge=1, le=MAX_SIDE)] = 360
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)] = 640
    fps: Annotated[int, Field(ge=1)] = DEFAULT_FPS
    bitrate: Annotated[int, Field(ge=1, le=MAX_BITRATE_KBPS)] = 500

    @model_validator(mode="after")
    def _canvas(self, info: ValidationInfo) -> Self:
        if self.width * self.height > MAX_PIXELS:
            raise ValueError("width and height exceed 1920x1080")
        if settings_of(info).video_profile_required and not self.model_fields_set.issuperset(
            PROFILE
        ):
            raise ValueError("width, height, fps and bitrate are all required")
        return self

    @property
    def video(self) -> dict[str, int]:
        """Size, rate and bitrate as they are recorded: an unsupported rate becomes the default."""
        fps = self.fps if self.fps in FRAME_RATES else DEFAULT_FPS
        return {
            "width": self.width,
            "height": self.height,
            "fps": fps,
            "bitrate": self.bitrate,
        }


LAYOUT_MEMBERS: Final = frozenset(
    info.alias or name for name, info in LayoutOptions.model_fields.items()
)
"""The members that updateLayout replaces."""
