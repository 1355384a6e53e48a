"""What the failover controller keeps outlives it, and an alarm says where the load is, or that nobody knows."""

import json

import pytest

from components.aws.failover_policies import Reach, controller_policy, guard_policy
from components.aws.failover_switch import FailoverSwitch, FailoverSwitchArgs, Metric
from components.aws.place import Place
from tests.components.aws.parts import HERE, keys
from tests.recorder import Engine

TABLE, ALARM = "aws:dynamodb/table:Table", "aws:cloudwatch/metricAlarm:MetricAlarm"


def switch(protect: bool = True) -> None:
    FailoverSwitch(
        "failover",
        FailoverSwitchArgs(
            table="platform-failover",
            keys=("failover", "record"),
            alarm="platform-failover-active",
            metric=Metric(namespace="Platform/Failover", name="RecoveryActive", dimension="Failover", value="payment"),
            place=HERE,
            key_arn=keys("failover").arns["failover"],
            secrets=["failover/slack"],
            subscribers=["oncall@example.com"],
            protect=protect,
        ),
    )


def key(engine: Engine) -> str:
    return str(engine.one("aws:kms/key:Key").outputs["arn"])


@pytest.mark.req("S-04", "KMS-05")
def test_the_table_outlives_a_mistake_and_is_sealed_with_the_regions_own_key(build):
    engine = build(switch)
    table = engine.one(TABLE)
    assert table.inputs == {
        "name": "platform-failover",
        "billingMode": "PAY_PER_REQUEST",
        "hashKey": "failover",
        "rangeKey": "record",
        "attributes": [{"name": "failover", "type": "S"}, {"name": "record", "type": "S"}],
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": key(engine)},
        "pointInTimeRecovery": {"enabled": True},
        "deletionProtectionEnabled": True,
        "tags": {"Name": "platform-failover"},
    }
    assert table.options["protect"] is True


@pytest.mark.req("C-32")
def test_the_switch_is_an_alarm_that_stays_as_it_was_without_data(build):
    engine = build(switch)
    alarm, topic = engine.one(ALARM, "failover-active").inputs, engine.one("aws:sns/topic:Topic").outputs["arn"]
    assert {key: alarm[key] for key in alarm.keys() - {"alarmDescription", "tags"}} == {
        "name": "platform-failover-active",
        "namespace": "Platform/Failover",
        "metricName": "RecoveryActive",
        "dimensions": {"Failover": "payment"},
        "statistic": "Maximum",
        "period": 60,
        "evaluationPeriods": 1,
        "threshold": 1,
        "comparisonOperator": "GreaterThanOrEqualToThreshold",
        "treatMissingData": "ignore",
        "alarmActions": [topic],
        "okActions": [topic],
    }


@pytest.mark.req("S-04", "BDR-13")
def test_a_controller_that_says_nothing_for_three_minutes_is_heard_of(build):
    engine = build(switch)
    silent, active = (engine.one(ALARM, f"failover-{each}").inputs for each in ("silent", "active"))
    assert {key: silent[key] for key in ("namespace", "metricName", "dimensions")} == {
        key: active[key] for key in ("namespace", "metricName", "dimensions")
    }
    assert (silent["name"], silent["statistic"], silent["period"]) == ("platform-failover-silent", "SampleCount", 60)
    assert (silent["comparisonOperator"], silent["threshold"], silent["evaluationPeriods"]) == (
        "LessThanThreshold",
        1,
        3,
    )
    assert silent["treatMissingData"] == "breaching"
    assert silent["alarmActions"] == [engine.one("aws:sns/topic:Topic").outputs["arn"]]


