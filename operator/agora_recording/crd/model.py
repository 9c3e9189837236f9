"""What every API type has in common, and the small types that several share.

Models are frozen and ignore unknown fields: strictness lives in the CRD's schema, and an older
operator must survive a newer CRD. Field docstrings become ``kubectl explain``.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

GROUP = "recording.agora.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
MEMBER: Final = re.compile(r"\bself\.(\w+)")
"""A member of the object that a rule is about."""


class Model(BaseModel):
    """A frozen part of the API, camelCase on the wire."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
        extra="ignore",
    )

    def to_wire(self) -> dict[str, Any]:
        """Return the object as the API server stores it: camelCase, without unset members."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def rules(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Return the schema extra that holds CEL rules, given as (rule, message) pairs."""
    return {"x-kubernetes-validations": [{"rule": r, "message": m} for r, m in pairs]}


def ratcheting_rules(*pairs: tuple[str, str], **of_fields: tuple[str, str]) -> dict[str, Any]:
    """Return the schema extra that holds CEL rules which forgive what is stored already.

    A stored object may break a rule that a later release adds. The API server forgives that by
    itself as long as the object that holds the rule is unchanged; the spec as a whole changes
    with each edit, and so must be told: what the rule speaks of is as it was. Otherwise such a
    recording could no longer be stopped by ``desiredState``.

    Args:
        pairs: Rules of the spec as a whole, and their messages.
        of_fields: Rules of a text that depend on other fields: the refusal names it and its value.
    """
    given = (*pairs, *of_fields.values())
    extra = rules(*((_or_unchanged(rule), message) for rule, message in given))
    validations = extra["x-kubernetes-validations"]
    for each in validations:
        each["optionalOldSelf"] = True
    for each, field in zip(validations[len(pairs) :], of_fields, strict=True):
        each["messageExpression"] = f"self.{field} + ': {each['message']}'"
        each["fieldPath"] = f".{field}"
    return extra


def _or_unchanged(rule: str) -> str:
    """Add to a rule that it holds, too, where all members that it speaks of are unchanged."""
    old = "oldSelf.value()"
    same = (
        f"has(self.{name}) == has({old}.{name}) && "
        f"(!has(self.{name}) || self.{name} == {old}.{name})"
        for name in sorted(set(MEMBER.findall(rule)))
    )
    return f"({rule}) || (oldSelf.hasValue() && {' && '.join(same)})"


def list_of(kind: str, *keys: str) -> dict[str, Any]:
    """Return the schema extra that says how server-side apply merges a list."""
    extra: dict[str, Any] = {"x-kubernetes-list-map-keys": list(keys)} if keys else {}
    return {"x-kubernetes-list-type": kind, **extra}


ObjectName = Annotated[str, Field(min_length=1, max_length=253)]
"""The name of another object in the same namespace."""

Uid = Annotated[int, Field(ge=1, le=4_294_967_295, json_schema_extra={"format": "int64"})]
"""A user's number in a channel: Agora's ``uid`` as an integer, 1 to 2^32 - 1."""


SecretKey = Annotated[str, Field(min_length=1, max_length=253)]
"""A key in the data of a Secret."""


class SecretReference(Model):
    """A Secret in the same namespace.

    Each use adds ``keys``, whose members have our own names of the keys as defaults.
    """

    name: ObjectName
    """Name of the Secret."""


class SecretKeyReference(SecretReference):
    """One key of a Secret in the same namespace."""

    key: SecretKey
    """Key of the Secret under which the value stands."""
