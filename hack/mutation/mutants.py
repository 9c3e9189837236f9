"""Where changes can be made, and how a changed module is compiled.

Left alone are what only people read (docstrings, messages, logs), what only type checkers read
(annotations, Protocols), what restates what the code before it has made sure of (assertions), and
names: the members of enumerations and decorators.
"""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Final

from mutation.operators import replacements

UNREAD: Final = {"annotation", "returns", "decorator_list", "type_params"}
"""Fields of nodes that do nothing when the code runs."""
NAMERS: Final = {"Protocol", "StrEnum", "Enum", "IntEnum"}
"""Bases of classes that only name things."""
LOGGERS: Final = {"log", "say"}
SHORT: Final = 10
"""A change whose text is shorter than this is shown with what stands around it."""
AROUND: Final = 40
"""How much that is not changed is shown before and after a change."""

WHOLE: Final = (ast.stmt, ast.ExceptHandler, ast.match_case, ast.Module)
"""Nodes that are shown by themselves, however short."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: a field of another, or an item in it."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        """Put ``node`` there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module."""

    path: str
    """The module's file below the package."""
    number: int
    """Its number among the changes of the file."""
    function: str
    """Qualified name of the outermost function that it changes; empty: what runs at import."""
    first: int
    """The lines that reach it, from here"""
    last: int
    """to here."""
    text: str
    """What is changed into what."""

    @property
    def lines(self) -> range:
        """The lines that reach it."""
        return range(self.first, self.last + 1)

    @property
    def name(self) -> str:
        """By what it is known as long as the code around it is the same."""
        return f"{self.path}: {self.function or 'module'}: {self.text}"


@dataclass(frozen=True, slots=True)
class _Point:
    place: Place
    new: ast.AST
    trail: tuple[ast.AST, ...]
    """The nodes that hold the place, from the module inwards, and the node itself."""


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """Return the mutants of a file below ``root``, in the order of its code."""
    found, seen = [], Counter[str]()
    for number, point in enumerate(_points(_parsed(root / path))):
        text = _text(point)
        mutant = Mutant(path, number, _function(point), *_lines(point), text)
        seen[mutant.name] += 1
        if (count := seen[mutant.name]) > 1:
            mutant = Mutant(path, number, mutant.function, *_lines(point), f"{text} (no. {count})")
        found.append(mutant)
    return found


def compiled(root: Path, mutant: Mutant) -> CodeType:
    """Return the code of the mutant's whole module. For use once in a process of its own."""
    tree = _parsed(root / mutant.path)
    point = _points(tree)[mutant.number]
    point.place.put(point.new)
    return compile(tree, str(root / mutant.path), "exec")


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _points(tree: ast.Module) -> list[_Point]:
    return list(_walk(tree, (tree,)))


def _walk(node: ast.AST, trail: tuple[ast.AST, ...]) -> Iterator[_Point]:
    for field, value in ast.iter_fields(node):
        if field in UNREAD:
            continue
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _left_alone(child, trail):
                continue
            place = Place(node, field, index if isinstance(value, list) else None)
            inner = (*trail, child)
            if not _is_trivial(child, trail):
                yield from (_Point(place, new, inner) for new in replacements(child))
            yield from _walk(child, inner)


def _left_alone(node: ast.AST, trail: tuple[ast.AST, ...]) -> bool:
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.Import() | ast.ImportFrom():
            alone = True
        case ast.Expr(value=value):
            alone = isinstance(value, ast.Constant) or _left_alone(value, trail)
        case (
            ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(value=ast.Name(id=name)))
        ):
            alone = name in LOGGERS
        case ast.ClassDef(bases=bases):
            alone = any(isinstance(base, ast.Name) and base.id in NAMERS for base in bases)
        case ast.Assign(value=ast.BinOp(op=ast.BitOr()) | ast.Subscript()):
            alone = isinstance(trail[-1], ast.Module)  # another name for a type
        case ast.match_case(pattern=ast.MatchAs(pattern=None), body=[ast.Raise()]):
            alone = True  # which cannot happen
        case _:
            alone = False
    return alone


def _is_trivial(node: ast.AST, trail: tuple[ast.AST, ...]) -> bool:
    """Whether to remove a statement changes nothing, or breaks every object of its class."""
    function = trail[-1]
    if not isinstance(function, Function):
        return False
    if isinstance(node, ast.Return) and node is function.body[-1]:
        return node.value is None or not getattr(node.value, "value", True)
    return isinstance(node, ast.Assign) and function.name == "__init__"


def _function(point: _Point) -> str:
    """Return the qualified name of the outermost function whose code the change is in."""
    names: list[str] = []
    for node, child in zip(point.trail, point.trail[1:], strict=False):
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        if isinstance(node, Function):
            return ".".join([*names, node.name]) if child in node.body else ""
    return ""


def _lines(point: _Point) -> tuple[int, int]:
    """Return the lines of the statement, or of the head of the block, that the change is in."""
    first = last = 0
    for node in point.trail:
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            body = getattr(node, "body", None)
            first, last = node.lineno, (body[0].lineno if body else node.end_lineno or 0)
        elif isinstance(node, ast.match_case):
            first, last = node.pattern.lineno, node.body[0].lineno
    return first, last


def _text(point: _Point) -> str:
    """Return the change, with as much around it as makes it plain."""
    node, before = next(
        (node, text)
        for node in reversed(point.trail)
        if len(text := _head(node)) >= SHORT or isinstance(node, WHOLE)
    )
    old = getattr(point.place.parent, point.place.field)
    old = old if point.place.index is None else old[point.place.index]
    point.place.put(point.new)
    after = _head(point.new if node is point.trail[-1] else node)
    point.place.put(old)
    return _difference(before, after)


def _difference(before: str, after: str) -> str:
    """Return both, shortened at both ends to what surrounds their difference."""
    begin = _alike(before, after)
    end = _alike(before[begin:][::-1], after[begin:][::-1])
    begin, end = max(begin - AROUND, 0), max(end - AROUND, 0)
    texts = (text[begin : len(text) - end] for text in (before, after))
    return " → ".join(f"{'…' * (begin > 0)}{text}{'…' * (end > 0)}" for text in texts)


def _alike(one: str, other: str) -> int:
    """Return how many characters are the same from the beginning on."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)


def _head(node: ast.AST) -> str:
    """Return the source of a node; of a block only its beginning."""
    text = ast.unparse(node)
    if isinstance(node, ast.Match):
        return f"{text.splitlines()[0]} {len(node.cases)} cases"
    if isinstance(node, ast.Try | ast.ExceptHandler):
        return " ".join(text.split())
    return text.splitlines()[0] if isinstance(node, ast.stmt) and text else text
