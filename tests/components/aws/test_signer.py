"""Only deployments by one repository, in environments that are named whole, can become the role that signs evidence."""

import json

import pytest

from components.aws.ci import ImagePush, ImagePushArgs
from components.aws.policies import trust_environments
from components.aws.signer import Signer, SignerArgs
from components.aws.signing import Signing, SigningArgs
from tests.components.aws.parts import GOV, HERE

HOST = "token.actions.githubusercontent.com"
ROLE = "aws:iam/role:Role"


def program():
    push = ImagePush(
        "ci",
        ImagePushArgs(
            role="github-actions-ecr",
            place=HERE,
            repository="example/payment-service",
            refs=("refs/heads/main",),
            registries=("payment-service",),
        ),
    )
    signer = Signer(
        "evidence-signer",
        SignerArgs(
            role="github-actions-evidence",
            repository="example/platform",
            environments=("staging", "prod"),
            provider_arn=push.provider_arn,
        ),
    )
    signers = {"images": push.role_arn, "evidence": signer.role_arn}
    Signing("signing", SigningArgs(prefix="global-platform", place=HERE, signers=signers))
    return signer


@pytest.mark.req("CMP-11", "IAM-01")
def test_the_role_trusts_named_environments_of_one_repository_and_one_audience(built):
    engine = built(program)
    role = engine.one(ROLE, "evidence-signer")
    provider = engine.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    assert role.inputs["name"] == "github-actions-evidence"
    assert json.loads(role.inputs["assumeRolePolicy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider.outputs["arn"]},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{HOST}:aud": "sts.amazonaws.com",
                        f"{HOST}:sub": [
                            "repo:example/platform:environment:staging",
                            "repo:example/platform:environment:prod",
                        ],
                    }
                },
            }
        ],
    }


@pytest.mark.req("CMP-11", "KMS-07", "IAM-02")
def test_the_role_signs_with_its_key_and_reads_the_public_half_and_may_do_nothing_else(built):
    engine = built(program)
    role = engine.one(ROLE, "evidence-signer")
    key = json.loads(engine.one("aws:kms/key:Key", "signing-evidence").inputs["policy"])["Statement"]
    assert key[1:] == [
        {
            "Sid": "Sign",
            "Effect": "Allow",
            "Principal": {"AWS": role.outputs["arn"]},
            "Action": ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
            "Resource": "*",  # of a key's policy: the key itself
        },
        {
            "Sid": "Nobody else signs",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "kms:Sign",
            "Resource": "*",
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": role.outputs["arn"]}},
        },
    ]
    assert role.outputs["arn"] not in engine.one("aws:kms/key:Key", "signing-images").inputs["policy"]
    assert [policy.name for policy in engine.of("aws:iam/rolePolicy:RolePolicy")] == ["ci"]
    assert engine.none_of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")


def test_in_govcloud_the_provider_is_govclouds_and_the_audience_the_same():
    provider = GOV.arn("iam", f"oidc-provider/{HOST}")
    (statement,) = json.loads(trust_environments(provider, HOST, "example/platform", ["dev"]))["Statement"]
    assert statement["Principal"] == {"Federated": f"arn:aws-us-gov:iam::{GOV.account}:oidc-provider/{HOST}"}
    assert statement["Condition"]["StringEquals"][f"{HOST}:aud"] == "sts.amazonaws.com"
