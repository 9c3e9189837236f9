"""The files of this project speak of the project alone, not of the machine they were made on."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
NOT_OURS = re.compile(r"__pycache__|.*\.egg-info|dist|build|\.(?!ci$|github$)[^/]*")
"""Folders that are made by tools."""
FOREIGN = {
    "a path of one machine": re.compile(r"(?<![\w.$}~/-])/(?:wor[k]|hom[e]|roo[t]|User[s])/\w"),
    "a package index": re.compile(
        r"--(?:extra-)?index-ur[l]|--find-link[s]|GOPROX[Y]=|PIP_INDE[X]"
    ),
    "a private host": re.compile(
        r"https?://(?:10\.\d|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|[\w.-]+\.(?:interna[l]|cor[p]|la[n])\b)"
    ),
}
"""What must not be in a file; letters in brackets keep this file from accusing itself."""


def files(folder: Path) -> Iterator[Path]:
    """Yield all files that belong to the project."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not NOT_OURS.fullmatch(path.name):
            yield from files(path)
        elif path.is_file():
            yield path


def test_no_file_speaks_of_a_machine() -> None:
    """Paths, package indices and private hosts of one machine mean nothing on another."""
    found = [
        f"{path.relative_to(ROOT)}: {what}: {match[0]}"
        for path in files(ROOT)
        for what, pattern in FOREIGN.items()
        for match in pattern.finditer(path.read_text(errors="replace"))
    ]

    assert found == []


def test_all_folders_are_searched() -> None:
    """The walk finds hidden files and nested ones."""
    names = {str(path.relative_to(ROOT)) for path in files(ROOT)}

    assert {".ci/run", ".gitignore", "README.md", "operator/agora_recording/app.py"} <= names
