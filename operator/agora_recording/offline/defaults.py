"""What the API server adds to an object before it looks at it."""

from __future__ import annotations

import copy
from typing import Any

from agora_recording.crd.schema import Schema


def defaulted(value: Any, schema: Schema) -> Any:  # noqa: ANN401 - JSON
    """Return a copy with the defaults of its schema; a null means that a field is absent."""
    if isinstance(value, list):
        items = schema.get("items", {})
        return [defaulted(each, items) for each in value]
    if not isinstance(value, dict):
        return value
    members, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    known = members | {name: others for name in value if others and name not in members}
    given = {name: each for name, each in value.items() if each is not None or name not in known}
    defaults = {
        name: copy.deepcopy(each["default"]) for name, each in members.items() if "default" in each
    }
    whole = defaults | given
    return {name: defaulted(each, known.get(name, {})) for name, each in whole.items()}