@pytest.mark.req("BDR-13", "KMS-05")
def test_alarms_may_speak_through_the_topic_and_people_hear_by_mail(build):
    engine = build(switch)
    topic = engine.one("aws:sns/topic:Topic")
    assert topic.inputs["kmsMasterKeyId"] == key(engine)
    [said] = json.loads(engine.one("aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
    assert said == {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["sns:Publish"],
        "Resource": topic.outputs["arn"],
        "Condition": {"StringEquals": {"aws:SourceAccount": HERE.account}},
    }
    heard = engine.one("aws:sns/topicSubscription:TopicSubscription").inputs
    assert heard == {"topic": topic.outputs["arn"], "protocol": "email", "endpoint": "oncall@example.com"}
    _, alarms = json.loads(engine.one("aws:kms/key:Key").inputs["policy"])["Statement"]
    assert (alarms["Principal"], alarms["Action"]) == (
        {"Service": "cloudwatch.amazonaws.com"},
        ["kms:Decrypt", "kms:GenerateDataKey*"],
    )


@pytest.mark.req("BDR-13")
def test_whom_to_tell_is_a_secret_whose_value_is_not_ours(build):
    engine = build(switch)
    secret = engine.one("aws:secretsmanager/secret:Secret")
    assert (secret.inputs["name"], secret.inputs["kmsKeyId"]) == ("failover/slack", key(engine))
    assert secret.options["protect"] is True
    assert engine.none_of("aws:secretsmanager/secretVersion:SecretVersion")


def test_what_is_not_protected_can_go(build):
    engine = build(lambda: switch(protect=False))
    assert engine.one(TABLE).inputs["deletionProtectionEnabled"] is False
    assert engine.one("aws:secretsmanager/secret:Secret").inputs["recoveryWindowInDays"] == 0


REACH = Reach(
    table="table",
    topic="topic",
    key="key",
    global_database="global",
    database="here",
    databases=["there", "here"],
    node_groups=["nodes"],
    secrets=["secret"],
    metrics="Platform/Failover",
)


def allowed(policy: str) -> list[tuple[list[str], str | list[str], dict[str, object]]]:
    said = json.loads(policy)["Statement"]
    return [(each["Action"], each["Resource"], each.get("Condition", {})) for each in said]


@pytest.mark.req("S-04", "IAM-02")
def test_the_controller_may_do_what_its_steps_do_and_nothing_else():
    hosts = [f"{service}.us-east-1.amazonaws.com" for service in ("dynamodb", "secretsmanager", "sns")]
    assert allowed(controller_policy(HERE, REACH)) == [
        (
            [
                "dynamodb:GetItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
                "dynamodb:PutItem",
                "dynamodb:ConditionCheckItem",
            ],
            "table",
            {},
        ),
        (["rds:DescribeGlobalClusters"], "global", {}),
        (["rds:DescribeDBClusters"], "here", {}),
        (["rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster"], ["global", "there", "here"], {}),
        (["eks:DescribeNodegroup", "eks:UpdateNodegroupConfig"], ["nodes"], {}),
        (["cloudwatch:PutMetricData"], "*", {"StringEquals": {"cloudwatch:namespace": "Platform/Failover"}}),
        (["cloudwatch:GetMetricStatistics"], "*", {}),
        (["sns:Publish"], "topic", {}),
        (["secretsmanager:GetSecretValue"], ["secret"], {}),
        (["kms:Decrypt", "kms:GenerateDataKey"], "key", {"StringEquals": {"kms:ViaService": hosts}}),
    ]


@pytest.mark.req("S-04", "IAM-02")
def test_the_guard_reads_one_table_across_the_border_and_nothing_else():
    there = Place(account="000000000103", region="us-west-2")
    here = "us-west-2:000000000103"
    assert allowed(guard_policy(there, "platform-failover", "alias/dr-platform-failover")) == [
        (["dynamodb:GetItem"], f"arn:aws:dynamodb:{here}:table/platform-failover", {}),
        (
            ["kms:Decrypt"],
            f"arn:aws:kms:{here}:key/*",
            {
                "StringEquals": {"kms:ViaService": "dynamodb.us-west-2.amazonaws.com"},
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/dr-platform-failover"},
            },
        ),
    ]
