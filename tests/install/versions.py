"""Versions of the product: the one that was released, this checkout, and one that may come next."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testbed.nodes import OPERATOR, operator_image
from testbed.podspec import Image
from testbed.simulator import ROOT

RELEASED: Final = ("v0.1.0", "ed96c90b149b7215ef3fbefd081e4c545ca090cf")
"""Tag and commit of the version that people upgrade from; a clone may lack tags."""

_COPIED: Final = ("operator", "simulator", "hack", "charts", "crds", "deploy", "docs")
_ADDED: Final = (
    (
        "crd/recording.py",
        '    """What is to be recorded, and how."""\n',
        '\n    remark: str | None = None\n    """What people remark on the recording."""\n',
    ),
    (
        "crd/status.py",
        '    """What has become of the recording."""\n',
        '\n    remark: str | None = None\n    """The remark that was seen, or none."""\n',
    ),
    (
        "domain/summary.py",
        '            "phase": _phase(seen, end_reason),\n',
        '            "remark": seen.recording.spec.remark or "none",\n',
    ),
    (
        "kube/permissions.py",
        "IN_NAMESPACES: Final = (\n",
        '    Permission("", ("configmaps",), ("get",), "read what recordings name"),\n',
    ),
)
"""What the next version has more: file of the operator, text in it, and what follows that."""


@dataclass(frozen=True)
class Version:
    """A version, as files."""

    tag: str
    """Of its image."""
    source: Path

    @property
    def chart(self) -> Path:
        """The chart that installs it."""
        return self.source / "charts" / "agora-recording-operator"

    @property
    def values(self) -> tuple[str, ...]:
        """What is said to Helm to get its image."""
        return (f"image.tag={self.tag}",)

    @property
    def images(self) -> dict[str, Image]:
        """What its image is on the nodes of the testbed."""
        return {f"{OPERATOR}:{self.tag}": operator_image(self.source)}


def this_version() -> Version:
    """Return this checkout."""
    return Version("this", ROOT)


def released_version(folder: Path, repository: Path = ROOT) -> Version:
    """Unpack the version that people upgrade from.

    Raises:
        AssertionError: If the repository does not have it; the message says how to get it.
    """
    found = next((name for name in RELEASED if _knows(repository, name)), None)
    assert found, (
        f"{RELEASED[0]}, from which people upgrade, is not in this clone; get it with "
        "git fetch --unshallow --tags"
    )
    packed = _git(repository, "archive", found).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return Version("released", folder)


def next_version(folder: Path) -> Version:
    """Copy this checkout, and add a field, of which the status tells, and a permission."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, place, more in _ADDED:
        file = folder / "operator" / "agora_recording" / name
        before, found, after = file.read_text(encoding="utf-8").partition(place)
        assert found, f"{name} has no {place!r}"
        file.write_text(before + found + more + after, encoding="utf-8")
    paths = (str(folder / name) for name in ("operator", "simulator", "hack"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    subprocess.run([sys.executable, "-m", "generate"], env=environment, check=True)
    return Version("next", folder)


def _knows(repository: Path, name: str) -> bool:
    found = _git(repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return found.returncode == 0


def _git(repository: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(repository), *words]
    return subprocess.run(command, capture_output=True, check=False)
