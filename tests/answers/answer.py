"""Every answer of Agora's API, read from the files beside this one.

Each stands there once, with these members:

* name
* calls: whose answer it is; "every" for any
* http: the HTTP status
* body: the text of the body, repeated if there are times; or hex: its bytes
* source: the page, ticket or issue that shows it, or that it is an assumption
* outcome: Success, or the kind of error that the client must make of it
* without_effect: the kind for calls that can be repeated whatever became of them, if another
* status, slice_start_time, uploading_status, files, extensions, sid: what is read from it
* simulated: whether the simulator answers so too; or for which calls
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from agora_recording.agora.protocol import WITHOUT_EFFECT, Operation

FOLDER: Final = Path(__file__).parent
RECORDING_CALLS: Final = frozenset(Operation) - {Operation.KICK}
"""The calls of the recording API, of which the pages speak."""


@dataclass(frozen=True)
class Answer:
    """One answer to one call."""

    operation: Operation
    row: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its name, and whose answer it is."""
        return f"{self.row['name']}-{self.operation}"

    @property
    def http(self) -> int:
        """The HTTP status."""
        return int(self.row["http"])

    @property
    def text(self) -> str | None:
        """The body as text; None if it is none."""
        body = self.row.get("body")
        return None if body is None else str(body) * int(self.row.get("times", 1))

    @property
    def content(self) -> bytes:
        """The body."""
        return bytes.fromhex(self.row["hex"]) if self.text is None else self.text.encode()

    @property
    def body(self) -> dict[str, Any]:
        """The body as an object; without members if it is none."""
        try:
            found = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def code(self) -> int | None:
        """Agora's code, if the body has one."""
        code = self.body.get("code")
        return int(code) if isinstance(code, int | str) else None

    @property
    def outcome(self) -> str:
        """Success, or the name of a kind of error."""
        row, repeatable = self.row, self.operation in WITHOUT_EFFECT
        return str(row.get("without_effect", row["outcome"]) if repeatable else row["outcome"])

    @property
    def simulated(self) -> bool:
        """Whether the simulator answers so too."""
        said = self.row.get("simulated", False)
        calls = RECORDING_CALLS if said is True else said or ()
        return self.operation in calls


def _answers() -> list[Answer]:
    rows = [
        row
        for file in sorted(FOLDER.glob("*.toml"))
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["answer"]
    ]
    return [Answer(operation, row) for row in rows for operation in _calls(row)]


def _calls(row: Mapping[str, Any]) -> list[Operation]:
    return list(Operation) if row["calls"] == ["every"] else [Operation(c) for c in row["calls"]]


ANSWERS: Final = _answers()
"""All of them, one for each call that may get it."""
