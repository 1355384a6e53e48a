"""Whether the global database stands that a reader joins (C-03)."""

import pulumi

from infra.config import RegionStack
from infra.config.source import stack_of
from infra.stacks.membership import membership
from infra.stacks.questions.asking import Ask, if_there


async def refuse_alone(stack: RegionStack, ask: Ask) -> None:
    """A reader joins what its writer's stack made. A preview goes on without it, as before anything is there."""
    joins, ordered = membership(stack), stack.data and stack.data.database
    if not ordered or joins is None or joins.role != "reader" or pulumi.runtime.is_dry_run():
        return
    if await if_there(ask("aws:rds/getGlobalCluster:getGlobalCluster", identifier=joins.name)) is None:
        writer = stack_of(stack.counterpart)
        raise pulumi.RunError(
            f"account {stack.account} has no global database {joins.name}, which this stack's database joins; "
            f"deploy its writer first: `pulumi up --stack {writer}`"
        )
