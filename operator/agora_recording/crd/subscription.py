"""Whose streams are recorded."""

from typing import Annotated

from pydantic import ConfigDict, Field

from agora_recording.crd.model import Model, Uid, list_of, rules

UidList = Annotated[
    tuple[Uid, ...],
    Field(min_length=1, max_length=32, json_schema_extra=list_of("set")),
]


class Selection(Model):
    """Users whose stream is recorded, by inclusion or by exclusion."""

    model_config = ConfigDict(
        json_schema_extra=rules(
            (
                "has(self.include) != has(self.exclude)",
                "give include or exclude, one of the two; leave the selection out for everybody",
            )
        )
    )

    include: UidList | None = None
    """Only these users, at most 32. With ``individual`` Agora makes room for as many as are named
    when the recording begins, up to 2, 7, 12, 17, 32 or 49 in both lists: name all who may come."""

    exclude: UidList | None = None
    """All but these users, at most 32."""


class Subscription(Model):
    """Whose streams are recorded. What is left out means everybody."""

    audio: Selection | None = None
    """Whose sound (Agora: ``subscribeAudioUids``, ``unsubscribeAudioUids``)."""

    video: Selection | None = None
    """Whose picture (Agora: ``subscribeVideoUids``, ``unsubscribeVideoUids``)."""
