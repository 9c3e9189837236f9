"""Removes from site-packages what the operator does without: ``prune.py SITE_PACKAGES``.

The list is ``unused.txt`` beside this file. It runs while the image is built, where nothing but
Python's own library is installed.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

UNUSED: Final = Path(__file__).with_name("unused.txt")


class NothingMatchedError(ValueError):
    """A line of the list speaks of something that is not there."""


def unused(site: Path, lines: Iterable[str]) -> set[Path]:
    """Return the files that the lines choose, the later line winning.

    Args:
        site: A site-packages.
        lines: Of the list; empty ones and those that begin with # say nothing.

    Raises:
        NothingMatchedError: If a line matches no file.
    """
    chosen: set[Path] = set()
    for line in lines:
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        found = {path for path in site.glob(pattern.removeprefix("!")) if path.is_file()}
        if not found:
            raise NothingMatchedError(
                f"{UNUSED.name}: {pattern} matches nothing. Was a package renamed? Mend the line"
            )
        chosen = chosen - found if pattern.startswith("!") else chosen | found
    return chosen


def prune(site: Path) -> int:
    """Remove what the list names from a site-packages, and return how many bytes that freed.

    Raises:
        NothingMatchedError: If a line of the list matches no file; then nothing is removed.
    """
    files = unused(site, UNUSED.read_text(encoding="utf-8").splitlines())
    freed = sum(path.stat().st_size for path in files)
    for path in files:
        path.unlink()
    return freed


if __name__ == "__main__":
    print(f"{prune(Path(sys.argv[1])) / 1e6:.0f} MB removed")
