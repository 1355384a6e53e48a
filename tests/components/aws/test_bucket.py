"""A bucket: private, versioned, sealed, over TLS only, and locked where what is in it is evidence."""

import json
import re

import pytest

from components.aws.bucket import Bucket, BucketArgs, ObjectLock
from tests.components.aws.parts import HERE, keys

S3 = "aws:s3/"
LIFECYCLE = f"{S3}bucketLifecycleConfiguration:BucketLifecycleConfiguration"

WRITES = {
    "Sid": "Logs",
    "Effect": "Allow",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::logs-of-others/*",
}


def program(protect=True, logs=False, **settings):
    key = keys("audit").arns["audit"]
    target = Bucket("logs", BucketArgs(bucket="logs-of-others", place=HERE, statements=[WRITES])) if logs else None
    args = BucketArgs(
        bucket="evidence-of-all", place=HERE, key_arn=key, protect=protect, access_logs=target, **settings
    )
    return Bucket("evidence", args)


COMPLIANCE = ObjectLock(mode="compliance", days=1096)
GOVERNANCE = ObjectLock(mode="governance", days=7)


def locked():
    return program(lock=COMPLIANCE, expire_days=1097, cold_after_days=90)


def brief():
    return program(protect=False, lock=GOVERNANCE, expire_days=8)


def unprotected():
    return program(protect=False, lock=COMPLIANCE)


def of_velero():
    return program(old_versions_days=30)


def logged():
    return program(logs=True)


@pytest.mark.req("AUD-04")
def test_nothing_in_a_bucket_is_public_unversioned_or_under_a_key_of_others(built):
    engine = built(locked)
    closed = engine.one(f"{S3}bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    assert all(closed[key] for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls"))
    assert closed["restrictPublicBuckets"] is True
    versions = engine.one(f"{S3}bucketVersioning:BucketVersioning").inputs
    assert versions["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = engine.one(f"{S3}bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs[
        "rules"
    ]
    sealed = rule["applyServerSideEncryptionByDefault"]
    assert sealed["sseAlgorithm"] == "aws:kms"
    assert sealed["kmsMasterKeyId"] == engine.one("aws:kms/key:Key").outputs["arn"]
    owner = engine.one(f"{S3}bucketOwnershipControls:BucketOwnershipControls").inputs["rule"]
    assert owner == {"objectOwnership": "BucketOwnerEnforced"}


@pytest.mark.req("AUD-04")
def test_requests_without_tls_are_refused(built):
    (refusal,) = json.loads(built(locked).one(f"{S3}bucketPolicy:BucketPolicy").inputs["policy"])["Statement"]
    assert refusal["Effect"] == "Deny"
    assert refusal["Principal"] == {"AWS": "*"}
    assert refusal["Action"] == "s3:*"
    assert refusal["Resource"] == ["arn:aws:s3:::evidence-of-all", "arn:aws:s3:::evidence-of-all/*"]
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.req("AUD-04", "C-23")
def test_what_is_locked_stays_for_its_days_and_expires_after_them(built):
    engine = built(locked)
    assert engine.one(f"{S3}bucket:Bucket").inputs["objectLockEnabled"] is True
    lock = engine.one(f"{S3}bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs["rule"]
    assert lock == {"defaultRetention": {"mode": "COMPLIANCE", "days": 1096}}
    (rule,) = engine.one(LIFECYCLE).inputs["rules"]
    assert rule["status"] == "Enabled"
    assert rule["expiration"] == {"days": 1097}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1097}
    assert rule["transitions"] == [{"days": 90, "storageClass": "GLACIER_IR"}]


@pytest.mark.req("COST-02", "AUD-04")
@pytest.mark.parametrize("days", [{"expire_days": 1095}, {"old_versions_days": 1095, "expire_days": 2000}])
def test_nothing_expires_under_its_lock(days):
    said = "evidence would expire after 1095 days what it locks for 1096 days; keep them at least as long as the lock"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        BucketArgs(bucket="evidence", place=HERE, lock=COMPLIANCE, **days)
    assert BucketArgs(bucket="evidence", place=HERE, lock=COMPLIANCE, expire_days=1096)


@pytest.mark.req("COST-02")
def test_what_velero_deleted_goes_later_and_what_it_keeps_stays(built):
    (rule,) = built(of_velero).one(LIFECYCLE).inputs["rules"]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 30}
    assert "expiration" not in rule
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


@pytest.mark.parametrize(("what", "emptied"), [(locked, False), (unprotected, False), (brief, True)])
def test_a_bucket_is_emptied_on_destroy_only_if_neither_protected_nor_locked_for_good(built, what, emptied):
    assert built(what).one(f"{S3}bucket:Bucket").inputs.get("forceDestroy", False) is emptied


@pytest.mark.req("AUD-01")
def test_every_request_is_logged_once_the_other_bucket_takes_logs(built):
    engine = built(logged)
    logging = engine.one(f"{S3}bucketLogging:BucketLogging")
    assert logging.inputs["targetBucket"] == "logs-of-others"
    assert logging.inputs["targetPrefix"] == "evidence-of-all/"
    (policy,) = [each for each in engine.of(f"{S3}bucketPolicy:BucketPolicy") if each.name == "logs"]
    assert policy.urn in logging.depends_on
