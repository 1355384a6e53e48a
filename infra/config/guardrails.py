"""What watches over the stack's account, as ordered in the stack file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from components.aws.guardrail_rules import RULES
from infra.config.errors import Problem
from infra.config.section import Section, repeated

if TYPE_CHECKING:
    from infra.config.base import Stack
    from infra.config.siblings import Sibling

LEAST_PRODUCTION_HISTORY_DAYS = 365


class GuardrailsConfig(Section):
    """GuardDuty, Config with rules, Security Hub, access analysis and safe defaults (CMP-01)."""

    waived: tuple[str, ...] = ()
    """Rules that this account breaks on purpose, by their names."""
    whole_account: bool = True
    """Whether what an account has once is this stack's; in a second region of it say false."""
    history_days: int = Field(default=2555, ge=1, le=3653)
    """How long it stays known what every resource looked like when."""

    def problems(self, today: date) -> Iterator[Problem]:
        """Rules are waived by names that they have."""
        yield from repeated(("waived",), self.waived)
        for position, rule in enumerate(self.waived):
            if rule not in RULES:
                yield Problem(("waived", position), f"is no rule; choose from {', '.join(RULES)}, or remove it")


def problems(stack: Stack) -> Iterator[Problem]:
    """Production is watched, and remembers."""
    order = stack.guardrails
    if order is None:
        if stack.production:
            yield Problem(
                ("guardrails",),
                "is required in production; write guardrails: {} for threat detection, rules and safe defaults",
            )
        return
    if stack.production and order.history_days < LEAST_PRODUCTION_HISTORY_DAYS:
        rule = f"forgets too soon for production; give {LEAST_PRODUCTION_HISTORY_DAYS} or more"
        yield Problem(("guardrails", "history_days"), rule)


def sibling_problems(stack: Stack, siblings: Sequence[Sibling]) -> Iterator[Problem]:
    """What an account has once is made by one of its stacks."""
    if stack.guardrails is None or not stack.guardrails.whole_account:
        return
    for sibling in siblings:
        if sibling.claims(stack.account, "guardrails", "whole_account"):
            yield Problem(("guardrails", "whole_account"), sibling.says_too(stack.account))
