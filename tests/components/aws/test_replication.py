"""Evidence in a second region: new versions with their locks, exact rights, and a lag that is heard of."""

import json

import pulumi
import pulumi_aws
import pytest

from components.aws.bucket import Bucket, BucketArgs, ObjectLock
from components.aws.keys import Keys, KeysArgs
from components.aws.place import Place
from components.aws.replication import End, Replication, ReplicationArgs
from tests.components.aws.parts import HERE, keys

THERE = Place(account=HERE.account, region="us-west-2")
CONFIG = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
HOME, AWAY = "arn:aws:s3:::evidence", "arn:aws:s3:::evidence-recovery"


def bucket(name: str, key: pulumi.Output[str], place: Place, opts: pulumi.ResourceOptions | None = None) -> Bucket:
    lock = ObjectLock(mode="compliance", days=1096)
    return Bucket(name, BucketArgs(bucket=name, place=place, key_arn=key, lock=lock), opts)


def program() -> None:
    there = pulumi.ResourceOptions(providers={"aws": pulumi_aws.Provider("there", region=THERE.region)})
    here_key = keys("audit").arns["audit"]
    there_key = Keys("keys-recovery", KeysArgs(prefix="x", place=THERE, classes=["audit"]), there).arns["audit"]
    source = End(
        bucket=bucket("evidence", here_key, HERE),
        place=HERE,
        key_arn=here_key,
        topic_arn=pulumi_aws.sns.Topic("here").arn,
    )
    away = pulumi_aws.sns.Topic("there", opts=pulumi.ResourceOptions(provider=there.providers["aws"]))  # type: ignore[index]
    destination = End(
        bucket=bucket("evidence-recovery", there_key, THERE, there), place=THERE, key_arn=there_key, topic_arn=away.arn
    )
    Replication("replication", ReplicationArgs(prefix="production", source=source, destination=destination))


@pytest.mark.req("AUD-04", "C-02")
def test_new_evidence_is_copied_within_the_quarter_of_an_hour_and_deletions_are_not(built):
    engine = built(program)
    config = engine.one(CONFIG)
    (rule,) = config.inputs["rules"]
    key = engine.one("aws:kms/key:Key", "keys-recovery-audit").outputs["arn"]
    assert config.inputs["bucket"] == "evidence"
    assert (rule["status"], rule["filter"]) == ("Enabled", {"prefix": ""})
    assert rule["deleteMarkerReplication"] == {"status": "Disabled"}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert rule["destination"] == {
        "bucket": AWAY,
        "storageClass": "STANDARD",
        "encryptionConfiguration": {"replicaKmsKeyId": key},
        "replicationTime": {"status": "Enabled", "time": {"minutes": 15}},
        "metrics": {"status": "Enabled", "eventThreshold": {"minutes": 15}},
    }


@pytest.mark.req("AUD-04")
def test_both_ends_keep_versions_and_locks_before_anything_is_copied(built):
    engine = built(program)
    needed = {
        each.urn
        for token in (
            "bucketVersioning:BucketVersioning",
            "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        )
        for each in engine.of(f"aws:s3/{token}")
    }
    assert len(needed) == 4
    assert needed <= set(engine.one(CONFIG).depends_on)
    assert engine.one("aws:iam/rolePolicy:RolePolicy").urn in engine.one(CONFIG).depends_on


@pytest.mark.req("AUD-04")
def test_s3_may_copy_this_bucket_into_that_one_and_nothing_else(built):
    engine = built(program)
    role = engine.one("aws:iam/role:Role")
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Principal"] == {"Service": "s3.amazonaws.com"}
    assert trusted["Condition"] == {
        "StringEquals": {"aws:SourceAccount": HERE.account},
        "ArnEquals": {"aws:SourceArn": HOME},
    }
    look, read, write, open_, seal = json.loads(engine.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])[
        "Statement"
    ]
    assert (look["Action"], look["Resource"]) == (["s3:GetReplicationConfiguration", "s3:ListBucket"], HOME)
    assert set(read["Action"]) == {
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
    }
    assert read["Resource"] == f"{HOME}/*"
    assert (write["Action"], write["Resource"]) == (["s3:ReplicateObject", "s3:ReplicateTags"], f"{AWAY}/*")
    keys_of = {each.name: each.outputs["arn"] for each in engine.of("aws:kms/key:Key")}
    for statement, key, bucket_arn, region in (
        (open_, "keys-audit", HOME, "us-east-1"),
        (seal, "keys-recovery-audit", AWAY, "us-west-2"),
    ):
        assert statement["Resource"] == keys_of[key]
        assert statement["Condition"] == {
            "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket_arn, f"{bucket_arn}/*"]},
        }
    assert (open_["Action"], seal["Action"]) == (["kms:Decrypt"], ["kms:Encrypt", "kms:GenerateDataKey"])


@pytest.mark.req("AUD-08", "C-02")
def test_a_copy_that_lags_is_told_where_it_is_and_one_that_failed_where_it_came_from(built):
    engine = built(program)
    lag, failed = engine.one(ALARM, "replication-lag").inputs, engine.one(ALARM, "replication-failed").inputs
    metric = {"SourceBucket": "evidence", "DestinationBucket": "evidence-recovery", "RuleId": "evidence"}
    assert (lag["region"], lag["metricName"], lag["threshold"]) == ("us-west-2", "ReplicationLatency", 900)
    assert (failed.get("region"), failed["metricName"], failed["threshold"]) == (None, "OperationsFailedReplication", 0)
    topics = {each.name: each.outputs["arn"] for each in engine.of("aws:sns/topic:Topic")}
    assert (lag["alarmActions"], failed["alarmActions"]) == ([topics["there"]], [topics["here"]])
    for alarm in (lag, failed):
        assert (alarm["namespace"], alarm["dimensions"]) == ("AWS/S3", metric)
        assert alarm["comparisonOperator"] == "GreaterThanThreshold"
        assert alarm["treatMissingData"] == "notBreaching"
