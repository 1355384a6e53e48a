"""Replication on the laptop cloud: kept as it was told, and refused where S3 refuses it."""

from typing import Any

import pytest

from sandbox.providers.protocol import ProviderError
from tests.sandbox.aws_samples_storage import copied, versioned
from tests.sandbox.aws_world import World, tagging_provider


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
