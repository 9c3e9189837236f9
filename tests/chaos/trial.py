"""Plays cases that are named, and tells what the judge says of each, as a line of JSON.

`python -m chaos.trial NAME…`, by the names of the reports; all cases with a name, if none is given.
It judges whatever operator it finds on the path of imports, so a changed copy as well.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Final

import structlog

from chaos.sweep.cases import every_case, played
from chaos.sweep.story import Story, complaints, every_story, told

SILENT: Final = 50
"""The level of logging above all that the operator logs."""

Play = Callable[[], list[str]]
"""Plays a case and returns what the judge condemns it for."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the judge says of one case."""

    name: str
    condemned: list[str]
    """For what; nothing if all was as it must be."""
    broken: str = ""
    """Why there is no judgement: the case did not come to its end."""


def told_of(one: Story) -> list[str]:
    """Play a story, and return what the judge condemns it for."""
    return complaints(one, told(one))


def plays(names: list[str]) -> dict[str, Play]:
    """Return how to play each case. One that there is not raises LookupError when it is played."""
    known: dict[str, Play] = {one.name: lambda one=one: told_of(one) for one in every_story()}
    if not known.keys() >= set(names):
        known |= {c.name: lambda c=c: played(c).verdict.faults for c in every_case()}
    return {name: known.get(name, _missing) for name in names or known}


def _missing() -> list[str]:
    raise LookupError("there is no such case")


def sentences(cases: dict[str, Play]) -> Iterable[Sentence]:
    """Play the cases one after another."""
    for name, play in cases.items():
        try:
            yield Sentence(name, play())
        except Exception as error:  # noqa: BLE001 - whatever changed code may do
            text = str(error).strip().splitlines()
            yield Sentence(name, [], f"{type(error).__name__} {text[0] if text else ''}".strip())


def main(names: list[str]) -> None:
    """Play cases, and print the sentences."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
    for sentence in sentences(plays(names)):
        sys.stdout.write(json.dumps(asdict(sentence)) + "\n")
    sys.stdout.flush()
    os._exit(0)  # whatever changed code has left behind


if __name__ == "__main__":
    main(sys.argv[1:])
