"""What `structural` makes of a model, a row of the table in its order, and what it refuses."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from agora_recording.crd.model import Model, list_of, rules
from agora_recording.crd.schema import OPEN, structural


class Colour(StrEnum):
    """A colour."""

    RED = "Red"
    BLUE = "Blue"


class Paint(Model):
    """A pot of ``paint``."""

    model_config = ConfigDict(json_schema_extra=rules(("self.litres > 0", "not empty")))

    litres: int = 1
    """How much."""

    tint: Colour | None = None
    """Which."""


class Wall(Model):
    """Everything that can be said."""

    plain: str
    """A ``word``
    or two."""

    optional: int | None = None
    bounded: Annotated[int | None, Field(ge=1, le=5)] = None
    above: Annotated[int, Field(gt=0)]
    below: Annotated[float, Field(lt=1)]
    constant: Literal["Wall"] = "Wall"
    colour: Colour = Colour.RED
    when: datetime
    big: Annotated[int, Field(json_schema_extra={"format": "int64"})]
    inline: Paint
    maybe: Paint | None = None
    """Our own."""

    full: Paint = Paint(tint=None)
    ruled: Annotated[Paint, Field(json_schema_extra=rules(("self.litres < 9", "not heavy")))]
    many: Annotated[tuple[Paint, ...], Field(max_length=3, json_schema_extra=list_of("atomic"))]
    keyed: Annotated[tuple[Paint, ...], Field(json_schema_extra=list_of("map", "litres"))] = ()
    some: tuple[str, ...] = ("a",)
    labels: dict[str, int]
    anything: Annotated[dict[str, Any] | None, Field(json_schema_extra={OPEN: True})] = None


class Closed(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


WALL = structural(Wall)
PAINT = {
    "description": "A pot of paint.",
    "type": "object",
    "x-kubernetes-validations": [{"rule": "self.litres > 0", "message": "not empty"}],
    "properties": {
        "litres": {"description": "How much.", "type": "integer", "default": 1},
        "tint": {"description": "Which.", "type": "string", "enum": ["Red", "Blue"]},
    },
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", {"type": "string", "description": "A word or two."}),
        ("optional", {"type": "integer"}),
        ("bounded", {"type": "integer", "minimum": 1, "maximum": 5}),
        ("above", {"type": "integer", "minimum": 0, "exclusiveMinimum": True}),
        ("below", {"type": "number", "maximum": 1, "exclusiveMaximum": True}),
        ("constant", {"type": "string", "default": "Wall", "enum": ["Wall"]}),
        (
            "colour",
            {
                "description": "A colour.",
                "type": "string",
                "default": "Red",
                "enum": ["Red", "Blue"],
            },
        ),
        ("when", {"type": "string", "format": "date-time"}),
        ("big", {"type": "integer", "format": "int64"}),
        ("inline", PAINT),
        ("maybe", PAINT | {"description": "Our own."}),
        ("full", PAINT | {"default": {"litres": 1}}),
        (
            "ruled",
            PAINT
            | {
                "x-kubernetes-validations": [
                    {"rule": "self.litres > 0", "message": "not empty"},
                    {"rule": "self.litres < 9", "message": "not heavy"},
                ]
            },
        ),
        (
            "many",
            {"type": "array", "maxItems": 3, "x-kubernetes-list-type": "atomic", "items": PAINT},
        ),
        (
            "keyed",
            {
                "type": "array",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["litres"],
                "items": PAINT,
            },
        ),
        ("some", {"type": "array", "default": ["a"], "items": {"type": "string"}}),
        ("labels", {"type": "object", "additionalProperties": {"type": "integer"}}),
        ("anything", {"type": "object", "x-kubernetes-preserve-unknown-fields": True}),
    ],
)
def test_a_field_becomes_what_the_api_server_demands(name: str, expected: dict[str, Any]) -> None:
    """Each row of the translation: references, optionals, constants, bounds, defaults, rules."""
    assert WALL["properties"][name] == expected


def test_only_fields_without_a_default_are_required() -> None:
    """An optional field is one that may be left out."""
    assert WALL["required"] == [
        "plain",
        "above",
        "below",
        "when",
        "big",
        "inline",
        "ruled",
        "many",
        "labels",
    ]


def test_a_model_that_refuses_unknown_fields_leaves_that_to_pruning() -> None:
    """`additionalProperties: false` is no part of a structural schema."""
    assert structural(Closed) == {
        "description": "Refuses what it does not know.",
        "type": "object",
        "properties": {},
    }


def test_a_default_that_leaves_members_out_is_completed() -> None:
    """The API server checks CEL rules on a default as it stands, without the members' own."""

    class Shelf(Model):
        paint: Annotated[Paint, Field(json_schema_extra={"default": {}})] = Paint()

    assert structural(Shelf)["properties"]["paint"]["default"] == {"litres": 1}


class Node(Model):
    """Contains itself."""

    child: "Node | None" = None


class Circle(Model):
    """A shape."""

    kind: Literal["circle"]


class Square(Model):
    """Another shape."""

    kind: Literal["square"]


class Either(Model):
    """A union."""

    shape: Circle | Square


class EitherOrNone(Model):
    """An optional union."""

    shape: Circle | Square | None = None


class Discriminated(Model):
    """A union with a discriminator."""

    shape: Annotated[Circle | Square, Field(discriminator="kind")]


class RequiredNull(Model):
    """Must be there, and may be null."""

    field: int | None


class Anything(Model):
    """Has no type."""

    field: Any = None


class AnyMap(Model):
    """Has members of any type."""

    field: dict[str, Any]


class Pattern(Model):
    """Has a pattern."""

    field: Annotated[str, Field(pattern="^a$")]


class Pair(Model):
    """Has a fixed tuple."""

    field: tuple[int, str]


class UniqueItems(Model):
    """Has a set."""

    field: set[int]


class Boolean(Model):
    """Has a field that YAML 1.1 takes for a boolean."""

    on: int


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Node, "Node.child: Node contains itself"),
        (Either, "Either.shape: a CRD cannot express a union"),
        (EitherOrNone, "EitherOrNone.shape: a CRD cannot express a union"),
        (Discriminated, "Discriminated.shape: a CRD cannot express a union"),
        (RequiredNull, "RequiredNull.field: an optional field needs the default None"),
        (Anything, "Anything.field: it needs a type"),
        (AnyMap, "AnyMap.field: give the type of its members"),
        (Pattern, "Pattern.field: a pattern's error shows no remedy"),
        (Pair, "Pair.field: a CRD cannot express prefixItems"),
        (UniqueItems, "UniqueItems.field: a CRD cannot express uniqueItems"),
        (Boolean, "Boolean: YAML 1.1 reads the field name on as a boolean"),
    ],
)
def test_what_cannot_be_expressed_is_refused_by_name(model: type[Model], message: str) -> None:
    """The message names the field, so that the author of a model finds it."""
    with pytest.raises(ValueError, match=message):
        structural(model)
