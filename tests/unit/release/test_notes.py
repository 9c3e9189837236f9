from __future__ import annotations

from pathlib import Path

import pytest

from release.notes import CHANGES, notes


def test_what_needs_a_person_comes_first(tmp_path: Path) -> None:
    """Removals and changes stand before what is new; each fragment is one line."""
    (tmp_path / "+a.feature.md").write_text("`kubectl get` shows\nmore.\n")
    (tmp_path / "12.removal.md").write_text("It is gone.\n")
    (tmp_path / "README.md").write_text("How to write them.\n")

    said = notes(tmp_path)

    assert said == "## Removed\n\n* It is gone.\n\n## New\n\n* `kubectl get` shows more."


def test_a_fragment_of_unknown_kind_is_an_error(tmp_path: Path) -> None:
    """It would otherwise be missing from the notes."""
    (tmp_path / "+a.feat.md").write_text("New.\n")

    with pytest.raises(ValueError, match=r"\+a\.feat\.md: the kind is feat, not one of"):
        notes(tmp_path)


def test_all_fragments_of_this_checkout_have_a_kind() -> None:
    """A release must not find out."""
    fragments = [path for path in CHANGES.glob("*.md") if path.name != "README.md"]

    assert notes(CHANGES).count("\n* ") == len(fragments)
