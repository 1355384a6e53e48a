"""What a stack may cost in a month, and who hears before it does (COST-03)."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import budgets

_PERCENTAGES = (80, 100)


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """A month's limit in US dollars; `subscribers` are e-mail addresses that hear at 80 % and at 100 %."""

    prefix: str
    environment: str
    monthly_usd: int
    subscribers: Sequence[str]


class Budget(pulumi.ComponentResource):
    """A limit on what carries the environment's tag, for an account may hold two regions of the application."""

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("platform:aws:Budget", name, None, opts)
        physical = f"{args.prefix}-budget"
        budgets.Budget(
            name,
            name=physical,
            budget_type="COST",
            limit_amount=str(args.monthly_usd),
            limit_unit="USD",
            time_unit="MONTHLY",
            cost_filters=[
                budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:Environment${args.environment}"])
            ],
            notifications=[
                budgets.BudgetNotificationArgs(
                    comparison_operator="GREATER_THAN",
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    notification_type="FORECASTED" if percent == max(_PERCENTAGES) else "ACTUAL",
                    subscriber_email_addresses=list(args.subscribers),
                )
                for percent in _PERCENTAGES
            ],
            tags={"Name": physical},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
