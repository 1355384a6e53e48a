"""Who delivers flow logs, and what else that role may do."""

import json

import pytest

from tests.components.aws.parts import HERE, network


@pytest.mark.req("NET-04")
def test_the_role_trusts_the_flow_logs_of_this_account_only(built):
    trust = json.loads(built(network).one("aws:iam/role:Role").inputs["assumeRolePolicy"])
    assert trust["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": HERE.account}},
        }
    ]


@pytest.mark.req("NET-04", "IAM-02")
def test_the_role_writes_to_its_own_log_group_only_and_finds_it_among_the_others(built):
    engine = built(network)
    policy = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    group = engine.one("aws:cloudwatch/logGroup:LogGroup").outputs["arn"]
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": f"{group}:*",
        },
        {
            "Effect": "Allow",
            "Action": ["logs:DescribeLogGroups"],
            "Resource": f"arn:aws:logs:{HERE.region}:{HERE.account}:log-group:*",
        },
    ]


def test_flows_are_delivered_only_once_the_role_may_write(built):
    engine = built(network)
    policy = engine.one("aws:iam/rolePolicy:RolePolicy").urn
    assert policy in engine.one("aws:ec2/flowLog:FlowLog").depends_on
