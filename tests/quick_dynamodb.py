"""Updates of the DynamoDB in this process: their few expressions are parsed once, and looked at faster."""

import pickle
from functools import cache
from typing import Any

from moto.dynamodb.parsing import ast_nodes, validators
from moto.dynamodb.parsing.expressions import UpdateExpressionParser

_Walker: Any = ast_nodes.DepthFirstTraverser
_Parser: Any = UpdateExpressionParser
_walk_slowly = _Walker.traverse


def install() -> None:
    """Take out, in this process, what is done again for every update."""
    _Parser.make = cache(_Parser.make)  # nobody changes a tree: validators take a copy
    validators.deepcopy = _copied  # type: ignore[assignment]
    _Walker.traverse = _walk


def _copied(tree: Any) -> Any:
    return pickle.loads(pickle.dumps(tree, pickle.HIGHEST_PROTOCOL))  # noqa: S301 what was just written


def _walk(self: Any, root: Any) -> Any:
    """As moto walks, from the leaves to the root; what is done with a kind of node is asked once, not at each node."""
    steps = self._processing_map()
    kinds = (ast_nodes.Node, *steps)
    before = self.pre_processing_of_child if _prepares(type(self)) else None

    def walk(node: Any, place: int = -1) -> Any:
        is_node, *is_kind = _is_a(type(node), kinds)
        if not is_node:
            return node
        parent = node.parent
        for at, child in enumerate(node.children or ()):
            if before:
                before(node, at)
            walk(child, at)
        if True in is_kind:
            node = steps[kinds[1 + is_kind.index(True)]](node)
            node.parent = parent
            if parent:
                parent.children[place] = node
        return node

    return walk(root)


@cache
def _is_a(kind: type, kinds: tuple[type, ...]) -> tuple[bool, ...]:
    """Of which of the kinds it is; they are abstract classes, which answer slowly."""
    return tuple(issubclass(kind, each) for each in kinds)


@cache
def _prepares(walker: Any) -> bool:
    return walker.pre_processing_of_child is not _Walker.pre_processing_of_child
