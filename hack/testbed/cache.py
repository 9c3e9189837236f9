"""Keeps what was built, by what it was built from, for all checkouts of this user.

`~/.cache/agora-recording-operator/` (or below XDG_CACHE_HOME) may be deleted at any time.
"""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from testbed.gobuild import PROGRESS_EVERY, Report
from testbed.processes import wait_for


class Recipe(Protocol):
    """How something is built."""

    @property
    def name(self) -> str:
        """What people call the result: "the control plane"."""
        ...

    @property
    def folder(self) -> str:
        """The name of the folder for the result; another whenever the result would be another."""
        ...

    def build(self, into: Path, *, environment: Mapping[str, str], report: Report) -> None:
        """Build it into an existing folder, which may get another name afterwards.

        Raises:
            MissingToolError: If there is nothing to build it with.
            BuildError: If the build fails.
        """
        ...


class NotBuiltError(RuntimeError):
    """What was asked for is not in the cache."""


def built_before(recipe: Recipe, environment: Mapping[str, str], _report: Report) -> Path:
    """Return the folder with what a recipe makes, if it has been built.

    Raises:
        NotBuiltError: If not.
    """
    built = _place(recipe, environment)
    if not built.is_dir():
        raise NotBuiltError(f"{recipe.name} has not been built")
    return built


def built_once(recipe: Recipe, environment: Mapping[str, str], report: Report) -> Path:
    """Return the folder with what a recipe makes, built now unless it was built before.

    Raises:
        MissingToolError: If it must be built and there is no Go.
        BuildError: If the build fails.
    """
    built = _place(recipe, environment)
    if built.is_dir():
        return built
    built.parent.mkdir(parents=True, exist_ok=True)
    with _locked(built.with_name(f"{built.name}.lock"), recipe, report):
        if not built.is_dir():  # another process may have built it while this one waited
            _build_whole(recipe, built, environment, report)
    return built


def _build_whole(
    recipe: Recipe, built: Path, environment: Mapping[str, str], report: Report
) -> None:
    """Build beside `built` and rename: the folder has everything or does not exist."""
    unfinished = f".{built.name}-"
    for left_over in built.parent.glob(f"{unfinished}*"):  # of a build that was killed
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=unfinished, dir=built.parent) as folder:
        programs = Path(folder) / "programs"
        programs.mkdir()
        recipe.build(programs, environment=environment, report=report)
        programs.rename(built)


def _place(recipe: Recipe, environment: Mapping[str, str]) -> Path:
    home = Path(environment["HOME"]) if "HOME" in environment else Path.home()
    cache = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
    return cache / "agora-recording-operator" / recipe.folder


@contextmanager
def _locked(path: Path, recipe: Recipe, report: Report) -> Iterator[None]:
    """Hold a lock against other processes on this machine; the kernel frees it if we die."""
    began = time.monotonic()
    with path.open("w") as file:
        while not _lock_soon(file.fileno()):
            seconds = time.monotonic() - began
            report(f"another process is building {recipe.name}; waited {seconds:.0f} s")
        yield


def _lock_soon(file: int) -> bool:
    try:
        return wait_for(lambda: _try_lock(file), PROGRESS_EVERY, "the lock", every=0.2)
    except TimeoutError:
        return False


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
