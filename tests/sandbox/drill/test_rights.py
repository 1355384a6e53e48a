"""A role's policies beside the calls that were made with it, by action."""

import json
from typing import Any

import boto3
import pytest

from sandbox.drill.rights import actions, allowed, beyond
from sandbox.faults.proxy import Request

VERSION = "2012-10-17"
GROUP = "/clusters/production-us-west-2/node-groups/general"


def request(service: str, operation: str) -> Request:
    """One call in the recovery region."""
    return Request(1, service, "us-west-2", operation)


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        (request("rds", "FailoverGlobalCluster"), ["rds:FailoverGlobalCluster"]),
        (request("monitoring", "PutMetricData"), ["cloudwatch:PutMetricData"]),
        (request("eks", f"GET {GROUP}"), ["eks:DescribeNodegroup"]),
        (request("eks", f"POST {GROUP}/update-config"), ["eks:UpdateNodegroupConfig"]),
        (
            request("dynamodb", "TransactWriteItems"),
            ["dynamodb:ConditionCheckItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        ),
    ],
)
def test_a_call_needs_the_actions_of_its_operation(asked: Request, needed: list[str]):
    assert list(actions(asked)) == needed


@pytest.fixture
def iam(local_aws: None) -> Any:
    """With a role that has a policy of its own, and one that others may have too."""
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="one", AssumeRolePolicyDocument=json.dumps({"Version": VERSION, "Statement": [trust]}))
    iam.put_role_policy(RoleName="one", PolicyName="own", PolicyDocument=document(["rds:Describe*", "sns:Publish"]))
    shared = iam.create_policy(PolicyName="shared", PolicyDocument=document("dynamodb:GetItem"))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="one", PolicyArn=shared)
    return iam


def document(action: str | list[str]) -> str:
    """Allows some actions, and forbids another."""
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": "*"},
        {"Effect": "Deny", "Action": "rds:DeleteGlobalCluster", "Resource": "*"},
    ]
    return json.dumps({"Version": VERSION, "Statement": statements})


def test_what_no_policy_of_the_role_allows_is_beyond_it(iam: Any):
    patterns = allowed(iam, "one")
    assert sorted(patterns) == ["dynamodb:GetItem", "rds:Describe*", "sns:Publish"]
    asked = [
        request("rds", "DescribeGlobalClusters"),
        request("sns", "Publish"),
        request("dynamodb", "GetItem"),
        request("rds", "DeleteGlobalCluster"),
        request("dynamodb", "Query"),
    ]
    assert beyond(asked, patterns) == ["dynamodb:Query", "rds:DeleteGlobalCluster"]
