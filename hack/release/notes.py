"""``make notes``: prints the news fragments of ``changes/`` as the notes of a release."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CHANGES: Final = Path(__file__).parents[2] / "changes"
HEADINGS: Final = {
    "removal": "Removed",
    "change": "Changed: read before you upgrade",
    "feature": "New",
    "fix": "Fixed",
}
"""By the kind in a fragment's name, in the order of the notes: what needs a person comes first."""


def notes(folder: Path) -> str:
    """Return the fragments of a folder as Markdown, by kind, and by name within one.

    Raises:
        ValueError: If a fragment has no known kind: it would be missing from the notes.
    """
    fragments = [path for path in sorted(folder.glob("*.md")) if path.name != "README.md"]
    found: dict[str, list[str]] = {kind: [] for kind in HEADINGS}
    for path in fragments:
        kind = path.name.split(".")[-2]
        if kind not in found:
            raise ValueError(f"{path.name}: the kind is {kind}, not one of {', '.join(HEADINGS)}")
        found[kind].append(" ".join(path.read_text(encoding="utf-8").split()))
    return "\n\n".join(
        f"## {heading}\n\n" + "\n".join(f"* {text}" for text in found[kind])
        for kind, heading in HEADINGS.items()
        if found[kind]
    )


if __name__ == "__main__":
    print(notes(CHANGES))
