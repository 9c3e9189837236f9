"""What a plain word of YAML means to Kubernetes.

Its tools read YAML 1.1 their own way (``go.yaml.in/yaml/v2``, ``resolve.go``): `yes` is true,
`010` is eight, `1e3` is a number, `1:30` is text, and a time stays text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Scalar = str | int | float | bool | None

WORDS: Final[Mapping[str, Scalar]] = {
    spelling: value
    for value, words in ((True, "y yes true on"), (False, "n no false off"), (None, "null"))
    for word in words.split()
    for spelling in (word, word.capitalize(), word.upper())
} | {"": None, "~": None}

OCTAL: Final = re.compile(r"([-+]?)0([0-7]+)")
FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NO_JSON: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
"""Numbers that JSON does not have, so that no object can hold them."""

LARGEST_INTEGER: Final = 2**63 - 1


def plain(text: str) -> Scalar:
    """Return what a plain word means.

    Raises:
        ValueError: If no object can hold it.
    """
    if text in WORDS:
        return WORDS[text]
    if NO_JSON.fullmatch(text):
        raise ValueError(f"{text} is no number of JSON")
    if text.isascii() and text[0] in "+-.0123456789":
        value = _number(text.replace("_", ""))
        return text if value is None else value
    return text


def _number(text: str) -> int | float | None:
    """Return a number; a whole one as an integer, since in JSON it has no point."""
    octal = OCTAL.fullmatch(text)
    try:
        number: float = int(f"{octal[1]}0o{octal[2]}" if octal else text, 0)
    except ValueError:
        if not FLOAT.fullmatch(text):
            return None
        number = float(text)
    whole = abs(number) <= LARGEST_INTEGER and number == int(number)
    return int(number) if whole else float(number)
