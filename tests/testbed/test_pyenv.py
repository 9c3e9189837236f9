"""Environments for tools that are installed apart from what we develop with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from testbed.cache import built_once
from testbed.gobuild import BuildError
from testbed.pyenv import Requirements

LIST = "import importlib.metadata as m; print(*[d.name for d in m.distributions()])"


def locked(folder: Path, text: str = "") -> Requirements:
    """Return requirements that are locked in a file."""
    lock = folder / "tools.txt"
    lock.write_text(text)
    return Requirements("tools", lock)


def test_an_environment_has_what_is_locked_and_nothing_of_ours(tmp_path: Path) -> None:
    """It is made once, and works in the folder that it gets in the end."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    said: list[str] = []
    place = built_once(locked(tmp_path), environment, said.append)
    python = place / "bin" / "python"
    shown = subprocess.run([python, "-Ic", LIST], capture_output=True, text=True, check=True)

    assert shown.stdout.split() == []
    assert said[0] == "installing tools: begun, 0 s"
    assert built_once(locked(tmp_path), environment, said.append) == place


def test_another_lock_or_python_gets_another_environment(tmp_path: Path) -> None:
    """One that is there already is never changed."""
    first = locked(tmp_path).folder

    assert locked(tmp_path, "# more").folder != first
    assert first.startswith("tools-")
    assert sys.version not in first


def test_what_is_not_locked_by_its_hash_is_not_installed(tmp_path: Path) -> None:
    """Nor is there a folder that looks as if it had been."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}

    with pytest.raises(BuildError, match="--require-hashes"):
        built_once(locked(tmp_path, "pyyaml==6.0.2\n"), environment, lambda _line: None)

    left = [path.suffix for path in (tmp_path / "cache" / "agora-recording-operator").iterdir()]
    assert left == [".lock"]
