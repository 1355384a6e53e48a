"""What is signed can only have come from CI."""

import json

import pytest
from pulumi_aws import iam

from components.aws.signing import Signing, SigningArgs
from tests.components.aws.parts import HERE

KEY = "aws:kms/key:Key"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": HERE.account}, "Action": "sts:AssumeRole"}],
}


def program():
    role = iam.Role("ci", name="ci", assume_role_policy=json.dumps(TRUST))
    return Signing(
        "signing",
        SigningArgs(prefix="global-platform", place=HERE, signers={"images": role.arn, "evidence": role.arn}),
    )


@pytest.mark.req("KMS-07")
def test_each_kind_of_thing_has_an_asymmetric_key_with_an_alias(built):
    engine = built(program)
    for purpose in ("images", "evidence"):
        key = engine.one(KEY, f"signing-{purpose}")
        assert key.inputs["keyUsage"] == "SIGN_VERIFY"
        assert key.inputs["customerMasterKeySpec"] == "ECC_NIST_P256"
        assert key.inputs["deletionWindowInDays"] == 30
        alias = engine.one("aws:kms/alias:Alias", f"signing-{purpose}")
        assert alias.inputs["name"] == f"alias/global-platform-sign-{purpose}"
        assert alias.inputs["targetKeyId"] == key.outputs["keyId"]


@pytest.mark.req("KMS-07")
def test_only_ci_signs_and_no_other_policy_can_change_that(built):
    engine = built(program)
    signer = engine.one("aws:iam/role:Role").outputs["arn"]
    administer, sign, deny = json.loads(engine.one(KEY, "signing-images").inputs["policy"])["Statement"]
    assert administer["Principal"] == {"AWS": f"arn:aws:iam::{HERE.account}:root"}
    assert not {"kms:Sign", "kms:*", "*"} & set(administer["Action"])
    assert sign["Principal"] == {"AWS": signer}
    assert sign["Action"] == ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]
    assert deny == {
        "Sid": "Nobody else signs",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "kms:Sign",
        "Resource": "*",
        "Condition": {"ArnNotEquals": {"aws:PrincipalArn": signer}},
    }
