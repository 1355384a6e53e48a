"""A pod gets the role of its service account, by IRSA or by Pod Identity, and no other pod does."""

import json

import pytest

from components.aws.autoscaler import autoscaler_policy
from components.aws.policies import allow, document
from components.aws.service_account import ServiceAccountRole, ServiceAccountRoleArgs
from tests.components.aws.parts import HERE, cluster, identity

ROLE, ASSOCIATION = "aws:iam/role:Role", "aws:eks/podIdentityAssociation:PodIdentityAssociation"


def program(kind):
    args = ServiceAccountRoleArgs(
        identity=identity(kind, cluster()),
        namespace="payment-service",
        service_account="payment-service",
        description="The payment service",
        policy=document(allow(["secretsmanager:GetSecretValue"], HERE.arn("secretsmanager", "secret:payment/*"))),
    )
    return ServiceAccountRole("payment", args)


def trust(engine):
    (statement,) = json.loads(engine.one(ROLE, "payment").inputs["assumeRolePolicy"])["Statement"]
    return statement


@pytest.mark.req("IAM-01", "IAM-02", "C-36")
def test_irsa_pins_the_service_account_and_the_audience(built):
    engine = built(program, "irsa")
    provider = engine.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    host = provider.inputs["url"].removeprefix("https://")
    assert trust(engine) == {
        "Effect": "Allow",
        "Principal": {"Federated": provider.outputs["arn"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{host}:sub": "system:serviceaccount:payment-service:payment-service",
                f"{host}:aud": "sts.amazonaws.com",
            }
        },
    }
    assert engine.none_of(ASSOCIATION)


@pytest.mark.req("C-36")
def test_pod_identity_binds_the_role_to_the_cluster_and_the_account_by_association(built):
    engine = built(program, "pod_identity")
    control = engine.one("aws:eks/cluster:Cluster")
    association = engine.one(ASSOCIATION).inputs
    assert trust(engine) == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": HERE.account},
            "ArnEquals": {"aws:SourceArn": control.outputs["arn"]},
        },
    }
    assert association["clusterName"] == "dev-platform"
    assert (association["namespace"], association["serviceAccount"]) == ("payment-service", "payment-service")
    assert association["roleArn"] == engine.one(ROLE, "payment").outputs["arn"]


@pytest.mark.req("IAM-01", "EKS-09", "COST-01", "IAM-02")
def test_the_autoscaler_looks_everywhere_and_scales_its_own_clusters_groups_only():
    look, scale = json.loads(autoscaler_policy("dev-platform"))["Statement"]
    assert all(action.split(":")[1].startswith(("Describe", "Get")) for action in look["Action"])
    assert scale["Action"] == ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    owned = {"aws:ResourceTag/kubernetes.io/cluster/dev-platform": "owned"}
    assert scale["Condition"] == {"StringEquals": owned}
