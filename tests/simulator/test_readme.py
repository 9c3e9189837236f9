"""The README keeps up with the program."""

from pathlib import Path

from agora_simulator.recordings import EndReason
from agora_simulator.settings import Settings

README = (Path(__file__).parents[2] / "simulator" / "README.md").read_text()


def test_each_setting_has_a_row() -> None:
    """With its default and its meaning."""
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    missing = [name for name in Settings.model_fields if not any(f"`{name}`" in r for r in rows)]

    assert missing == []


def test_each_reason_of_an_end_is_named() -> None:
    """A person finds them in the ledger."""
    assert [reason for reason in EndReason if f"`{reason}`" not in README] == []
