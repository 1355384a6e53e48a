"""Guard rails as ordered: production has them, somebody hears of costs, and an account has some things once."""

from pathlib import Path

import pytest

from components.aws.guardrail_rules import RULES
from tests.infra.config.orders import ABSENT, DEV, GOVCLOUD, PRODUCTION, edited, refusals
from tests.infra.config.test_border import DR, refusal

BUDGET = {"monthly_usd": 100, "subscribers": ["costs@example.com"]}


@pytest.mark.req("CMP-01")
def test_production_is_watched():
    assert refusals(PRODUCTION, {"guardrails": ABSENT}) == [
        "guardrails: is required in production; order it, with a budget for the month"
    ]
    assert refusals(DEV, {}) == []


@pytest.mark.req("COST-03")
def test_somebody_hears_what_a_stack_costs():
    assert refusals(DEV, {"guardrails": {}}) == ["guardrails.budget: is required; give monthly_usd and who hears of it"]
    assert refusals(DEV, {"guardrails": {"budget": {**BUDGET, "subscribers": ["#costs"]}}}) == [
        "guardrails.budget.subscribers[0]: is no e-mail address; write name@domain"
    ]
    assert refusals(DEV, {"guardrails": {"budget": {**BUDGET, "monthly_usd": 0}}}) == [
        "guardrails.budget.monthly_usd = 0: is too small; give at least 1"
    ]


@pytest.mark.req("COST-03", "GOV-02")
def test_govcloud_is_budgeted_where_it_is_paid():
    assert refusals(GOVCLOUD, {"guardrails": {}}) == []
    (refused,) = refusals(GOVCLOUD, {"guardrails": {"budget": BUDGET}})
    assert refused.startswith("guardrails.budget")
    assert refused.endswith("is not offered in us-gov-west-1; leave it out, and set one in the account that pays")


@pytest.mark.req("CMP-01")
def test_only_rules_that_exist_are_waived():
    assert refusals(PRODUCTION, {"guardrails.waived": ["ssh"]}) == [
        f"guardrails.waived[0] = ssh: is no rule; choose from {', '.join(RULES)}, or remove it"
    ]
    assert refusals(PRODUCTION, {"guardrails.waived": ["ssh-closed"]}) == []


@pytest.mark.req("CMP-01")
def test_production_remembers_what_every_resource_looked_like_for_a_year():
    assert refusals(PRODUCTION, {"guardrails.history_days": 90}) == [
        "guardrails.history_days = 90: forgets too soon for production; give 365 or more"
    ]


@pytest.mark.req("CMP-01")
def test_what_an_account_has_once_is_made_by_one_of_its_stacks(tmp_path: Path):
    told = "guardrails.whole_account: is what Pulumi.dr.yaml says too of account 000000000101; set false in one of them"
    for said in (True, ABSENT):  # whoever says nothing makes it
        assert refusal(tmp_path, prod=PRODUCTION, dr=edited(DR, {"guardrails.whole_account": said})) == told
    assert refusal(tmp_path, prod=PRODUCTION, dr=DR) == ""
