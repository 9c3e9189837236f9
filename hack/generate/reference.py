"""The reference pages: fields, conditions, settings and rules, from what the code says of them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from agora_recording.crd.lock import LOCKED, MUTABLE
from agora_recording.crd.manifest import Manifest, definitions
from agora_recording.crd.schema import VALIDATIONS
from agora_recording.domain.action import WHY_ENDED
from agora_recording.domain.decision import RULES
from agora_recording.domain.reason import Health, Reason
from agora_recording.settings import PREFIX, Settings
from generate import errors
from generate.text import NOTICE, table

FOLDER: Final = "docs/reference"
"""Where the pages are, below the root of the repository."""

PROVED: Final = f"{FOLDER}/coverage.md"
"""A page that only tests can write: `make coverage`."""

_HEADER: Final = f"<!-- {NOTICE} -->\n"

_HEALTHS: Final = {
    Health.READY: "All is as declared",
    Health.RECONCILING: "The operator is at work, or waits",
    Health.STALLED: "A person is needed",
}
"""Headings of the groups of reasons."""

_CONDITIONS: Final = """\
# Conditions and reasons

Conditions of a CloudRecording:

| Condition | Present | Meaning |
|---|---|---|
| `Ready` | always | True: all is as declared, and nothing is left to do now |
| `Reconciling` | while true | the operator is at work, or waits for a retry or its turn |
| `Stalled` | while true | only a person can mend it; the operator looks again now and then |
| `Recording` | always | whether Agora confirms that it records now; Unknown is not no |
| `FilesUploaded` | once the stop told | True: Agora says that all files are in the bucket |
| `Ended` | once it is over | the reason says why, as `status.endReason` does |

An AgoraProject and a ClusterAgoraProject have `Ready` only. `Ready` begins as Unknown with the
reason `Pending`, which the API server itself serves until the operator has seen the object.
`Ready`, `Reconciling` and `Stalled` share one reason, which is one of these; the Events of an
object use the same words.
"""

_SETTINGS: Final = """\
# Settings

Environment variables of the operator, read once when it starts. Durations are written as in
ISO 8601, such as `PT30S` or `PT2M`. The chart sets most of them through its `settings` values:
`settings.pollInterval` becomes `AGORA_RECORDING_POLL_INTERVAL`.
"""

_RULES: Final = """\
# Rules

What the operator does next is decided by the first of these rules that has an answer. Each is a
function in `operator/agora_recording/domain/decision.py`, or beside it in `proof.py` if it closes
an attempt and in `unknown.py` if it is about a start whose outcome is unknown; numbers in
parentheses are those of
[the recording protocol](../explanation/protocol.md).
"""

_REFUSED: Final = """\
The API server refuses an object that breaks a type or a bound of these tables, or one of these
rules, with this message:\
"""

_CHANGES: Final = {
    "yes": "can change at any time",
    "locked": "cannot change while `status.resourceId` is set; the refusal names the field",
    "in part": "its members say",
    "never": "cannot change after creation",
}
"""What the column Change says, with its meaning."""


def pages() -> dict[str, str]:
    """Return each page by its path below the root of the repository."""
    kinds = {crd["spec"]["names"]["singular"]: _kind(crd) for crd in definitions()}
    bodies = kinds | {
        "conditions": _conditions(),
        "settings": _settings(),
        "rules": _rules(),
        "errors": errors.page(errors.ENGLISH),
        "errors.zh": errors.page(errors.CHINESE),
    }
    return {f"{FOLDER}/{name}.md": _HEADER + body for name, body in bodies.items()}


def _kind(crd: Manifest) -> str:
    """Return the page of a kind: its names, its spec, what is refused, and its status."""
    names, (version,) = crd["spec"]["names"], crd["spec"]["versions"]
    schema = version["schema"]["openAPIV3Schema"]
    spec, status = (schema["properties"][part] for part in ("spec", "status"))
    locks = VALIDATIONS in schema
    changes = "\n".join(f"* {word}: {why}" for word, why in _used_changes(locks=locks))
    refusals = "\n".join(f"* `{where}`: {message}" for where, message in _refusals(schema))
    rows = [(f"`{path}`", _type(each), each["description"]) for path, each in _fields(status)]
    api = f"`apiVersion: {crd['spec']['group']}/{version['name']}`"
    parts = (
        f"# {names['kind']}",
        f"{schema['description']} {api}, short name `{names['shortNames'][0]}`.",
        "## spec",
        f"What the column Change says:\n\n{changes}",
        _spec_table(spec, locks=locks).strip(),
        f"## What is refused\n\n{_REFUSED}",
        refusals,
        "## status\n\nWritten by the operator alone.",
        table(("Field", "Type", "Meaning"), rows),
    )
    return "\n\n".join(parts)


def _spec_table(spec: Mapping[str, Any], *, locks: bool) -> str:
    required = set(_required(spec))
    rows = [
        (
            f"`{path}`",
            _type(each),
            "required" if path in required else _default(each),
            _change(path, each, locks=locks),
            each["description"],
        )
        for path, each in _fields(spec)
    ]
    return table(("Field", "Type", "Default", "Change", "Meaning"), rows)


def _fields(schema: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each field at any depth with its path; a list's items are marked by []."""
    for name, child in schema.get("properties", {}).items():
        yield inside + name, child
        yield from _fields(child, f"{inside}{name}.")
        yield from _fields(child.get("items", {}), f"{inside}{name}[].")


