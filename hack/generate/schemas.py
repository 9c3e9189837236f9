"""JSON Schemas of the kinds, for editors and for checks that know nothing of CRDs.

Draft 7, which both yaml-language-server and kubeconform read; the names of the files are those by
which kubeconform finds them. They lie below docs/ and not below crds/, which people apply as a
whole. What a schema cannot say, the CEL rules, its descriptions say.
"""

import json
from typing import Any, Final

from agora_recording.crd.model import API_VERSION, GROUP, VERSION
from agora_recording.crd.schema import VALIDATIONS, Schema
from agora_recording.offline.kinds import Kind, kinds
from generate.text import NOTICE

FOLDER: Final = f"docs/schemas/{GROUP}"
"""Where the schemas are, below the root of the repository."""

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_KUBERNETES: Final = "x-kubernetes-"
_FORMATS: Final = {"date-time"}
"""Formats that draft 7 knows; the others say only how a number is stored."""


def files() -> dict[str, str]:
    """Return each schema by its path below the root of the repository."""
    return {
        f"{FOLDER}/{kind.name.lower()}_{VERSION}.json": _text(_whole(kind))
        for kind in kinds().values()
    }


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _whole(kind: Kind) -> Schema:
    """Return the schema of an object, as it is written and as the API server shows it."""
    schema = plain(kind.schema)
    schema["properties"]["apiVersion"] = {"const": API_VERSION}
    schema["properties"]["kind"] = {"const": kind.name}
    del schema["properties"]["status"]["default"]  # what the API server shows before the operator
    required = ["apiVersion", "kind", "metadata", *schema["required"]]
    head = {"$schema": _DRAFT, "$comment": NOTICE, "title": kind.name}
    return head | schema | {"required": required}


def plain(schema: Schema) -> Schema:
    """Return a structural schema in the words of draft 7."""
    plain = {word: value for word, value in schema.items() if not word.startswith(_KUBERNETES)}
    if rules := [str(each["message"]) for each in schema.get(VALIDATIONS, ())]:
        plain["description"] = f"{schema.get('description', '')} Also: {'; '.join(rules)}.".strip()
    if plain.get("format") not in _FORMATS:
        plain.pop("format", None)
    for bound in ("Minimum", "Maximum"):
        if plain.pop(f"exclusive{bound}", False):
            plain[f"exclusive{bound}"] = plain.pop(bound.lower())
    if schema.get("x-kubernetes-list-type") == "set":
        plain["uniqueItems"] = True
    return plain | _inner(schema)


def _inner(schema: Schema) -> dict[str, Any]:
    """Return the schemas of members and items; a member that is not named is refused."""
    inner: dict[str, Any] = {
        word: plain(schema[word]) for word in ("items", "additionalProperties") if word in schema
    }
    if "properties" in schema:
        inner["properties"] = {name: plain(each) for name, each in schema["properties"].items()}
        open_ended = schema.get("x-kubernetes-preserve-unknown-fields", False)
        inner.setdefault("additionalProperties", bool(open_ended))
    return inner
