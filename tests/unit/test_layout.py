"""Facts of the repository that must stay as they are."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_folder_operator_is_no_package() -> None:
    """An operator/__init__.py would shadow the standard library's module of that name."""
    assert not (ROOT / "operator" / "__init__.py").exists()


def test_files_stay_readable() -> None:
    """No source file is longer than 310 lines."""
    long = [
        path.name
        for path in (ROOT / "operator").rglob("*.py")
        if len(path.read_text().splitlines()) > 310
    ]

    assert long == []
