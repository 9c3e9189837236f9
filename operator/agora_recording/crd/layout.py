"""How the pictures of a mixed recording are placed."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, Uid, list_of, rules


class LayoutType(StrEnum):
    """How the users' pictures are placed."""

    FLOATING = "Floating"
    BEST_FIT = "BestFit"
    VERTICAL = "Vertical"
    CUSTOM = "Custom"


class Fit(StrEnum):
    """How a picture fills its region."""

    CROP = "Crop"
    FIT = "Fit"


Fraction = Annotated[float, Field(ge=0, le=1)]
"""A part of the picture's width or height."""


class Region(Model):
    """A rectangle of the picture and whom it shows."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            ("self.left + self.width <= 1.000001", "left plus width may be at most 1"),
            ("self.top + self.height <= 1.000001", "top plus height may be at most 1"),
        )
    )

    uid: Uid | None = None
    """User shown here; unset: the next user without a region (Agora: ``layoutConfig.uid``)."""

    left: Fraction
    """Left edge, 0 to 1 (Agora: ``x_axis``)."""

    top: Fraction
    """Upper edge, 0 to 1 (Agora: ``y_axis``)."""

    width: Fraction
    """Width, 0 to 1."""

    height: Fraction
    """Height, 0 to 1."""

    alpha: Fraction = 1.0
    """Opacity, 0 to 1."""

    fit: Fit = Fit.CROP
    """Crop fills the region, Fit shows the whole picture (Agora: ``render_mode``)."""


class CustomLayout(Model):
    """Regions placed by hand."""

    regions: Annotated[
        tuple[Region, ...],
        Field(min_length=1, max_length=17, json_schema_extra=list_of("atomic")),
    ]
    """At most 17 regions, the later above the earlier (Agora: ``layoutConfig``)."""


class VerticalLayout(Model):
    """One large picture, the others small beside it."""

    large_uid: Uid
    """User shown large (Agora: ``maxResolutionUid``)."""


ImageUrl = Annotated[
    str,
    Field(
        max_length=1024,
        json_schema_extra=rules(
            (
                r"self.matches('^https?://[^\\s/]+')",
                "the image must be given by a URL that begins with https:// or http://",
            )
        ),
    ),
]
"""Where Agora fetches an image."""


class UserBackground(Model):
    """The image that stands for a user who sends no picture."""

    uid: Uid
    """User (Agora: ``backgroundConfig.uid``)."""

    image_url: ImageUrl
    """URL of a JPG or BMP of at most 6 MB (Agora: ``image_url``)."""

    fit: Fit = Fit.CROP
    """Crop fills the region, Fit shows the whole image (Agora: ``render_mode``)."""


class Layout(Model):
    """How the users' pictures are placed. It is always sent whole."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "(self.type == 'Custom') == has(self.custom)",
                (
                    "custom.regions goes with type: Custom, and with that alone; set type: Custom, "
                    "or remove custom (in a patch, custom: null)"
                ),
            ),
            (
                "self.type == 'Vertical' || !has(self.vertical)",
                "vertical belongs to type: Vertical; change type or remove vertical",
            ),
        )
    )

    type: LayoutType = LayoutType.FLOATING
    """Floating, BestFit, Vertical or Custom (Agora: ``mixedVideoLayout``)."""

    background_color: Annotated[
        str,
        Field(
            max_length=16,
            json_schema_extra=rules(
                (
                    "self.matches('^#[0-9A-Fa-f]{6}$')",
                    "backgroundColor must look like #101010: a hash and six hexadecimal digits",
                )
            ),
        ),
    ] = "#000000"
    """Colour where no picture is, as #RRGGBB (Agora: ``backgroundColor``)."""

    background_image_url: ImageUrl | None = None
    """URL of the image where no picture is, above ``backgroundColor``
    (Agora: ``backgroundImage``)."""

    default_user_image_url: ImageUrl | None = None
    """URL of the image for users who send no picture and have none in ``userBackgrounds``, shown
    from 3.5 s after their video stops (Agora: ``defaultUserBackgroundImage``)."""

    user_backgrounds: Annotated[
        tuple[UserBackground, ...] | None,
        Field(min_length=1, max_length=32, json_schema_extra=list_of("map", "uid")),
    ] = None
    """Images of single users, at most 32 (Agora: ``backgroundConfig``)."""

    custom: CustomLayout | None = None
    """Regions of a Custom layout."""

    vertical: VerticalLayout | None = None
    """Whom a Vertical layout shows large."""
