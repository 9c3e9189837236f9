"""The folder that holds all files of one control plane, and what becomes of abandoned ones.

The owner keeps its folder's `owner` file locked. The kernel drops the lock when the owner dies,
however it dies, so an unlocked `owner` file marks a folder that nobody needs; unlike a recorded
process id it can't be mistaken after the id has been given to another process.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "agora-testbed-"
"""How the names of these folders start."""

_OWNER = "owner"


@contextmanager
def state_directory(parent: Path | None = None) -> Iterator[Path]:
    """Make a fresh folder under `parent` (default: the temporary folder), removed afterwards.

    Folders of owners that died are removed first. Only this user can read the folder.
    """
    parent = parent or Path(tempfile.gettempdir())
    remove_abandoned(parent)
    directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    claim = directory / f".{_OWNER}"
    with claim.open("w") as owner:
        owner.write(f"{os.getpid()}\n")  # for the person who finds the folder
        owner.flush()
        fcntl.flock(owner, fcntl.LOCK_EX)
        claim.rename(directory / _OWNER)  # locked before anybody can see it unlocked
        try:
            yield directory
        finally:
            _remove(directory)


def remove_abandoned(parent: Path) -> None:
    """Remove the folders under `parent` whose owner is dead; may run in many processes at once."""
    for owner in parent.glob(f"{PREFIX}*/{_OWNER}"):
        # Somebody is alive and holds it, it is another user's, or another process was faster.
        with suppress(OSError), owner.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(owner.parent)


def _remove(directory: Path) -> None:
    """Remove the folder, its `owner` file last: what can't be removed now is found next time."""
    for entry in directory.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name != _OWNER:
            entry.unlink(missing_ok=True)
    if [entry.name for entry in directory.iterdir()] == [_OWNER]:
        shutil.rmtree(directory, ignore_errors=True)
