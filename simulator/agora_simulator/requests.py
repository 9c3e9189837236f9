"""The rules a request body must keep, as Agora's pages state them.

Every broken rule becomes code 2 with a reason that names the member and never its value.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, model_validator

from agora_simulator import replies
from agora_simulator.layout import LayoutRequest
from agora_simulator.parts import Part, settings_of
from agora_simulator.recordings import POSTPONED_SCENE
from agora_simulator.replies import WEB_SCENE, RefusedError
from agora_simulator.rtc import IndividualStart, MixStart, RtcUpdate
from agora_simulator.settings import Settings
from agora_simulator.start import StartOptions
from agora_simulator.web import WebStart, WebUpdate

CHANNEL: Final = re.compile(r"[a-zA-Z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]{1,64}")
STARTS: Final[Mapping[str, type[StartOptions]]] = {
    "individual": IndividualStart,
    "mix": MixStart,
    "web": WebStart,
}
"""What start asks for, by mode."""

Checked = TypeVar("Checked", bound=BaseModel)


class Envelope(Part, extra="forbid"):
    """The three members every POST body has."""

    cname: str
    uid: Annotated[str, Field(pattern=r"^[0-9]{1,10}$")]
    client_request: dict[str, object]

    @model_validator(mode="after")
    def _uid_within_limits(self, info: ValidationInfo) -> Self:
        if not 1 <= int(self.uid) <= settings_of(info).max_uid:
            raise ValueError("uid is out of range")
        return self


class AcquireOptions(Part):
    """The clientRequest of acquire."""

    scene: Literal[0, 1, 2] = 0
    resource_expired_hour: Annotated[int, Field(ge=1, le=720)] = 72
    exclude_resource_ids: list[str] | None = None
    region: Literal["CN", "AP", "EU", "NA"] | None = None
    region_affinity: Annotated[int, Field(ge=0, le=4)] = 0
    start_parameter: dict[str, object] | None = None

    @property
    def placement(self) -> dict[str, object]:
        """What it says about where the resource should be, as it says it."""
        said = {"region", "region_affinity", "exclude_resource_ids"}
        return self.model_dump(by_alias=True, include=said, exclude_unset=True)

    @model_validator(mode="after")
    def _no_region_when_postponed(self) -> Self:
        if self.scene == POSTPONED_SCENE and "region" in self.model_fields_set:
            raise ValueError("region does not go with scene 2")
        return self


class StopOptions(Part):
    """The clientRequest of stop."""

    async_stop: Annotated[bool, Field(alias="async_stop")] = False


def envelope(body: object, settings: Settings) -> Envelope:
    """Return the checked outer body.

    Raises:
        RefusedError: Code 2, with the one reason Agora gives for all of it.
    """
    try:
        return Envelope.model_validate(body, context=settings)
    except ValidationError:
        raise RefusedError(replies.bad_body()) from None


def acquire_options(outer: Envelope, settings: Settings) -> AcquireOptions:
    """Return what acquire asks for.

    Raises:
        RefusedError: A rule of acquire is broken.
    """
    try:
        options = AcquireOptions.model_validate(outer.client_request, context=settings)
    except ValidationError as broken:
        raise RefusedError(replies.bad_body(_acquire_reason(broken))) from None
    if options.scene == WEB_SCENE:
        valid = 0 < len(outer.cname.encode()) <= settings.web_label_bytes
    else:
        valid = CHANNEL.fullmatch(outer.cname) is not None
    if not valid:
        raise RefusedError(replies.INVALID_CHANNEL)
    return options


def start_options(outer: Envelope, mode: str | None, settings: Settings) -> StartOptions:
    """Return what start asks for.

    Raises:
        RefusedError: A rule of start, or of its mode, is broken.
    """
    return _checked(STARTS[mode or ""], outer.client_request, settings)


def update_options(outer: Envelope, mode: str | None, settings: Settings) -> RtcUpdate | WebUpdate:
    """Return what update asks for.

    Raises:
        RefusedError: A rule of update is broken.
    """
    if mode == "web":
        return _checked(WebUpdate, outer.client_request, settings)
    return _checked(RtcUpdate, outer.client_request, settings)


def layout_options(outer: Envelope, settings: Settings) -> LayoutRequest:
    """Return what updateLayout asks for.

    Raises:
        RefusedError: A rule of the layout is broken.
    """
    return _checked(LayoutRequest, outer.client_request, settings)


def stop_options(outer: Envelope, settings: Settings) -> StopOptions:
    """Return what stop asks for.

    Raises:
        RefusedError: A rule of stop is broken.
    """
    return _checked(StopOptions, outer.client_request, settings)


def _checked(model: type[Checked], members: Mapping[str, object], settings: Settings) -> Checked:
    try:
        return model.model_validate(members, context=settings)
    except ValidationError as broken:
        raise RefusedError(replies.bad_body(_reason(broken))) from None


def _reason(broken: ValidationError) -> str:
    # Without the input: it may be a secret.
    first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(["clientRequest", *map(str, first["loc"])])
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"


def _acquire_reason(broken: ValidationError) -> str:
    first = broken.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["loc"] == ("resourceExpiredHour",):
        return "Acquire: invalid resourceExpiredHour value!"
    return _reason(broken)
