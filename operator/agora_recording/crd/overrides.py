"""What Agora's API has and the spec has no words for: members passed on as they are."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, rules
from agora_recording.crd.schema import OPEN

PrivateParameters = Annotated[
    str,
    Field(
        max_length=4096,
        json_schema_extra=rules(
            (
                "self.trim().startsWith('{') && self.trim().endsWith('}')",
                (
                    "privateParameters must be the text of a JSON object, such as "
                    "'{\"correctEXTINF\":true}'"
                ),
            )
        ),
    ),
]
"""The text of a JSON object."""

Members = Annotated[dict[str, Any], Field(json_schema_extra={OPEN: True})]
"""Members in Agora's own words, of any type."""


class Overrides(Model):
    """Members in Agora's own words that are added to its requests. They only add."""

    model_config = ConfigDict(json_schema_extra={"x-kubernetes-map-type": "atomic"})

    start: Members | None = None
    """Members that are added to ``clientRequest`` of start, at any depth, such as
    ``{recordingConfig: {newMember: 1}}``. Those that the operator sends itself are refused, and so
    are ``storageConfig`` and names like token, key or secret, which belong into a Secret
    (Agora: ``start``)."""
