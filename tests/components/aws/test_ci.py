"""CI pushes images without a key, from one repository's named refs, and can do nothing else."""

import json

import pytest

from components.aws.ci import ImagePush, ImagePushArgs, push_policy
from tests.components.aws.parts import GOV, HERE


def program():
    args = ImagePushArgs(
        role="github-actions-ecr",
        place=HERE,
        repository="example/payment-service",
        refs=("refs/heads/main", "refs/tags/v*"),
        registries=("payment-service",),
    )
    return ImagePush("ci", args)


@pytest.mark.req("IAM-03")
def test_the_role_trusts_named_refs_of_one_repository_and_one_audience(built):
    engine = built(program)
    role = engine.one("aws:iam/role:Role")
    provider = engine.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    host = "token.actions.githubusercontent.com"
    assert role.inputs["name"] == "github-actions-ecr"
    assert provider.inputs["url"] == f"https://{host}"
    assert provider.inputs["clientIdLists"] == ["sts.amazonaws.com"]
    assert json.loads(role.inputs["assumeRolePolicy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider.outputs["arn"]},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {f"{host}:aud": "sts.amazonaws.com"},
                "StringLike": {
                    f"{host}:sub": [
                        "repo:example/payment-service:ref:refs/heads/main",
                        "repo:example/payment-service:ref:refs/tags/v*",
                    ]
                },
            },
        }
    ]


@pytest.mark.req("IAM-03", "IAM-02")
def test_the_role_pushes_into_named_repositories_only(built):
    sign_in, push = json.loads(built(program).one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    assert sign_in == {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"}
    assert push["Resource"] == [f"arn:aws:ecr:us-east-1:{HERE.account}:repository/payment-service"]
    assert push["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ]


def test_in_govcloud_the_repositories_are_govclouds():
    assert "arn:aws-us-gov:ecr:us-gov-west-1:000000000201:repository/x" in push_policy(GOV, ["x"])
