"""What a month of the stack may cost, and who hears of it (COST-03)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from components.aws.partitions import partition_of
from infra.config.errors import Problem
from infra.config.section import Section, repeated
from infra.config.types import Email

if TYPE_CHECKING:
    from infra.config.base import Stack


class BudgetConfig(Section):
    """What a month may cost; `subscribers` hear when 80 % are spent, and when 100 % are forecast."""

    monthly_usd: int = Field(ge=1)
    subscribers: tuple[Email, ...] = Field(min_length=1, max_length=10)

    def problems(self, today: date) -> Iterator[Problem]:
        """Everybody is told once."""
        yield from repeated(("subscribers",), self.subscribers)


def problems(stack: Stack) -> Iterator[Problem]:
    """Somebody hears what a stack costs; accounts of other partitions are billed and budgeted elsewhere."""
    own = partition_of(stack.region).name == "aws"
    if own and stack.budget is None:
        yield Problem(("budget",), "is required; give monthly_usd and who hears of it")
    if not own and stack.budget is not None:
        rule = f"is not offered in {stack.region}; leave it out, and set one in the account that pays"
        yield Problem(("budget",), rule)
