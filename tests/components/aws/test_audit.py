"""The trail and the evidence: validated, sealed, locked, and written by CloudTrail alone."""

import json

import pytest

from components.aws.audit import Audit, AuditArgs
from components.aws.bucket import Retention
from tests.components.aws.parts import HERE, keys

TRAIL = "aws:cloudtrail/trail:Trail"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
BUCKET = f"production-platform-{HERE.account}-trail"


def program(global_events=True, mode: Retention = "compliance", protect=True):
    args = AuditArgs(
        prefix="production-platform",
        place=HERE,
        key_arn=keys("audit").arns["audit"],
        mode=mode,
        retention_days={"trail": 2557, "evidence": 1096},
        global_events=global_events,
        protect=protect,
    )
    return Audit("audit", args)


@pytest.mark.req("AUD-02")
def test_the_trail_covers_all_regions_validates_its_files_and_has_its_own_key(built):
    engine = built(program)
    inputs = engine.one(TRAIL).inputs
    assert inputs["isMultiRegionTrail"] is True
    assert inputs["includeGlobalServiceEvents"] is True
    assert inputs["enableLogFileValidation"] is True
    assert inputs["enableLogging"] is True
    assert inputs["kmsKeyId"] == engine.one("aws:kms/key:Key").outputs["arn"]
    assert inputs["s3BucketName"] == BUCKET


@pytest.mark.req("DATA-04")
def test_a_trail_that_must_stay_holds_its_own_region_only(built):
    inputs = built(program, False).one(TRAIL).inputs
    assert inputs["isMultiRegionTrail"] is False
    assert inputs["includeGlobalServiceEvents"] is False


@pytest.mark.req("AUD-03", "AUD-04", "C-23")
def test_each_class_of_evidence_is_locked_for_its_own_time(built):
    engine = built(program)
    locks = {each.inputs["bucket"]: each.inputs["rule"]["defaultRetention"] for each in engine.of(LOCK)}
    assert locks == {
        BUCKET: {"mode": "COMPLIANCE", "days": 2557},
        BUCKET.replace("trail", "evidence"): {"mode": "COMPLIANCE", "days": 1096},
    }


@pytest.mark.req("AUD-02")
def test_only_cloudtrail_writes_the_trail_and_only_for_this_trail(built):
    engine = built(program)
    (policy,) = [each for each in engine.of("aws:s3/bucketPolicy:BucketPolicy") if each.name == "audit-trail"]
    _, look, write = json.loads(policy.inputs["policy"])["Statement"]
    arn = f"arn:aws:cloudtrail:us-east-1:{HERE.account}:trail/production-platform-trail"
    for statement in (look, write):
        assert statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceArn": arn}}
    assert look["Action"] == ["s3:GetBucketAcl"]
    assert write["Resource"] == f"arn:aws:s3:::{BUCKET}/AWSLogs/{HERE.account}/*"
    assert policy.urn in engine.one(TRAIL).depends_on


@pytest.mark.req("AUD-01")
def test_requests_for_evidence_are_logged_where_no_lock_keeps_s3_from_writing(built):
    engine = built(program)
    target = BUCKET.replace("trail", "access-logs")
    assert {each.inputs["targetBucket"] for each in engine.of("aws:s3/bucketLogging:BucketLogging")} == {target}
    assert len(engine.of("aws:s3/bucketLogging:BucketLogging")) == 2
    (plain,) = [each for each in engine.of("aws:s3/bucket:Bucket") if each.inputs["bucket"] == target]
    assert plain.inputs["objectLockEnabled"] is False


@pytest.mark.req("AUD-04")
def test_what_is_no_production_has_a_lock_that_its_stack_can_lift(built):
    engine = built(program, True, "governance", False)
    assert {each.inputs["rule"]["defaultRetention"]["mode"] for each in engine.of(LOCK)} == {"GOVERNANCE"}
    assert all(each.inputs["forceDestroy"] is True for each in engine.of("aws:s3/bucket:Bucket"))
