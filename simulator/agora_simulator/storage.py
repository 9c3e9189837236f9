"""Where the files go: ``storageConfig``, with the limits of each vendor."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from agora_simulator import regions
from agora_simulator.parts import Name, Part, settings_of

MAX_PREFIX: Final = 128
AMAZON: Final = 1
ALIBABA: Final = 2
TEMPORARY_KEYS: Final = frozenset({1, 2, 3})
"""The vendors whose temporary keys Agora takes: Amazon, Alibaba and Tencent."""
ENDPOINT: Final = r"^[a-zA-Z0-9.\-]+(:[0-9]+)?(/\S*)?$"
"""A host without a scheme; a path is taken."""


class ExtensionParams(Part):
    """Peculiarities of one storage vendor."""

    sse: Literal["kms", "aes256"] | None = None
    tag: Name | None = None
    endpoint: Annotated[str, Field(pattern=ENDPOINT)] | None = None


class StorageConfig(Part):
    """Where the files go."""

    vendor: Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 11]
    region: Annotated[int, Field(ge=0)]
    bucket: Name
    access_key: Name
    secret_key: Name
    sts_token: Name | None = None
    sts_expiration: Annotated[int, Field(ge=0, lt=2**64)] | None = None
    file_name_prefix: list[Annotated[str, Field(pattern=r"^[a-zA-Z0-9]+$")]] = Field(
        default_factory=list
    )
    extension_params: ExtensionParams | None = None

    @property
    def folder(self) -> str:
        """The prefix as it stands in front of file names, with its last slash."""
        return "".join(f"{part}/" for part in self.file_name_prefix)

    @property
    def lapses_at(self) -> int | None:
        """When its temporary keys are of no use any more, in Unix seconds."""
        return self.sts_expiration if self.sts_token is not None else None

    @model_validator(mode="after")
    def _prefix(self) -> Self:
        if len(self.folder) > MAX_PREFIX:
            raise ValueError("fileNamePrefix is longer than 128 characters")
        return self

    @model_validator(mode="after")
    def _region_of_vendor(self, info: ValidationInfo) -> Self:
        if settings_of(info).regions_known and not regions.known(self.vendor, self.region):
            raise ValueError("region is none of the vendor's")
        return self

    @model_validator(mode="after")
    def _temporary_keys(self) -> Self:
        if self.sts_token is not None and self.vendor not in TEMPORARY_KEYS:
            raise ValueError("stsToken is for vendors 1, 2 and 3 only")
        return self

    @model_validator(mode="after")
    def _peculiarities(self) -> Self:
        given = self.extension_params or ExtensionParams()
        if given.sse is not None and self.vendor != AMAZON:
            raise ValueError("extensionParams.sse is for vendor 1 only")
        if given.tag is not None and self.vendor not in {AMAZON, ALIBABA}:
            raise ValueError("extensionParams.tag is for vendors 1 and 2 only")
        if (given.endpoint is not None) is not (self.vendor == regions.SELF_BUILT):
            raise ValueError("extensionParams.endpoint is for vendor 11, which requires it")
        return self
