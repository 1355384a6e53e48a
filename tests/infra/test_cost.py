"""What a stack saves by itself, and what it may cost: nodes follow pods and the clock, and limits hold."""

import json

import pytest

from components.apps import failover
from components.platform.limits import specs
from infra.stacks import platform
from tests import records

pytestmark = pytest.mark.req("COST-01")

GROUP, SCHEDULE = "aws:eks/nodeGroup:NodeGroup", "aws:scheduler/schedule:Schedule"
RELEASE = "kubernetes:helm.sh/v3:Release"
MIN, DESIRED = "scalingConfig.minSize", "scalingConfig.desiredSize"
REGIONS = [name for name in records.COMMITTED if records.order(name).kind == "region"]


@pytest.mark.parametrize("name", REGIONS)
def test_every_namespace_that_argo_cd_delivers_to_has_the_limits_that_were_ordered(name: str) -> None:
    engine, payment = records.of_stack(name), records.order(name).apps.payment
    project = engine.one("kubernetes:argoproj.io/v1alpha1:AppProject").inputs["spec"]
    expected = {payment.namespace: specs(platform.limits(payment.quota)), failover.NAMESPACE: specs(failover.LIMITS)}
    for each in (destination["namespace"] for destination in project["destinations"]):
        for kind, spec in expected[each].items():
            found = [r.inputs for r in engine.of(f"kubernetes:core/v1:{kind}") if _namespace(r.inputs) == each]
            assert [inputs["spec"] for inputs in found] == [spec]


@pytest.mark.parametrize("name", REGIONS)
def test_in_every_region_nodes_follow_pods(name: str) -> None:
    engine = records.of_stack(name)
    values = [r.inputs["values"] for r in engine.of(RELEASE) if r.inputs["chart"] == "cluster-autoscaler"]
    assert [each["autoDiscovery"]["clusterName"] for each in values] == [records.order(name).cluster_name]
    assert all(DESIRED in r.options["ignore_changes"] for r in engine.of(GROUP))


def test_nodes_of_dev_are_few_outside_of_working_hours_and_no_run_brings_them_back() -> None:
    engine = records.of_stack("dev")
    sizes = {r.inputs["name"]: json.loads(r.inputs["target"]["input"])["ScalingConfig"] for r in engine.of(SCHEDULE)}
    assert sizes == {
        "general.nights": {"MinSize": 1, "DesiredSize": 1},
        "general.mornings": {"MinSize": 3, "DesiredSize": 3},
    }
    assert {r.inputs["scheduleExpressionTimezone"] for r in engine.of(SCHEDULE)} == {"America/New_York"}
    assert engine.one(GROUP).options["ignore_changes"] == [DESIRED, MIN]


@pytest.mark.parametrize("name", [name for name in REGIONS if name != "dev"])
def test_a_stack_that_orders_no_schedule_has_none_and_keeps_its_least_nodes(name: str) -> None:
    engine = records.of_stack(name)
    assert engine.none_of(SCHEDULE)
    assert [r.options["ignore_changes"] for r in engine.of(GROUP)] == [[DESIRED]]


def test_production_has_more_nodes_when_it_opens_and_its_people_hear_when_it_has_not() -> None:
    engine = records.of_stack("production")
    asked = {r.inputs["name"]: json.loads(r.inputs["target"]["input"]) for r in engine.of(SCHEDULE)}
    group = engine.one(GROUP)
    assert {each["NodegroupName"] for each in asked.values()} == {group.outputs["nodeGroupName"]}
    assert {name: each["ScalingConfig"] for name, each in asked.items()} == {
        "general.opening": {"MinSize": 5, "DesiredSize": 6},
        "general.closing": {"MinSize": 3},
    }
    alarm = engine.one("aws:cloudwatch/metricAlarm:MetricAlarm", "node-schedules-dropped")
    assert alarm.inputs["alarmActions"] == [engine.one("aws:sns/topic:Topic", "alerts").outputs["arn"]]


@pytest.mark.req("COST-03")
@pytest.mark.parametrize("name", records.COMMITTED)
def test_every_stack_has_a_budget_of_its_own(name: str) -> None:
    order = records.order(name)
    budget = records.of_stack(name).one("aws:budgets/budget:Budget").inputs
    assert budget["limitAmount"] == str(order.budget.monthly_usd)
    assert budget["costFilters"] == [{"name": "TagKeyValue", "values": [f"user:Environment${order.environment}"]}]
    assert {each["threshold"] for each in budget["notifications"]} == {80, 100}
    assert all(each["subscriberEmailAddresses"] == [*order.budget.subscribers] for each in budget["notifications"])


def _namespace(inputs: dict) -> str:
    return str(inputs["metadata"]["namespace"])
