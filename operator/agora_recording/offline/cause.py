"""Why the API server refuses an object, in its own words.

What is said here is said by ``k8s.io/apimachinery/pkg/util/validation/field`` and by
``k8s.io/kube-openapi/pkg/validation/errors`` of Kubernetes 1.36; a test compares them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Path = tuple[str | int, ...]
"""Where in an object: names of members and numbers of items."""

ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
}
"""How Go quotes characters that have a sign of their own."""

LEAST_EXPONENT: Final = -4
EXPONENTS_FROM: Final = 6
"""Go's ``%v`` writes a number with a point so large, or less than the least, with an exponent."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for which an object is refused."""

    path: Path
    message: str
    """What the user reads: what is wrong, the value, and what would be right."""
    blocking: bool = False
    """Whether the API server checks no CEL rules before it is put right."""

    @property
    def field(self) -> str:
        """The path as people write it, such as ``spec.mix.layout.custom.regions[0].uid``."""
        return dotted(self.path)


def dotted(path: Path) -> str:
    """Return a path with dots between names and brackets around numbers."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def invalid(path: Path, value: object, detail: str) -> Cause:
    """Say that a value is not allowed."""
    return Cause(path, f"Invalid value: {shown(value)}: {detail}")


def invalid_whole(path: Path, detail: str) -> Cause:
    """Say that an object or a list is not allowed, without showing all of it."""
    return Cause(path, f"Invalid value: {detail}")


def out_of_bounds(path: Path, value: object, bound: str) -> Cause:
    """Say which bound a value does not keep."""
    return invalid(path, value, f"{dotted(path)} in body should {bound}")


def wrong_type(path: Path, wanted: str, found: str) -> Cause:
    """Say of which type a value must be."""
    detail = f"{dotted(path)} in body must be of type {wanted}: {quoted(found)}"
    return Cause(path, f"Invalid value: {quoted(found)}: {detail}", blocking=True)


def required(path: Path, detail: str = "") -> Cause:
    """Say that a field is missing."""
    return Cause(path, f"Required value: {detail}".removesuffix(": "), blocking=True)


def unsupported(path: Path, value: object, allowed: Iterable[object]) -> Cause:
    """Say which values there are."""
    listed = ", ".join(quoted(str(each)) for each in allowed)
    message = f"Unsupported value: {shown(value)}: supported values: {listed}"
    return Cause(path, message, blocking=True)


def too_long(path: Path, most: int) -> Cause:
    """Say how long a text may be; the API server says bytes, and counts characters."""
    unit = "byte" if most == 1 else "bytes"
    return Cause(path, f"Too long: may not be more than {most} {unit}", blocking=True)


def too_many(path: Path, count: int, most: int) -> Cause:
    """Say how many items a list, or members an object, may have."""
    unit = "item" if most == 1 else "items"
    return Cause(path, f"Too many: {count}: must have at most {most} {unit}", blocking=True)


def duplicate(path: Path, value: object) -> Cause:
    """Say that an item of a list is there twice."""
    return Cause(path, f"Duplicate value: {shown(value)}")


def forbidden(path: Path, detail: str) -> Cause:
    """Say that a value is not allowed here, though it may be elsewhere."""
    return Cause(path, f"Forbidden: {detail}")


def shown(value: object) -> str:
    """Return a value as Go prints it in an error."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool | int | float):
        return number(value)
    return _json(value)


def number(value: float) -> str:
    """Return a number, or a truth value, as Go prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    exact = Decimal(repr(value)).normalize()
    if exact and not LEAST_EXPONENT <= exact.adjusted() < EXPONENTS_FROM:
        return f"{value:.{len(exact.as_tuple().digits) - 1}e}"
    return f"{exact:f}"


def quoted(text: str) -> str:
    """Return a text in double quotes as Go's ``%q`` writes it."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    if code < 0x80:  # noqa: PLR2004 - the end of ASCII
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return JSON as Go writes it: sorted, tight, and safe within HTML."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
