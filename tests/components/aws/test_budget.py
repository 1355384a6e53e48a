"""A budget: a limit on what one environment costs, and who hears before it is spent."""

import pytest

from components.aws.budget import Budget, BudgetArgs


def program():
    args = BudgetArgs(
        prefix="production-platform", environment="production", monthly_usd=4000, subscribers=("one@example.com",)
    )
    return Budget("budget", args)


@pytest.mark.req("COST-03")
def test_somebody_hears_when_most_of_the_budget_is_spent_and_when_all_will_be(built):
    inputs = built(program).one("aws:budgets/budget:Budget").inputs
    assert inputs["name"] == "production-platform-budget"
    assert (inputs["limitAmount"], inputs["limitUnit"], inputs["timeUnit"]) == ("4000", "USD", "MONTHLY")
    assert inputs["costFilters"] == [{"name": "TagKeyValue", "values": ["user:Environment$production"]}]
    heard = {each["threshold"]: each for each in inputs["notifications"]}
    assert {percent: each["notificationType"] for percent, each in heard.items()} == {80: "ACTUAL", 100: "FORECASTED"}
    for each in heard.values():
        assert each["subscriberEmailAddresses"] == ["one@example.com"]
        assert "subscriberSnsTopicArns" not in each
