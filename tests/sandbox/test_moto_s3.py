"""Buckets of the laptop cloud: what their policies refuse, and replication as S3 takes and refuses it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.providers.protocol import ProviderError
from tests.local_aws import client
from tests.sandbox.aws_samples_storage import copied, versioned
from tests.sandbox.aws_world import REGION, World, tagging_provider


@pytest.fixture
def world(local_aws: None) -> World:
    """An account with nothing in it yet."""
    return World(tagging_provider())


def replicate(world: World, source: str, **destination: Any) -> dict[str, Any]:
    (rule,) = copied(world, 15)
    changed = {**rule, "destination": {**rule["destination"], **destination}}
    return world.make("BucketReplicationConfig", bucket=source, role=world.roles[0]["arn"], rules=[changed])


def test_a_rule_is_read_back_with_its_numbers_as_numbers(world: World) -> None:
    made = replicate(world, versioned(world)["bucket"])
    (rule,) = made["rules"]
    assert rule["priority"] == 0
    assert rule["destination"]["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
    assert rule["filter"] == {"prefix": ""}


@pytest.mark.parametrize(
    ("lock_source", "destination", "said"),
    [
        (False, "missing", "there is no such object in account"),
        (False, "plain", "Destination bucket plain must have versioning enabled."),
        (True, "versioned", "Destination bucket versioned must have Object Lock enabled."),
    ],
)
def test_a_copy_goes_to_a_bucket_that_keeps_as_much(
    world: World, lock_source: bool, destination: str, said: str
) -> None:
    source = world.make("s3/bucket:Bucket", bucket="source", objectLockEnabled=lock_source)["bucket"]
    world.make("BucketVersioning", bucket=source, versioningConfiguration={"status": "Enabled"})
    for name in ("plain", "versioned"):
        world.make("s3/bucket:Bucket", bucket=name)
    world.make("BucketVersioning", bucket="versioned", versioningConfiguration={"status": "Enabled"})
    with pytest.raises(ProviderError, match=said):
        replicate(world, source, bucket=f"arn:aws:s3:::{destination}")


def test_the_lock_of_a_bucket_changes_while_it_holds_objects_whose_own_lock_stays(world: World) -> None:
    bucket = world.make("s3/bucket:Bucket", bucket="kept", objectLockEnabled=True)["bucket"]
    s3, lock = client("s3", REGION), {"ObjectLockEnabled": "Enabled"}
    for mode, days in (("GOVERNANCE", 1), ("COMPLIANCE", 2)):
        rule = {"DefaultRetention": {"Mode": mode, "Days": days}}
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={**lock, "Rule": rule})
        s3.put_object(Bucket=bucket, Key=mode, Body=b"")
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)
    assert s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"] == lock
    versions = {key: s3.head_object(Bucket=bucket, Key=key)["VersionId"] for key in ("GOVERNANCE", "COMPLIANCE")}
    kept = {"Bucket": bucket, "BypassGovernanceRetention": True}
    s3.delete_object(**kept, Key="GOVERNANCE", VersionId=versions["GOVERNANCE"])
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(**kept, Key="COMPLIANCE", VersionId=versions["COMPLIANCE"])


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ({"Resource": "arn:aws:s3:::kept/*"}, True),
        ({"Resource": ["arn:aws:s3:::kept/a/?", "arn:aws:s3:::other/*"]}, True),
        ({"Resource": "arn:aws:s3:::kept/b/*"}, False),
        ({"NotResource": "arn:aws:s3:::kept/b/*"}, True),
        ({"NotResource": "arn:aws:s3:::kept/a/?"}, False),
        ({"Action": ["s3:GetObject", "s3:Put*"], "Resource": "*"}, True),
        ({"Action": "s3:GetObject", "Resource": "*"}, False),
        ({"Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
        ({"Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
        ({"Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "000000000199"}}}, False),
        ({"Resource": "*", "Principal": {"Service": "cloudtrail.amazonaws.com"}}, False),
        ({"Resource": "*", "Effect": "Allow", "Condition": {"StringEquals": {"aws:SourceArn": "other"}}}, False),
    ],
)
def test_an_object_is_refused_where_the_policy_of_its_bucket_denies_it(
    world: World, statement: dict[str, Any], refused: bool
) -> None:
    bucket = world.make("s3/bucket:Bucket", bucket="kept")["bucket"]
    whole = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:PutObject", **statement}
    world.make("BucketPolicy", bucket=bucket, policy=json.dumps({"Version": "2012-10-17", "Statement": [whole]}))
    s3 = client("s3", REGION)
    if refused:
        with pytest.raises(ClientError, match="403"):
            s3.put_object(Bucket=bucket, Key="a/b", Body=b"")
    else:
        s3.put_object(Bucket=bucket, Key="a/b", Body=b"")
