"""The DynamoDB in this process: its few expressions are parsed and checked once, and rows are copied faster."""

import copy
import pickle
from collections import deque
from functools import cache
from typing import Any

from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes, validators
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

_Walker: Any = ast_nodes.DepthFirstTraverser
_Parser: Any = UpdateExpressionParser
_Node: Any = ast_nodes.Node
_Condition: Any = ConditionExpressionParser
_Value: Any = DynamoType
_Row: Any = Item
_Table: Any = Table
_parse_slowly = _Parser.make
_walk_slowly = _Walker.traverse
_clauses_slowly = _Node.find_clauses
_lex_slowly = _Condition._lex_condition_expression
_copy_value = _Value.__deepcopy__
_copy_row = _Row.__deepcopy__
_READERS = (
    validators.ActionCountValidator,
    validators.OverlappingPathsValidator,
    validators.UpdateHashRangeKeyValidator,
)
"""They look at an expression, its names and the table's keys, and change nothing."""


def install() -> None:
    """Take out, in this process, what is done again for every request."""
    _Parser.make = cache(_parse)  # nobody changes a tree: validators take a copy
    validators.deepcopy = _copied  # type: ignore[assignment]
    _Walker.traverse = _walk
    _Node.find_clauses = _clauses
    _Condition._lex_condition_expression = _lex
    _Value.__deepcopy__ = _value
    _Row.__deepcopy__ = _row
    _Table.__deepcopy__ = _table


_parsed: dict[int, tuple[Any, bytes]] = {}
"""Trees that stay, by their identity, and what they are copied from."""


def _parse(expression: str) -> Any:
    tree = _parse_slowly(expression)
    _parsed[id(tree)] = (tree, pickle.dumps(tree, pickle.HIGHEST_PROTOCOL))
    return tree


def _copied(tree: Any) -> Any:
    if id(tree) not in _parsed:
        return copy.deepcopy(tree)
    new = pickle.loads(_parsed[id(tree)][1])  # noqa: S301 what this process has written
    new.copy_of = id(tree)
    return new


_passed: set[tuple[Any, ...]] = set()


def _walk(self: Any, root: Any) -> Any:
    """As moto walks; who only reads an expression need not read it again with the same names and keys."""
    if type(self) not in _READERS or not hasattr(root, "copy_of"):
        return _walk_through(self, root)
    read = (type(self), root.copy_of, repr(vars(self)))
    if read not in _passed:
        root = _walk_through(self, root)
        _passed.add(read)
    return root


def _walk_through(self: Any, root: Any) -> Any:
    """From the leaves to the root; what is done with a kind of node is asked once, not at each node."""
    steps = self._processing_map()
    known = _steps_of.setdefault(type(self), {})
    before = self.pre_processing_of_child if _prepares(type(self)) else None

    def walk(node: Any, place: int = -1) -> Any:
        kind = type(node)
        if kind not in known:
            known[kind] = _step(kind, steps)
        is_node, step = known[kind]
        if not is_node:
            return node
        parent = node.parent
        for at, child in enumerate(node.children or ()):
            if before:
                before(node, at)
            walk(child, at)
        if step:
            node = steps[step](node)
            node.parent = parent
            if parent:
                parent.children[place] = node
        return node

    return walk(root)


_steps_of: dict[type, dict[type, tuple[bool, Any]]] = {}


def _step(kind: type, steps: Any) -> tuple[bool, Any]:
    """Whether it is a node, and as which one it is treated; they are abstract classes, which answer slowly."""
    return issubclass(kind, ast_nodes.Node), next((each for each in steps if issubclass(kind, each)), None)


@cache
def _prepares(walker: Any) -> bool:
    return walker.pre_processing_of_child is not _Walker.pre_processing_of_child


def _clauses(self: Any, clause_types: Any) -> list[Any]:
    found: list[Any] = []
    for child in self.children or ():
        if type(child) in clause_types:
            found.append(child)
        elif _has_clauses(type(child)):
            found.extend(child.find_clauses(clause_types))
    return found


@cache
def _has_clauses(kind: type) -> bool:
    return issubclass(kind, (ast_nodes.Expression, ast_nodes.UpdateExpressionFunction))


_lexed: dict[str, tuple[Any, ...]] = {}


def _lex(self: Any) -> deque[Any]:
    """The words of a condition; they do not change, and who parses them takes them away."""
    said = self.condition_expression
    if said not in _lexed:
        _lexed[said] = (*_lex_slowly(self),)
    return deque(_lexed[said])


_CHANGING = frozenset(("L", "M", "SS", "NS", "BS"))


def _value(self: Any, memo: dict[int, Any]) -> Any:
    """Only lists, maps and sets are ever changed in their place."""
    return _copy_value(self, memo) if self.type in _CHANGING else self


def _row(self: Any, memo: dict[int, Any]) -> Any:
    new = type(self).__new__(type(self))
    memo[id(self)] = new
    new.hash_key, new.range_key = self.hash_key, self.range_key
    new.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    dict.update(
        new.attrs,
        {name: _copy_value(each, memo) if each.type in _CHANGING else each for name, each in self.attrs.items()},
    )
    return new


def _table(self: Any, memo: dict[int, Any]) -> Any:
    """A copy whose rows are put in their places as they are, under the same keys."""
    new = type(self).__new__(type(self))
    memo[id(self)] = new
    rows = copy.copy(self.items)
    for key, found in rows.items():
        rows[key] = {each: _row(row, memo) for each, row in found.items()} if type(found) is dict else _row(found, memo)
    memo[id(self.items)] = rows
    vars(new).update({name: copy.deepcopy(each, memo) for name, each in vars(self).items()})
    return new
