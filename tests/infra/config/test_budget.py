"""Every stack has a budget, except where another account pays."""

from typing import Any

import pytest

from tests.infra.config.orders import ABSENT, DEV, GLOBAL, GOVCLOUD, PRODUCTION, refusals

BUDGET = {"monthly_usd": 100, "subscribers": ["costs@example.com"]}


@pytest.mark.req("COST-03")
@pytest.mark.parametrize("order", [DEV, GLOBAL, PRODUCTION])
def test_somebody_hears_what_a_stack_costs(order: dict[str, Any]) -> None:
    assert refusals(order, {"budget": BUDGET}) == []
    assert refusals(order, {"budget": ABSENT}) == ["budget: is required; give monthly_usd and who hears of it"]
    assert refusals(order, {"budget.subscribers": ["#costs"]}) == [
        "budget.subscribers[0]: is no e-mail address; write name@domain"
    ]
    assert refusals(order, {"budget.subscribers": ["a@example.com", "a@example.com"]}) == [
        "budget.subscribers: names a@example.com more than once; give each once"
    ]
    assert refusals(order, {"budget.monthly_usd": 0}) == ["budget.monthly_usd = 0: is too small; give at least 1"]


@pytest.mark.req("COST-03", "GOV-02")
def test_govcloud_is_budgeted_where_it_is_paid() -> None:
    assert refusals(GOVCLOUD, {}) == []
    rule = "is not offered in us-gov-west-1; leave it out, and set one in the account that pays"
    assert refusals(GOVCLOUD, {"budget": BUDGET}) == [f"budget: {rule}"]
