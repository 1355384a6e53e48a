"""Where a stack keeps its state: a bucket and a key of its own, in its account, region and partition."""

import json

import pytest

from infra.stacks import state
from tests import records
from tests.recorder import Engine

pytestmark = pytest.mark.req("PLT-03")

STACKS = (*records.COMMITTED, "govcloud")
S3 = "aws:s3/bucket"


def of(stack: str) -> Engine:
    return records.record(_deploy, stack)


def _deploy(stack: str) -> None:
    state.deploy(records.order(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_a_state_lies_in_the_account_region_and_partition_of_its_stack(stack: str) -> None:
    order, engine = records.order(stack), of(stack)
    (provider,) = engine.of("pulumi:providers:aws")
    assert provider.inputs["region"] == order.region
    assert order.account in provider.inputs["allowedAccountIds"]
    assert engine.one("aws:kms/key:Key", "keys-state").outputs["arn"].startswith(f"arn:{order.partition}:kms:")
    assert engine.stack_outputs()["backend"] == f"s3://{order.name}-{order.account}-state?region={order.region}"
    assert engine.stack_outputs()["secrets_provider"] == f"awskms://alias/{order.name}-state?region={order.region}"


def test_no_two_stacks_share_a_bucket_or_a_key() -> None:
    exports = [of(stack).stack_outputs() for stack in STACKS]
    for output in ("backend", "secrets_provider"):
        assert len({export[output] for export in exports}) == len(STACKS)


def test_a_state_is_versioned_sealed_with_the_key_of_its_secrets_and_protected() -> None:
    engine = of("prod")
    key = engine.one("aws:kms/key:Key", "keys-state")
    versions = engine.one(f"{S3}Versioning:BucketVersioning", "state")
    assert versions.inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = engine.one(
        f"{S3}ServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "state"
    ).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": key.outputs["arn"],
    }
    assert engine.one("aws:kms/alias:Alias", "keys-state").inputs["name"] == "alias/production-platform-state"
    assert key.options["protect"]
    assert engine.one(f"{S3}:Bucket", "state").options["protect"]


def test_whoever_asks_for_a_state_is_written_down() -> None:
    logging = of("prod").one(f"{S3}Logging:BucketLogging", "state").inputs
    assert logging["targetBucket"] == "production-platform-000000000103-state-logs"
    assert logging["bucket"] == "production-platform-000000000103-state"


def test_a_state_is_private_and_asked_for_over_tls_only() -> None:
    engine = of("prod")
    closed = engine.one(f"{S3}PublicAccessBlock:BucketPublicAccessBlock", "state").inputs
    assert {closed[key] for key in closed if key != "bucket"} == {True}
    policy = json.loads(engine.one(f"{S3}Policy:BucketPolicy", "state").inputs["policy"])
    assert [each["Effect"] for each in policy["Statement"]] == ["Deny"]


def test_the_lock_of_a_state_can_go_away_and_an_earlier_state_can_be_gone_back_to() -> None:
    engine = of("prod")
    assert engine.none_of(f"{S3}ObjectLockConfiguration:BucketObjectLockConfiguration")
    (rule,) = engine.one(f"{S3}LifecycleConfiguration:BucketLifecycleConfiguration", "state").inputs["rules"]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    assert "expiration" not in rule