def _required(schema: Mapping[str, Any], inside: str = "") -> Iterator[str]:
    """Yield the path of each field that its object must have."""
    yield from (inside + name for name in schema.get("required", ()))
    for name, child in schema.get("properties", {}).items():
        yield from _required(child, f"{inside}{name}.")
        yield from _required(child.get("items", {}), f"{inside}{name}[].")


def _type(schema: Mapping[str, Any]) -> str:
    """Return a type and its bounds in words."""
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if schema["type"] == "array":
        return f"list{_bounds(schema, 'minItems', 'maxItems')}, of {_type(schema['items'])}"
    if "additionalProperties" in schema:
        members = _bounds(schema, "minProperties", "maxProperties", " members")
        return f"map{members}, of {_type(schema['additionalProperties'])}"
    words = "time" if schema.get("format") == "date-time" else schema["type"]
    lengths = _bounds(schema, "minLength", "maxLength", " characters")
    return f"{words}{_bounds(schema, 'minimum', 'maximum')}{lengths}"


def _bounds(schema: Mapping[str, Any], least: str, most: str, unit: str = "") -> str:
    low, high = schema.get(least), schema.get(most)
    if low is None and high is None:
        return ""
    if high is None:
        return f", at least {low}{unit}"
    return f", at most {high}{unit}" if low is None else f", {low} to {high}{unit}"


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    if default is None or isinstance(default, dict):  # its members show theirs
        return ""
    if isinstance(default, list):
        return f"`[{', '.join(map(str, default))}]`"
    return f"`{default}`"


def _change(path: str, schema: Mapping[str, Any], *, locks: bool) -> str:
    """Say whether a field can change; the longest name that is listed decides."""
    if any(rule["rule"] == "self == oldSelf" for rule in schema.get(VALIDATIONS, ())):
        return "never"
    if not locks:
        return "yes"
    parents = [
        name
        for name in (*LOCKED, *MUTABLE)
        if path == name or path.startswith((f"{name}.", f"{name}[]"))
    ]
    if not parents:
        return "in part"
    return "locked" if max(parents, key=len) in LOCKED else "yes"


def _used_changes(*, locks: bool) -> list[tuple[str, str]]:
    unused = {"never"} if locks else {"locked", "in part"}
    return [(word, why) for word, why in _CHANGES.items() if word not in unused]


def _refusals(schema: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    """Yield the messages of all rules with the field that they speak of, but for the lock's."""
    rules = schema.get(VALIDATIONS, ()) if inside else ()  # the lock is that of the whole object
    for rule in rules:
        field = inside.strip(".") + rule.get("fieldPath", "")
        yield field, f"`{rule['message']}`"
    for name, child in schema.get("properties", {}).items():
        yield from _refusals(child, f"{inside}{name}.")
        yield from _refusals(child.get("items", {}), f"{inside}{name}[].")


def _conditions() -> str:
    parts = [_CONDITIONS]
    for health, heading in _HEALTHS.items():
        rows = [(f"`{r}`", r.meaning, r.remedy) for r in Reason if r.health is health]
        parts += [f"## {heading}\n", table(("Reason", "Meaning", "What to do"), rows)]
    ends = [(f"`{reason}`", why) for reason, why in WHY_ENDED.items()]
    parts += ["## Reasons of `Ended`\n", table(("Reason", "Nothing more is recorded, since"), ends)]
    return "\n".join(parts)


def _settings() -> str:
    document = Settings.model_json_schema()
    rows = [
        (
            f"`{PREFIX}{name.upper()}`",
            _setting_type(each, document.get("$defs", {})),
            f"`{each['default']}`" if each.get("default") is not None else "",
            _one_line(each["description"]),
        )
        for name, each in document["properties"].items()
    ]
    return f"{_SETTINGS}\n{table(('Variable', 'Type', 'Default', 'Meaning'), rows)}"


def _setting_type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return what may be written for a setting, in words."""
    if "$ref" in schema:
        return _type(definitions[schema["$ref"].rsplit("/", 1)[-1]])
    if "anyOf" in schema:
        return _setting_type(schema["anyOf"][0], definitions)
    if schema.get("format") == "duration":
        return "duration"
    if "exclusiveMinimum" in schema:
        return f"{schema['type']}, more than {schema['exclusiveMinimum']:g}"
    pattern = schema.get("pattern", "").strip("^$()")
    if pattern.replace("|", "").isalpha():
        return ", ".join(f"`{word}`" for word in pattern.split("|"))
    return _type(schema)


def _rules() -> str:
    rules = [
        f"{number}. `{rule.__name__}`: {_one_line(rule.__doc__ or '')}"
        for number, rule in enumerate(RULES, 1)
    ]
    return f"{_RULES}\n" + "\n".join(rules) + "\n"


def _one_line(text: str) -> str:
    """Return a docstring as one line of Markdown."""
    return " ".join(text.replace("``", "`").split())
