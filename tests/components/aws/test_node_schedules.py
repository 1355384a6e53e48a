"""Sizes by the clock: the scheduler asks EKS for two numbers of the named groups, as a role that may do no more."""

import json
from dataclasses import replace

import pytest

from components.aws.node_group import NodeGroup, NodeGroupArgs, Nodes
from components.aws.node_schedules import (
    NodeSchedules,
    NodeSchedulesArgs,
    Schedule,
    ScheduledGroup,
    scaling_policy,
    trust_policy,
)
from tests.components.aws.parts import GOV, HERE, alerts, cluster, ground, keys

pytestmark = pytest.mark.req("COST-01")

GROUP, SCHEDULE = "aws:scheduler/scheduleGroup:ScheduleGroup", "aws:scheduler/schedule:Schedule"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
NIGHTS = Schedule(cron="cron(0 20 ? * MON-FRI *)", time_zone="Europe/Berlin", min=1)
MORNINGS = replace(NIGHTS, cron="cron(0 7 ? * MON-FRI *)", min=3, desired=4)


def program(heard: bool = False) -> None:
    base = ground()
    control = cluster(base)
    arns = keys("ebs", "eks", "alerts", name="more-keys", prefix="more").arns
    nodes = NodeGroupArgs(
        cluster="dev-platform",
        group="general",
        place=HERE,
        cluster_name=control.name,
        version="1.35",
        subnet_ids=base.subnet_ids,
        security_group_ids=[],
        disk_key_arn=arns["ebs"],
        nodes=Nodes(instance_types=("m5.xlarge",), min=3, desired=3, max=6),
        tags={},
    )
    group = NodeGroup("nodes-general", nodes)
    schedules = {"nights": NIGHTS, "mornings": MORNINGS}
    args = NodeSchedulesArgs(
        cluster="dev-platform",
        cluster_name=control.name,
        place=HERE,
        key_arn=arns["eks"],
        groups={"general": ScheduledGroup(name=group.group, arn=group.arn, schedules=schedules)},
        topics=[alerts(arns["alerts"]).topic_arn] if heard else [],
    )
    NodeSchedules("schedules", args)


def heard() -> None:
    program(heard=True)


def statements(text: str) -> list[dict]:
    return list(json.loads(text)["Statement"])


def test_each_schedule_asks_eks_for_the_sizes_of_its_group(built):
    engine = built(program)
    physical = engine.one("aws:eks/nodeGroup:NodeGroup").outputs["nodeGroupName"]
    asked = {r.inputs["name"]: json.loads(r.inputs["target"]["input"]) for r in engine.of(SCHEDULE)}
    where = {"ClusterName": "dev-platform", "NodegroupName": physical}
    assert asked == {
        "general.nights": {**where, "ScalingConfig": {"MinSize": 1}},
        "general.mornings": {**where, "ScalingConfig": {"MinSize": 3, "DesiredSize": 4}},
    }
    targets = {r.inputs["target"]["arn"] for r in engine.of(SCHEDULE)}
    assert targets == {"arn:aws:scheduler:::aws-sdk:eks:updateNodegroupConfig"}


def test_a_schedule_runs_when_it_was_ordered_and_again_for_an_hour_while_the_group_is_busy(built):
    inputs = built(program).one(SCHEDULE, "schedules-general.nights").inputs
    assert (inputs["scheduleExpression"], inputs["scheduleExpressionTimezone"]) == (
        "cron(0 20 ? * MON-FRI *)",
        "Europe/Berlin",
    )
    assert (inputs["groupName"], inputs["flexibleTimeWindow"]) == ("dev-platform", {"mode": "OFF"})
    patience = {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 185}
    assert inputs["target"]["retryPolicy"] == patience


@pytest.mark.req("KMS-05")
def test_what_a_schedule_calls_is_sealed_with_a_key_of_our_own_that_its_role_may_open(built):
    engine = built(program)
    key = engine.one("aws:kms/key:Key", "more-keys-eks").outputs["arn"]
    assert {r.inputs["kmsKeyArn"] for r in engine.of(SCHEDULE)} == {key}
    role = engine.one("aws:iam/role:Role", "schedules")
    assert {r.inputs["target"]["roleArn"] for r in engine.of(SCHEDULE)} == {role.outputs["arn"]}
    policy = engine.one("aws:iam/rolePolicy:RolePolicy", "schedules")
    assert all(policy.urn in r.depends_on for r in engine.of(SCHEDULE))
    scale, unseal = statements(policy.inputs["policy"])
    group = engine.one("aws:eks/nodeGroup:NodeGroup").outputs["arn"]
    assert (scale["Action"], scale["Resource"], unseal["Resource"]) == (["eks:UpdateNodegroupConfig"], [group], key)


@pytest.mark.req("IAM-02")
@pytest.mark.parametrize(("place", "partition"), [(HERE, "aws"), (GOV, "aws-us-gov")])
def test_the_role_serves_the_schedules_of_this_cluster_and_no_others(place, partition):
    here = f"arn:{partition}:scheduler:{place.region}:{place.account}"
    [trusted] = statements(trust_policy(place, "dev-platform"))
    assert trusted["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trusted["Condition"] == {
        "StringEquals": {
            "aws:SourceAccount": place.account,
            "aws:SourceArn": f"{here}:schedule-group/dev-platform",
        }
    }
    _, unseal = statements(scaling_policy(place, "dev-platform", "key", ["group"]))
    context = {"kms:EncryptionContext:aws:scheduler:schedule:arn": f"{here}:schedule/dev-platform/*"}
    assert unseal == {
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": "key",
        "Condition": {"StringLike": context},
    }
    operation = place.operation_arn("eks", "updateNodegroupConfig")
    assert operation == f"arn:{partition}:scheduler:::aws-sdk:eks:updateNodegroupConfig"


def test_people_hear_of_a_size_that_was_not_set(built):
    engine = built(heard)
    alarm = engine.one(ALARM).inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Scheduler", "InvocationDroppedCount")
    assert alarm["dimensions"] == {"ScheduleGroup": engine.one(GROUP).outputs["name"]}
    assert (alarm["statistic"], alarm["comparisonOperator"], alarm["threshold"]) == (
        "Sum",
        "GreaterThanThreshold",
        0,
    )
    assert alarm["treatMissingData"] == "notBreaching"
    assert alarm["alarmActions"] == [engine.one("aws:sns/topic:Topic").outputs["arn"]]


def test_where_nobody_listens_there_is_no_alarm(built):
    assert built(program).none_of(ALARM)
