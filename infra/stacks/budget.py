"""What the stack may cost, as ordered in the stack file."""

import pulumi

from components.aws.budget import Budget, BudgetArgs
from infra.config.base import Stack


def budget(stack: Stack, aws: pulumi.ResourceOptions) -> None:
    """Declare the budget; a stack that is paid for elsewhere has none."""
    if order := stack.budget:
        args = BudgetArgs(
            prefix=stack.name,
            environment=stack.environment,
            monthly_usd=order.monthly_usd,
            subscribers=order.subscribers,
        )
        Budget("budget", args, aws)
