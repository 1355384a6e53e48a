"""Who gets into a cluster: teams by single sign-on, administrators by role, nobody else."""

import json
from fnmatch import fnmatchcase

import pytest

from components.aws.access import Access, AccessArgs, trust_permission_set
from sandbox.cloud.aws import ROLE as DEPLOYER
from tests.components.aws.parts import GOV, HERE, cluster

ENTRY, ASSOCIATION = "aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"


def program(*workloads):
    control = cluster()
    args = AccessArgs(
        cluster="dev-platform",
        place=HERE,
        cluster_name=control.name,
        cluster_arn=control.arn,
        admins=[DEPLOYER],
        workloads=workloads,
    )
    return Access("access", args)


def granted(engine):
    return {
        record.name: (record.inputs["policyArn"].rsplit("/", 1)[-1], record.inputs["accessScope"])
        for record in engine.of(ASSOCIATION)
    }


@pytest.mark.req("IAM-04", "IAM-05", "IAM-02")
def test_each_team_gets_what_it_needs_and_developers_see_their_workloads_only(built):
    everywhere = {"type": "cluster"}
    assert granted(built(program, "payment-service")) == {
        f"access-admin-{DEPLOYER}": ("AmazonEKSClusterAdminPolicy", everywhere),
        "access-platform-team": ("AmazonEKSClusterAdminPolicy", everywhere),
        "access-sre-team": ("AmazonEKSEditPolicy", everywhere),
        "access-security-team": ("AmazonEKSViewPolicy", everywhere),
        "access-developers": ("AmazonEKSViewPolicy", {"type": "namespace", "namespaces": ["payment-service"]}),
    }


def test_without_workloads_developers_have_nothing_to_see(built):
    engine = built(program)
    assert "access-developers" not in granted(engine)
    assert "access-developers" not in {record.name for record in engine.of(ENTRY)}


@pytest.mark.req("IAM-04")
def test_a_team_is_a_group_inside_the_cluster_behind_a_role_that_people_can_name(built):
    engine = built(program, "payment-service")
    roles = {
        record.outputs["arn"]: record.inputs["name"]
        for record in engine.of("aws:iam/role:Role")
        if "name" in record.inputs
    }
    entries = {
        roles.get(record.inputs["principalArn"]): record.inputs.get("kubernetesGroups") for record in engine.of(ENTRY)
    }
    assert {name: groups for name, groups in entries.items() if groups} == {
        f"dev-platform-{team}": [team] for team in ("platform-team", "sre-team", "security-team", "developers")
    }


@pytest.mark.req("IAM-04")
def test_a_teams_role_is_for_people_who_signed_on_with_the_teams_permission_set():
    (statement,) = json.loads(trust_permission_set("developers", HERE))["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{HERE.account}:root"}
    path, role = f"arn:aws:iam::{HERE.account}:role/aws-reserved/sso.amazonaws.com", "AWSReservedSSO_developers_"
    arrived = [f"{path}/{role}????????????????", f"{path}/*/{role}????????????????"]
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": arrived}}
    assert "arn:aws:" not in trust_permission_set("developers", GOV)


@pytest.mark.req("IAM-04", "IAM-02")
@pytest.mark.parametrize(
    ("arrived", "admitted"),
    [
        ("AWSReservedSSO_developers_0123456789abcdef", True),
        ("eu-west-1/AWSReservedSSO_developers_0123456789abcdef", True),
        ("AWSReservedSSO_developers_admins_0123456789abcdef", False),
        ("AWSReservedSSO_all-developers_0123456789abcdef", False),
        ("x-AWSReservedSSO_developers_0123456789abcdef", False),
    ],
)
def test_a_permission_set_with_a_name_like_the_teams_does_not_pass_for_it(arrived, admitted):
    (statement,) = json.loads(trust_permission_set("developers", HERE))["Statement"]
    patterns = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]
    arn = f"arn:aws:iam::{HERE.account}:role/aws-reserved/sso.amazonaws.com/{arrived}"
    assert any(fnmatchcase(arn, pattern) for pattern in patterns) is admitted


@pytest.mark.req("IAM-02")
def test_outside_the_cluster_a_team_may_only_find_it(built):
    engine = built(program, "payment-service")
    arn = engine.one("aws:eks/cluster:Cluster").outputs["arn"]
    policies = [
        json.loads(r.inputs["policy"])
        for r in engine.of("aws:iam/rolePolicy:RolePolicy")
        if r.name.startswith("access")
    ]
    assert len(policies) == 4
    for policy in policies:
        assert policy["Statement"] == [{"Effect": "Allow", "Action": ["eks:DescribeCluster"], "Resource": arn}]
