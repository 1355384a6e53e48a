"""Which region of a pair carries the load (S-04)."""

import json

import pulumi

from components.apps.names import FAILOVER
from infra.config import RegionStack
from infra.stacks.questions.asking import Ask, if_there
from services.failover import switch


async def active_region(stack: RegionStack, ask: Ask) -> str:
    """As the controller's row in the recovery region has it; the primary while there is no row."""
    pair = stack.pair
    if pair is None:
        return stack.region
    key = dict(zip(switch.KEYS, ({"S": FAILOVER}, {"S": switch.CURRENT}), strict=True))
    asked = ask(
        "aws:dynamodb/getTableItem:getTableItem",
        tableName=stack.failover_name,
        key=json.dumps(key),
        projectionExpression=switch.ACTIVE,
        region=pair.recovery_region,
    )
    row = await if_there(asked)  # a failure that is taken for a calm day would undo a failover
    if row is None:
        return pair.primary_region
    active = str(json.loads(row["item"])[switch.ACTIVE]["S"])
    if active != pair.primary_region:
        pulumi.log.warn(f"{active} carries the load since a failover, and keeps the size for it until the fail-back")
    return active
