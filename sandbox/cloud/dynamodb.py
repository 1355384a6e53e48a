"""DynamoDB beyond moto: a table changes its key, and a request sees what others wrote as a whole or not at all."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

ALONE = RLock()
"""Held while a request is served: moto changes a row attribute by attribute, and takes a transaction back by copies."""
OPERATIONS = (
    *("get_item", "put_item", "update_item", "delete_item", "query", "scan"),
    *("batch_get_item", "batch_write_item", "transact_get_items", "transact_write_items"),
)
_update: Any = DynamoHandler.update_table


def _change(self: DynamoHandler) -> ActionResult:
    """moto passes over the key of an update."""
    if encryption := self.body.get("SSESpecification"):
        self.dynamodb_backend.get_table(self.body["TableName"]).sse_specification = encryption
    changed: ActionResult = _update(self)
    return changed


def _alone(serve: Callable[[DynamoHandler], Any]) -> Callable[[DynamoHandler], Any]:
    @wraps(serve)
    def served(self: DynamoHandler) -> Any:
        with ALONE:
            return serve(self)

    return served


_SERVED = {name: _alone(getattr(DynamoHandler, name)) for name in OPERATIONS}


def install() -> None:
    """Add to moto what it lacks."""
    responses: Any = DynamoHandler
    responses.update_table = _change
    for name, served in _SERVED.items():
        setattr(responses, name, served)
