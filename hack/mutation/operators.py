"""The small changes: what may stand in place of one node of the code.

Each makes a new node and leaves the given one as it is. None of them is a change of wording:
text for people, f-strings and docstrings are left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

Node = TypeVar("Node", bound=ast.AST)

COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""The border moved by one, and the opposite."""
ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
TWINS: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "reversed": "list"}
"""Functions that are easily taken for each other."""


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield each node that may stand in place of ``node``."""
    for kind, change in CHANGES:
        if isinstance(node, kind):
            for new in change(node):
                yield ast.fix_missing_locations(ast.copy_location(new, node))


def changed(node: Node, **fields: object) -> Node:
    """Return a copy of ``node`` with some fields replaced; it shares the others."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _opposite(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _without(items: list[Any]) -> Iterator[list[Any]]:
    """Yield the list without each of its items in turn."""
    for index in range(len(items)):
        yield [*items[:index], *items[index + 1 :]]


def _condition(node: ast.If | ast.While | ast.IfExp) -> Iterator[ast.AST]:
    one_comparison = isinstance(node.test, ast.Compare) and len(node.test.ops) == 1
    if not one_comparison:  # whose opposite is made already
        yield changed(node, test=_opposite(node.test))


def _filters(node: ast.comprehension) -> Iterator[ast.AST]:
    for rest in _without(node.ifs):
        yield changed(node, ifs=rest)
    for index, test in enumerate(node.ifs):
        if not isinstance(test, ast.Compare):
            others = [*node.ifs[:index], _opposite(test), *node.ifs[index + 1 :]]
            yield changed(node, ifs=others)


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, op in enumerate(node.ops):
        for other in COMPARISONS[type(op)]:
            yield changed(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def _junction(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield changed(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    for rest in _without(node.values):
        yield changed(node, values=rest) if len(rest) > 1 else rest[0]


def _sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _arithmetic(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    if (other := ARITHMETIC.get(type(node.op))) is not None:
        yield changed(node, op=other())


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool():
            yield changed(node, value=not node.value)
        case int() | float():
            yield changed(node, value=node.value + 1)
        case str() if node.value and " " not in node.value:
            yield changed(node, value=f"other-{node.value}")


def _call(node: ast.Call) -> Iterator[ast.AST]:
    for rest in _without(node.keywords):
        yield changed(node, keywords=rest)
    if isinstance(node.func, ast.Name) and (twin := TWINS.get(node.func.id)):
        yield changed(node, func=changed(node.func, id=twin))


def _members(node: ast.Dict) -> Iterator[ast.AST]:
    for keys, values in zip(_without(node.keys), _without(node.values), strict=True):
        yield changed(node, keys=keys, values=values)


def _elements(node: ast.Set | ast.List | ast.Tuple) -> Iterator[ast.AST]:
    """Drop each; of tuples only where their length is free. Swap neighbours in tables of names."""
    named = len(node.elts) > 2 and all(isinstance(e, ast.Name) for e in node.elts)  # noqa: PLR2004
    starred = any(isinstance(e, ast.Starred) for e in node.elts)
    if not isinstance(node, ast.Tuple) or named or starred:
        for rest in _without(node.elts):
            yield changed(node, elts=rest)
    if isinstance(node, ast.Tuple) and named:
        for index in range(len(node.elts) - 1):
            one, other = node.elts[index : index + 2]
            yield changed(node, elts=[*node.elts[:index], other, one, *node.elts[index + 2 :]])


def _end(node: ast.Slice) -> Iterator[ast.AST]:
    if node.upper is not None:
        yield changed(node, upper=None)


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    match node.value:
        case None | ast.Constant(value=None | False):
            yield ast.Pass()  # it goes on instead
        case ast.Constant():
            return  # it is changed itself
        case _:
            yield changed(node, value=ast.Constant(None))


def _statement(_node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _stored(node: ast.Assign) -> Iterator[ast.AST]:
    if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
        yield ast.Pass()


def _handler(node: ast.ExceptHandler) -> Iterator[ast.AST]:
    if not isinstance(node.body[-1], ast.Raise):
        yield changed(node, body=[ast.copy_location(ast.Raise(), node.body[0])])


def _cases(node: ast.Match) -> Iterator[ast.AST]:
    for rest in _without(node.cases):
        yield changed(node, cases=rest)


def _patterns(node: ast.MatchOr) -> Iterator[ast.AST]:
    for rest in _without(node.patterns):
        yield changed(node, patterns=rest) if len(rest) > 1 else rest[0]


def _unlocked(node: ast.AsyncWith | ast.With) -> Iterator[ast.AST]:
    if all(item.optional_vars is None for item in node.items):
        yield ast.If(ast.copy_location(ast.Constant(value=True), node), node.body, [])


def _untidied(node: ast.Try) -> Iterator[ast.AST]:
    if node.finalbody:
        yield changed(node, finalbody=[ast.copy_location(ast.Pass(), node.finalbody[0])])


CHANGES: Final[tuple[tuple[Any, Callable[[Any], Iterator[ast.AST]]], ...]] = (
    (ast.If | ast.While | ast.IfExp, _condition),
    (ast.comprehension, _filters),
    (ast.Compare, _comparison),
    (ast.BoolOp, _junction),
    (ast.UnaryOp, _sign),
    (ast.BinOp | ast.AugAssign, _arithmetic),
    (ast.Constant, _constant),
    (ast.Call, _call),
    (ast.Dict, _members),
    (ast.Set | ast.List | ast.Tuple, _elements),
    (ast.Slice, _end),
    (ast.Return, _returned),
    (ast.Expr | ast.AugAssign | ast.Delete | ast.Raise | ast.Continue | ast.Break, _statement),
    (ast.Assign, _stored),
    (ast.ExceptHandler, _handler),
    (ast.Match, _cases),
    (ast.MatchOr, _patterns),
    (ast.AsyncWith | ast.With, _unlocked),
    (ast.Try, _untidied),
)
"""Which change applies to which nodes."""
