"""Guard rails as ordered: production has them, and an account has some things once."""

from pathlib import Path

import pytest

from components.aws.guardrail_rules import RULES
from tests.infra.config.orders import ABSENT, DEV, GLOBAL, PRODUCTION, edited, refusals
from tests.infra.config.test_border import DR, refusal


@pytest.mark.req("CMP-01")
def test_production_is_watched():
    for order in (PRODUCTION, GLOBAL):
        assert refusals(order, {"guardrails": ABSENT}) == [
            "guardrails: is required in production; write guardrails: {} for threat detection, rules and safe defaults"
        ]
    assert refusals(DEV, {}) == []


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
