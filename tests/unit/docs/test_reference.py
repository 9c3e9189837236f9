"""The reference pages say what the code says, all of it."""

from pathlib import Path

import pytest

from agora_recording.agora.codes import CODES, STATUSES
from agora_recording.crd.lock import LOCKED, MUTABLE
from agora_recording.domain.decision import RULES
from agora_recording.domain.reason import Reason
from agora_recording.settings import PREFIX, Settings
from generate import values
from generate.reference import FOLDER, PROVED, pages

ROOT = Path(__file__).parents[3]
VALUES_PAGE = {path: text for path, text in values.files(ROOT).items() if path == values.PAGE}
PAGES = pages() | VALUES_PAGE


def rows(name: str) -> dict[str, list[str]]:
    """Return the rows of a page's tables, but for those of a status, by their first cell."""
    text = PAGES[f"{FOLDER}/{name}.md"].partition("\n## status\n")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    cells = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    return {first.strip("`"): rest for first, *rest in cells}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_up_to_date(path: str) -> None:
    """What the code says changed: `make generate`."""
    assert (ROOT / path).read_text() == PAGES[path], "run `make generate`"


def test_nothing_else_is_in_the_folder() -> None:
    """The folder is generated, all of it; one page by the tests that prove what it says."""
    found = sorted(f"{FOLDER}/{path.name}" for path in (ROOT / FOLDER).iterdir())

    assert found == sorted([*PAGES, PROVED])


def test_each_reason_and_each_setting_has_a_row() -> None:
    """Nobody meets a word that is not in the reference."""
    assert {each.value for each in Reason} <= rows("conditions").keys()
    assert rows("settings").keys() == {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    ("fields", "change"), [(LOCKED, "locked"), (MUTABLE, "yes")], ids=["locked", "mutable"]
)
def test_each_field_says_whether_it_can_change(fields: tuple[str, ...], change: str) -> None:
    """The lock and the page agree; the members of an object share its side."""
    table = rows("cloudrecording")

    assert {field: table[field][2] for field in fields} == dict.fromkeys(fields, change)
    assert table["mix"][2] == table["web"][2] == table["storage"][2] == "in part"
    assert table["projectRef.name"][2] == "locked"
    assert table["mix.layout.custom.regions[].uid"][2] == "yes"


def test_a_field_that_never_changes_says_so() -> None:
    """An App ID is all that running recordings can be stopped through."""
    assert rows("agoraproject")["appId"][:3] == [
        "string, at most 64 characters",
        "required",
        "never",
    ]


def test_the_rules_are_listed_in_their_order() -> None:
    """The order is the policy."""
    text = PAGES[f"{FOLDER}/rules.md"]
    places = [text.index(f"{n}. `{rule.__name__}`: ") for n, rule in enumerate(RULES, 1)]

    assert places == sorted(places)


@pytest.mark.parametrize(("name", "any_call"), [("errors", "any"), ("errors.zh", "任意")])
def test_each_error_code_is_explained_in_both_languages(name: str, any_call: str) -> None:
    """By the call that it answers, and under the status alone if there is no code."""
    lines = [line for line in PAGES[f"{FOLDER}/{name}.md"].splitlines() if line.startswith("| `")]
    found = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines]
    codes = [(f"`{code}`", f"`{call}`" if call else any_call) for call, code in CODES]
    codes += [(f"`{status}`", any_call) for status in STATUSES]

    assert sorted(codes) == sorted(row[:2] for row in found)
    assert all(len(row) == 4 and all(row) for row in found)
