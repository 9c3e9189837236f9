from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest

from image.prune import NothingMatchedError, prune, unused

ROOT = Path(__file__).parents[3]
INSTALLED = sysconfig.get_path("purelib")
LOCKED = re.compile(r"^([a-z0-9.-]+)==", re.MULTILINE)
EVERYTHING = """
import importlib, pkgutil
for package in map(importlib.import_module, ("agora_recording", "agora_simulator")):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""
"""Imports each module of both programs."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site-packages like the image's: the locked packages alone, less what is unused."""
    folder = tmp_path_factory.mktemp("image") / "site-packages"
    for name in LOCKED.findall((ROOT / "requirements" / "runtime.txt").read_text()):
        files = [str(file) for file in distribution(name).files or [] if ".." not in file.parts]
        for parent in {(folder / file).parent for file in files}:
            parent.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file).symlink_to(f"{INSTALLED}/{file}")
    assert prune(folder) > 80_000_000
    return folder


def python(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these packages, those of the checkout, and no others."""
    paths = (site, ROOT / "operator", ROOT / "simulator")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_programs_import_without_what_the_image_lacks(site: Path) -> None:
    """Neither what is pruned nor what only developers install is imported by any module."""
    done = python(site, "-c", EVERYTHING)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_the_commands_run_without_what_the_image_lacks(site: Path, command: str) -> None:
    """All samples are read and judged, which takes CEL and its extensions."""
    samples = ROOT / "deploy" / "samples"

    done = python(site, "-m", "agora_recording", command, str(samples))

    assert (done.returncode, done.stderr.count("problems: 0")) == (0, 1)


def test_what_is_pruned_is_gone(site: Path) -> None:
    """The list takes the APIs and leaves the client that sends requests."""
    done = python(site, "-c", "import kubernetes.aio.client.api.core_v1_api")

    assert "ModuleNotFoundError" in done.stderr
    assert (site / "kubernetes" / "aio" / "client" / "api_client.py").exists()


def test_a_later_line_brings_back_what_an_earlier_one_took(tmp_path: Path) -> None:
    """As in a .gitignore, and comments and empty lines say nothing."""
    for name in ("a.py", "b.py", "c.txt"):
        (tmp_path / name).touch()

    found = unused(tmp_path, ["# all", "", "*.py", "!b.py"])

    assert found == {tmp_path / "a.py"}


def test_a_line_that_matches_nothing_is_an_error(tmp_path: Path) -> None:
    """A package that was renamed would otherwise be shipped whole, unseen."""
    with pytest.raises(NothingMatchedError, match=r"gone/\*\.py matches nothing"):
        unused(tmp_path, ["gone/*.py"])
