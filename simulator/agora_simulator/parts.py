"""What the parts of all request bodies have in common: how they are read, and small types."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo
from pydantic.alias_generators import to_camel

from agora_simulator.settings import Settings

EVERYBODY: Final = "#allstream#"
"""Stands in a list of uids for all of them."""
MAX_UID: Final = 2**32 - 1
MAX_SIDE: Final = 1920
MAX_PIXELS: Final = 1920 * 1080


class Part(BaseModel):
    """A JSON object of the API: camel case, exact types, unknown members ignored.

    It is checked with the settings as context, since sources disagree on some rules.
    """

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)


def settings_of(info: ValidationInfo) -> Settings:
    """Return the settings under which a body is checked.

    Raises:
        TypeError: It is checked without settings.
    """
    if not isinstance(info.context, Settings):
        raise TypeError("a body is checked with the settings as context")
    return info.context


def _a_uid(text: str) -> str:
    if text != EVERYBODY and not 1 <= int(text) <= MAX_UID:
        raise ValueError("a uid must be within 1 and 2^32-1")
    return text


Uid = Annotated[str, Field(pattern=r"^([0-9]{1,10}|#allstream#)$"), AfterValidator(_a_uid)]
UidList = Annotated[list[Uid], Field(min_length=1, max_length=32)]
StartUidList = Annotated[list[Uid], Field(max_length=32)]
"""Empty lists are advised against at start, and refused in an update only."""
Fraction = Annotated[float, Field(ge=0, le=1)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Name = Annotated[str, Field(min_length=1)]
WebUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]
