"""DynamoDB beyond moto: a table changes its key."""

from typing import Any

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

_update: Any = DynamoHandler.update_table


def _change(self: DynamoHandler) -> ActionResult:
    """moto passes over the key of an update."""
    if encryption := self.body.get("SSESpecification"):
        self.dynamodb_backend.get_table(self.body["TableName"]).sse_specification = encryption
    changed: ActionResult = _update(self)
    return changed


def install() -> None:
    """Add to moto what it lacks."""
    responses: Any = DynamoHandler
    responses.update_table = _change
