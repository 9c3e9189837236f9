"""The chart's values: the part of their schema that is a kind's, and the page that lists them."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from agora_recording.offline.kinds import kinds
from generate.bundle import CHART
from generate.schemas import plain
from generate.text import NOTICE, table

SCHEMA: Final = f"{CHART}/values.schema.json"
"""Where the schema is, below the root of the repository."""

PAGE: Final = "docs/reference/values.md"
"""Where the page is, below the root of the repository."""

_MARK: Final = '"agoraProjectSpec": '
"""What the generated part of the schema follows; the rest is written by hand."""

_HEAD: Final = f"""\
<!-- {NOTICE} -->
# Values of the chart

What can be set when the chart is installed, from its
[values.yaml](../../charts/agora-recording-operator/values.yaml). A value that is not listed here is
refused, at any depth, and so is one of another type: the message names it.

"""
_KEY: Final = re.compile(r"^(?P<indent> *)(?P<name>[A-Za-z]\w*):")


def files(root: Path) -> dict[str, str]:
    """Return schema and page by their paths below the root of the repository."""
    schema = with_project((root / SCHEMA).read_text())
    text = (root / CHART / "values.yaml").read_text()
    rows = [(f"`{path}`", *_cells(path, text, json.loads(schema))) for path in comments(text)]
    return {SCHEMA: schema, PAGE: _HEAD + table(("Value", "Type", "Default", "Meaning"), rows)}


def with_project(schema: str) -> str:
    """Return the text of the schema with the spec of an AgoraProject as it is today.

    What is required, is so only if a project is wanted: that is said where the spec is used.
    """
    spec = plain(kinds()["AgoraProject"].schema["properties"]["spec"])
    del spec["required"]
    start = schema.index(_MARK) + len(_MARK)
    _, length = json.JSONDecoder().raw_decode(schema[start:])
    text = textwrap.indent(json.dumps(spec, indent=2, ensure_ascii=False), "    ").lstrip()
    return schema[:start] + text + schema[start + length :]


def comments(text: str) -> dict[str, str]:
    """Return what the comment before each value says of it, by the value's path."""
    found: dict[str, str] = {}
    said: list[str] = []
    inside: list[str] = []
    for line in text.splitlines():
        if match := _KEY.match(line):
            inside = [*inside[: len(match["indent"]) // 2], match["name"]]
            if said:
                found[".".join(inside)] = " ".join(said)
        comment = line.strip()
        said = [*said, comment.removeprefix("# ")] if comment.startswith("# ") else []
    return found


def _default(path: str, text: str) -> object:
    """Return the default of a value."""
    value: Any = yaml.safe_load(text)
    for name in path.split("."):
        value = value[name]
    return value


def _cells(path: str, text: str, schema: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return the type, the default and the meaning of a value; its members say theirs."""
    meaning = comments(text)[path]
    if any(other.startswith(f"{path}.") for other in comments(text)):
        return "", "", meaning
    default = json.dumps(_default(path, text), ensure_ascii=False)
    return _type(_described(path, schema), schema), f"`{default}`", meaning


def _described(path: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    part: Mapping[str, Any] = schema
    for name in path.split("."):
        part = _resolved(part["properties"][name], schema)
    return part


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a part of the schema, or the definition that it refers to."""
    resolved: Mapping[str, Any] = part
    if "$ref" in part:
        resolved = schema["definitions"][part["$ref"].rpartition("/")[2]]
    return resolved


def _type(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return what may be given, in words."""
    if "enum" in part:
        return ", ".join(f"`{each}`" for each in part["enum"])
    if "oneOf" in part:
        return " or ".join(_type(each, schema) for each in part["oneOf"])
    if part["type"] == "array":
        return f"list of {_type(_resolved(part['items'], schema), schema)}"
    if isinstance(part["type"], list):
        return " or ".join(part["type"])
    return f"{part['type']}{''.join(_bounds(part))}"


def _bounds(part: Mapping[str, Any]) -> Iterator[str]:
    words = {"exclusiveMinimum": "more than", "minimum": "at least", "maximum": "at most"}
    yield from (f", {word} {part[bound]}" for bound, word in words.items() if bound in part)
