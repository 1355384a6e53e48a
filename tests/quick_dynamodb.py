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
    """As moto walks, from the leaves to the root; what is done with which kind of node is asked once, not at each."""
    steps = self._processing_map()
    kinds = tuple(steps)

    def walk(node: Any, place: int = -1) -> Any:
        if not isinstance(node, ast_nodes.Node):
            return node
        parent = node.parent
        for at, child in enumerate(node.children or ()):
            self.pre_processing_of_child(node, at)
            walk(child, at)
        if isinstance(node, kinds):
            node = next(step for kind, step in steps.items() if isinstance(node, kind))(node)
            node.parent = parent
            if parent:
                parent.children[place] = node
        return node

    return walk(root)
