"""Reads files of manifests: YAML or JSON, several documents in a file, folders, standard input.

A document keeps the line of each of its members. It is read as ``kubectl`` reads it; a name that
is given twice in one object is refused, where kubectl would quietly take the last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any, Final

import yaml
from typing_extensions import override

from agora_recording.offline import scalar
from agora_recording.offline.cause import Path

STDIN: Final = "-"
SUFFIXES: Final = (".yaml", ".yml", ".json")
"""Files of a folder that are read."""

DEEPEST: Final = 100
"""How deeply values may be nested; an alias can stand in itself."""

MOST_NODES: Final = 100_000
"""How many values a document may have: aliases can make very many of very few."""


class UnreadableError(Exception):
    """A file cannot be read as manifests. Its text names the file and the line."""


@dataclass(frozen=True)
class Document:
    """One object of a file."""

    file: str
    value: Any
    lines: Mapping[Path, int] = field(repr=False)
    """The line of each value, or of its name where it has one."""

    def line(self, path: Path) -> int:
        """Return the line of a value, or of the nearest that is around it."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read(names: Iterable[str], unreadable: list[UnreadableError]) -> Iterator[Document]:
    """Yield the objects of files and folders; what cannot be read is added to ``unreadable``."""
    for name in names:
        try:
            files = _files(name)
        except OSError as error:
            unreadable.append(UnreadableError(f"{name}: {error.strerror}"))
            continue
        for file in files:
            try:
                yield from _documents(file)
            except UnreadableError as error:
                unreadable.append(error)


def _files(name: str) -> list[str]:
    """Return the files of a folder, at any depth; hidden ones are left out."""
    root = File(name)
    if name == STDIN or not root.is_dir():
        return [name]
    found = (path for path in root.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return sorted(str(path) for path in found if not _hidden(path.relative_to(root)))


def _hidden(path: File) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _documents(name: str) -> Iterator[Document]:
    """Yield the objects of one file, and the items of its lists."""
    shown = "<stdin>" if name == STDIN else name
    try:
        text = sys.stdin.buffer.read() if name == STDIN else File(name).read_bytes()
        for node in yaml.compose_all(_without_tabs(text), _Loader):
            yield from _unlisted(_document(shown, node))
    except OSError as error:
        raise UnreadableError(f"{shown}: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        raise _misspelt(shown, error) from error
    except yaml.YAMLError as error:
        raise UnreadableError(f"{shown}: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise UnreadableError(f"{shown}: {_TOO_DEEP}") from error


def _misspelt(file: str, error: yaml.MarkedYAMLError) -> UnreadableError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    return UnreadableError(f"{file}:{line}: {error.problem or error.context}")


def _without_tabs(content: bytes) -> bytes:
    """Make YAML of JSON, of which YAML allows all but tabs between its words."""
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return content
    return content.replace(b"\t", b" ")


def _document(file: str, node: yaml.Node | None) -> Document:
    if node is None:
        return Document(file, None, {(): 1})
    making = _Making()
    return Document(file, making.value(node, ()), making.lines)


def _unlisted(document: Document) -> Iterator[Document]:
    """Yield a document, or the items of what `kubectl get` prints of several objects."""
    value = document.value
    if not isinstance(value, dict) or value.get("kind") != "List":
        yield document
        return
    items = value.get("items")
    for index, item in enumerate(items if isinstance(items, list) else ()):
        head = ("items", index)
        lines = {p[2:]: line for p, line in document.lines.items() if p[:2] == head}
        yield Document(document.file, item, lines)


class _Loader(yaml.SafeLoader):
    """Leaves to ``scalar`` what a plain word means."""

    @override
    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        plain = kind is yaml.ScalarNode and implicit[0]
        return _PLAIN if plain else _UNTAGGED[kind]


_TOO_DEEP: Final = "nested too deeply"
_PLAIN: Final = "plain"
_UNTAGGED: Final = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_MERGE: Final = "<<"
MISSED: Final = ": a line --- may be missing before it"


class _Making:
    """Makes the values of one document, and notes their lines."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._count = 0

    def value(self, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401 - JSON
        """Return what a node stands for."""
        self._count += 1
        if self._count > MOST_NODES:
            raise yaml.MarkedYAMLError(problem="too many values", problem_mark=node.start_mark)
        if len(path) > DEEPEST:
            raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=node.start_mark)
        self.lines.setdefault(path, node.start_mark.line + 1)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(each, (*path, n)) for n, each in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, child in node.value:
            if key.tag == _PLAIN and key.value == _MERGE:
                merged = self._merged(child, path) | merged
                continue
            name = _name(key)
            if name in own:
                problem = f"{name} is given twice{'' if path else MISSED}"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            self.lines[*path, name] = key.start_mark.line + 1
            own[name] = self.value(child, (*path, name))
        return merged | own

    def _merged(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        """Return what is merged into a mapping: another one, or several; the first wins."""
        several = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for each in several:
            if not isinstance(each, yaml.MappingNode):
                problem = "only mappings can be merged"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=each.start_mark)
            found = self._mapping(each, path) | found
        return found


def _name(key: yaml.Node) -> str:
    """Return the name of a member; what is no text becomes what JSON writes for it."""
    if not isinstance(key, yaml.ScalarNode) or (value := _scalar(key)) is None:
        raise yaml.MarkedYAMLError(problem="a name must be text", problem_mark=key.start_mark)
    return value if isinstance(value, str) else json.dumps(value)


def _scalar(node: yaml.Node) -> scalar.Scalar:
    """Return a scalar; tags of other types than text are followed as far as its word allows."""
    text = _well_formed(str(node.value))
    if node.tag != _PLAIN and node.tag.endswith((":str", ":binary")):
        return text
    try:
        return scalar.plain(text)
    except ValueError as error:
        raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from error


def _well_formed(text: str) -> str:
    """Join what JSON escaped in halves, as characters beyond 16 bits are."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
