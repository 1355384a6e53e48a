"""Each class of data has a key of its own, which only those who need it can use."""

import json

import pytest

from components.aws.key_policies import key_policy
from tests.components.aws.parts import GOV, HERE, keys

KEY, ALIAS = "aws:kms/key:Key", "aws:kms/alias:Alias"
EVERY_CLASS = ("eks", "ebs", "rds", "cache", "audit", "backup", "secrets", "logs", "registry")
ROOT = {
    "Sid": "Enable IAM User Permissions",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{HERE.account}:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def replicated():
    return keys("eks", "ebs", multi_region=["eks"], deletion_window_days=7)


def statements(key, place=HERE):
    document = json.loads(key_policy(key, place))
    assert document["Version"] == "2012-10-17"
    return document["Statement"]


@pytest.mark.req("KMS-05")
def test_each_class_has_one_key_with_an_alias_that_names_it(built):
    engine = built(keys, *EVERY_CLASS)
    aliases = {r.inputs["name"]: r.inputs["targetKeyId"] for r in engine.of(ALIAS)}
    assert aliases == {f"alias/dev-platform-{r.name.removeprefix('keys-')}": r.outputs["keyId"] for r in engine.of(KEY)}
    assert sorted(aliases) == sorted(f"alias/dev-platform-{key}" for key in EVERY_CLASS)


@pytest.mark.req("KMS-01", "KMS-03")
def test_keys_rotate_stay_in_their_region_and_can_be_rescued_for_30_days(built):
    for record in built(keys, *EVERY_CLASS).of(KEY):
        assert record.inputs["enableKeyRotation"] is True
        assert record.inputs["deletionWindowInDays"] == 30
        assert record.inputs["multiRegion"] is False


@pytest.mark.req("KMS-01")
def test_the_key_of_cluster_secrets_is_called_what_it_is_for(built):
    engine = built(keys, "eks", "ebs")
    assert engine.one(KEY, "keys-eks").inputs["description"] == "EKS Secret Encryption Key"
    assert engine.one(KEY, "keys-ebs").inputs["description"] == "EBS Encryption Key"


@pytest.mark.req("KMS-01", "KMS-04")
def test_only_classes_that_are_named_can_be_replicated(built):
    engine = built(replicated)
    assert engine.one(KEY, "keys-eks").inputs["multiRegion"] is True
    assert engine.one(KEY, "keys-ebs").inputs["multiRegion"] is False
    assert engine.one(KEY, "keys-eks").inputs["deletionWindowInDays"] == 7


@pytest.mark.req("KMS-02")
def test_cluster_secrets_are_opened_by_the_account_and_by_eks_on_its_behalf():
    assert statements("eks") == [
        ROOT,
        {
            "Sid": "Allow EKS Service",
            "Effect": "Allow",
            "Principal": {"Service": "eks.amazonaws.com"},
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": HERE.account}},
        },
    ]


@pytest.mark.req("KMS-02")
def test_arns_in_key_policies_are_those_of_the_partition():
    assert statements("eks", GOV)[0]["Principal"] == {"AWS": "arn:aws-us-gov:iam::000000000201:root"}
    assert statements("eks", GOV)[1]["Principal"] == {"Service": "eks.amazonaws.com"}
    assert all("arn:aws:" not in key_policy(key, GOV) for key in EVERY_CLASS)


@pytest.mark.req("KMS-03")
def test_disks_are_opened_to_auto_scaling_whose_grants_are_for_aws_resources_only():
    role = f"arn:aws:iam::{HERE.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    root, use, grant = statements("ebs")
    assert root == ROOT
    assert use["Principal"] == grant["Principal"] == {"AWS": role}
    assert use["Action"] == [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
    ]
    assert grant["Action"] == "kms:CreateGrant"
    assert grant["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


@pytest.mark.req("KMS-05")
def test_logs_are_opened_to_cloudwatch_for_log_groups_of_this_account_and_region():
    root, logs, *_ = statements("logs")
    assert root == ROOT
    assert logs["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    groups = f"arn:aws:logs:us-east-1:{HERE.account}:log-group:*"
    assert logs["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}


@pytest.mark.req("KMS-05", "WAF-01", "WAF-02")
def test_logs_that_go_to_buckets_and_alarms_that_go_to_topics_are_sealed_for_this_account_only():
    *_, delivery, alarms = statements("logs")
    assert delivery["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    for statement in (delivery, alarms):
        assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": HERE.account}}


@pytest.mark.req("KMS-05", "IAM-02")
@pytest.mark.parametrize("key", ["rds", "cache", "streaming", "backup", "secrets", "registry"])
def test_the_other_classes_are_opened_by_iam_policies_of_the_account_only(key):
    assert statements(key) == [ROOT]


@pytest.mark.req("KMS-05", "AUD-02")
def test_the_trail_seals_with_its_key_on_behalf_of_this_account_and_region_only():
    _, seal, look = statements("audit")
    trails = f"arn:aws:cloudtrail:us-east-1:{HERE.account}:trail/*"
    assert seal["Principal"] == look["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert seal["Condition"] == {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails}}
    assert (seal["Action"], look["Action"]) == (["kms:GenerateDataKey*"], ["kms:DescribeKey"])
    assert look["Condition"] == {"StringEquals": {"aws:SourceAccount": HERE.account}}


@pytest.mark.req("KMS-05", "BDR-06")
def test_an_account_that_copies_backups_opens_what_is_backed_up_and_nothing_else(built):
    engine = built(shared_keys)
    policies = {each.name: json.loads(each.inputs["policy"])["Statement"] for each in engine.of("aws:kms/key:Key")}
    root = {"AWS": "arn:aws:iam::000000000105:root"}
    assert not [each for each in policies["keys-secrets"] if each["Principal"] == root]
    for key in ("keys-ebs", "keys-rds", "keys-backup"):
        copy, grant = [each for each in policies[key] if each["Principal"] == root]
        assert set(copy["Action"]) == {"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"}
        assert (grant["Action"], grant["Condition"]) == (
            "kms:CreateGrant",
            {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        )


def shared_keys():
    return keys("ebs", "rds", "backup", "secrets", copied_by=["000000000105"])
