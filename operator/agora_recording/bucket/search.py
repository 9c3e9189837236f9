"""What the names of files tell about the recordings of a channel. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from obstore import ObjectMeta

RECORDING: Final = re.compile(r"(?:bak[0-9]+_)?[0-9a-f]{32}(?=_)")
"""How the names of one recording's files begin.

After a move to another server Agora begins a new index, ``bak<n>_<sid>_…``.
https://docs.agora.io/en/cloud-recording/develop/manage-files
"""
TRACK: Final = r"__uid_s_[0-9]+__uid_e_[a-z]+"
"""In individual mode there is an index for each user and track."""


class Search:
    """What the names seen so far, in alphabetical order, tell about one channel."""

    def __init__(self, folder: str, channel: str, since: datetime) -> None:
        self._folder = folder
        self._since = since.replace(microsecond=0)  # storages tell whole seconds
        self._index = re.compile(
            rf"{re.escape(folder)}(?:bak[0-9]+_)?([0-9a-f]{{32}})_{re.escape(channel)}"
            rf"(?:{TRACK})?\.m3u8"
        )
        self._written: dict[str, datetime] = {}
        self._last_index = ""
        self.began = False
        """Whether the storage has answered at all."""

    @property
    def sids(self) -> tuple[str, ...]:
        """The sids found, that of the index written last coming first."""
        newest_first = sorted(self._written.items(), key=lambda item: item[1], reverse=True)
        return tuple(sid for sid, _ in newest_first)

    def take(self, page: Sequence[ObjectMeta]) -> None:
        """Look at some more names."""
        self.began = True
        for file in page:
            if not file["path"].endswith(".m3u8"):
                continue
            self._last_index = file["path"]
            match = self._index.fullmatch(file["path"])
            written = file["last_modified"]
            if match and written >= self._since:
                self._written[match[1]] = max(written, self._written.get(match[1], written))

    def resume_after(self, last: str) -> str | None:
        """Return a name to go on behind, if nothing between ``last`` and it can matter.

        Such are the files of an inner folder, and the slices of a recording whose index was seen:
        the index comes first, since a dot sorts before an underscore. A week has 40,000 slices.
        """
        inner, slash, _ = last.removeprefix(self._folder).partition("/")
        if slash:
            return f"{self._folder}{inner}0"  # sorts behind the slash
        recording = RECORDING.match(inner)
        if recording is None or re.search(TRACK, inner):
            return None
        its_files = f"{self._folder}{recording[0]}"
        indexed = self._last_index.startswith(f"{its_files}_")
        return f"{its_files}a" if indexed else None  # sorts behind the underscore
