"""Which findings are let be, and that each exception is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lint.exceptions import Allowed, complaints, read
from lint.findings import Finding

ONE = Finding("limits", "Deployment", "defaults")
OTHER = Finding("limits", "Job-uninstall", "everything")
ALLOWED = Allowed("limits", ("Deployment", "Job-uninstall"), ())


def test_what_is_allowed_is_let_be() -> None:
    """With any values, unless some are named."""
    assert complaints([ONE, OTHER], [ALLOWED]) == []
    assert complaints([ONE], [Allowed("limits", ("Deployment",), ("defaults",))]) == []


@pytest.mark.parametrize(
    "allowed",
    [
        Allowed("probes", ("Deployment",), ()),
        Allowed("limits", ("Job-uninstall",), ()),
        Allowed("limits", ("Deployment",), ("everything",)),
    ],
)
def test_another_check_object_or_set_of_values_is_not(allowed: Allowed) -> None:
    """The complaint says what to look for."""
    assert "limits, Deployment, with the values defaults" in complaints([ONE], [allowed])


def test_an_exception_that_nothing_needs_is_a_complaint() -> None:
    """Else it would let something be that comes back."""
    assert complaints([ONE], [ALLOWED]) == ["limits allows Job-uninstall in vain"]
    anywhere = Allowed("limits", ("Deployment",), ("defaults", "project"))
    assert complaints([ONE], [anywhere]) == ["limits allows project in vain"]
    assert complaints([], [Allowed("limits", ("Pod",), ())]) == ["limits allows Pod in vain"]


def test_an_exception_has_a_reason(tmp_path: Path) -> None:
    """Whoever adds one says why."""
    file = tmp_path / "linter.toml"
    file.write_text('[[allow]]\ncheck = "limits"\nobjects = ["Pod"]\nreason = "It is short."\n')

    assert read(file) == [Allowed("limits", ("Pod",), ())]

    file.write_text('[[allow]]\ncheck = "limits"\nobjects = ["Pod"]\nreason = " "\n')
    with pytest.raises(ValueError, match=r"linter\.toml: limits has no reason"):
        read(file)
