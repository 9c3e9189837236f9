"""Files are read as kubectl reads them, and each value keeps its line."""

from pathlib import Path

import pytest

from agora_recording.offline.reading import Document, UnreadableError, read
from agora_recording.offline.scalar import plain
from unit.offline.words import MEANINGS


def documents(folder: Path, text: str, name: str = "a.yaml") -> list[Document]:
    """Return the documents of a text, which can be read."""
    file = folder / name
    file.write_text(text)
    unreadable: list[UnreadableError] = []
    found = [*read([str(file)], unreadable)]

    assert unreadable == []
    return found


def refusal(folder: Path, text: str) -> str:
    """Return why a text cannot be read, without the name of its file."""
    file = folder / "a.yaml"
    file.write_text(text)
    unreadable: list[UnreadableError] = []
    assert [*read([str(file)], unreadable)] == []
    (error,) = unreadable
    return str(error).removeprefix(f"{file}:")


@pytest.mark.parametrize(("word", "meaning"), MEANINGS.items())
def test_a_word_means_what_kubernetes_takes_it_for(word: str, meaning: object) -> None:
    """Other readers of YAML take some of them for something else."""
    found = plain(word)

    assert (found, type(found)) == (meaning, type(meaning))


def test_quotes_make_text_of_any_word(tmp_path: Path) -> None:
    """As people write uids that must be text."""
    (document,) = documents(tmp_path, "a: 'yes'\nb: \"1\"\nc: !!str 2\nd: |\n  true\n")

    assert document.value == {"a": "yes", "b": "1", "c": "2", "d": "true\n"}


def test_each_value_has_the_line_of_its_name(tmp_path: Path) -> None:
    """Also in lists, and where it is missing, that of what is around it."""
    text = "# note\na:\n  b: 1\n  c:\n  - x\n  -\n    d: 2\n"
    (document,) = documents(tmp_path, text)

    assert document.line(("a", "b")) == 3
    assert document.line(("a", "c", 0)) == 5
    assert document.line(("a", "c", 1, "d")) == 7
    assert document.line(("a", "missing", "deep")) == 2
    assert document.line(()) == 2


def test_a_file_may_hold_several_documents_and_lists(tmp_path: Path) -> None:
    """`kubectl get -o yaml` prints a List."""
    text = "a: 1\n---\n---\nkind: List\nitems:\n- b: 2\n- c: 3\n"
    found = documents(tmp_path, text)

    assert [each.value for each in found] == [{"a": 1}, None, {"b": 2}, {"c": 3}]
    assert found[3].line(("c",)) == 7


def test_json_is_read_with_its_lines(tmp_path: Path) -> None:
    """Also with tabs, which YAML forbids, and with characters escaped in halves."""
    text = '{\n\t"a": "\\ud83d\\ude00",\n\t"b": [1.0, 2e2, null, "c\\/d"]\n}\n'
    (document,) = documents(tmp_path, text, "a.json")

    assert document.value == {"a": "😀", "b": [1, 200, None, "c/d"]}
    assert document.line(("b",)) == 3


def test_aliases_and_merges_are_followed(tmp_path: Path) -> None:
    """What stands in the object itself wins over what is merged into it."""
    text = "a: &x {b: 1, c: 2}\nd: *x\ne:\n  <<: *x\n  c: 3\nf:\n  <<: [*x, {b: 9, g: 4}]\n"
    (document,) = documents(tmp_path, text)

    assert document.value["d"] == {"b": 1, "c": 2}
    assert document.value["e"] == {"b": 1, "c": 3}
    assert document.value["f"] == {"b": 1, "c": 2, "g": 4}


def test_names_that_are_no_text_become_what_json_writes(tmp_path: Path) -> None:
    """YAML takes `on` for a truth value, also as a name."""
    (document,) = documents(tmp_path, "on: 1\n2: 3\n1.5: 4\n")

    assert document.value == {"true": 1, "2": 3, "1.5": 4}


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdef", "bcdefg", strict=True)
)

REFUSALS = {
    "a: 1\nb: {\n": "3: expected the node content, but found '<stream end>'",
    "a:\n  b: 1\n  b: 2\n": "3: b is given twice",
    "a: 1\na: 2\n": "2: a is given twice: a line --- may be missing before it",
    "a: .inf\n": "1: .inf is no number of JSON",
    "? [1]\n: 2\n": "1: a name must be text",
    "~: 2\n": "1: a name must be text",
    "a: *b\n": "1: found undefined alias 'b'",
    "a:\n  <<: 1\n": "2: only mappings can be merged",
    "a: &a [*a]\n": "1: nested too deeply",
    "[" * 800: " nested too deeply",
    BOMB: "1: too many values",
    "a: \0\n": " unacceptable character #x0000: special characters are not allowed",
}


@pytest.mark.parametrize(("text", "why"), REFUSALS.items(), ids=range(len(REFUSALS)))
def test_what_cannot_be_read_is_said_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    """However odd it is, and in little time."""
    assert refusal(tmp_path, text) == why


def test_what_stands_before_a_mistake_is_read(tmp_path: Path) -> None:
    """One broken document does not hide the problems of others, nor does a missing file."""
    (tmp_path / "a.yaml").write_text("a: 1\n---\nb: {\n")
    (tmp_path / "b.yaml").write_text("c: 2\n")
    unreadable: list[UnreadableError] = []
    missing = str(tmp_path / "none.yaml")
    found = [*read([missing, str(tmp_path)], unreadable)]

    assert [each.value for each in found] == [{"a": 1}, {"c": 2}]
    assert [str(each).partition(": ")[2] for each in unreadable] == [
        "No such file or directory",
        "expected the node content, but found '<stream end>'",
    ]


def test_a_folder_is_read_at_any_depth(tmp_path: Path) -> None:
    """But for hidden folders, and files that are no manifests by their names."""
    for name in ("x/b.yml", "x/y/c.json", "a.yaml", ".git/d.yaml", "e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")

    found = [each.file for each in read([str(tmp_path)], [])]

    assert found == [str(tmp_path / name) for name in ("a.yaml", "x/b.yml", "x/y/c.json")]
