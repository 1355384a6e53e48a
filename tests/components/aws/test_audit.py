"""The trail and the evidence: validated, sealed, locked, and written by CloudTrail alone."""

import json

import pytest

from components.aws.audit import Audit, AuditArgs
from components.aws.bucket import Retention
from tests.components.aws.parts import HERE, alerts, keys

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TRAIL = "aws:cloudtrail/trail:Trail"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
BUCKET = f"production-platform-{HERE.account}-trail"


def program(global_events=True, mode: Retention = "compliance", protect=True):
    sealed = keys("audit", "logs", "alerts").arns
    args = AuditArgs(
        prefix="production-platform",
        place=HERE,
        key_arn=sealed["audit"],
        log_key_arn=sealed["logs"],
        alerts=alerts(sealed["alerts"]),
        silent_minutes=8,
        log_days=365,
        recent_gb=500,
        mode=mode,
        retention_days={"trail": 2557, "evidence": 1096},
        global_events=global_events,
        protect=protect,
    )
    return Audit("audit", args)


@pytest.mark.req("AUD-02", "IAM-05")
def test_the_trail_covers_all_regions_validates_its_files_and_has_its_own_key(built):
    engine = built(program)
    inputs = engine.one(TRAIL).inputs
    assert inputs["isMultiRegionTrail"] is True
    assert inputs["includeGlobalServiceEvents"] is True
    assert inputs["enableLogFileValidation"] is True
    assert inputs["enableLogging"] is True
    assert inputs["kmsKeyId"] == engine.one("aws:kms/key:Key", "keys-audit").outputs["arn"]
    assert inputs["s3BucketName"] == BUCKET


@pytest.mark.req("AUD-02")
def test_a_second_trail_of_an_account_holds_its_own_region_only(built):
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


@pytest.mark.req("AUD-08")
def test_the_trail_goes_to_a_sealed_group_too_as_a_role_of_its_own(built):
    engine = built(program)
    group, role = engine.one("aws:cloudwatch/logGroup:LogGroup"), engine.one("aws:iam/role:Role")
    assert group.inputs["name"] == "/aws/cloudtrail/production-platform-trail"
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["kmsKeyId"] == engine.one("aws:kms/key:Key", "keys-logs").outputs["arn"]
    trail = engine.one(TRAIL)
    assert trail.inputs["cloudWatchLogsGroupArn"] == f"{group.outputs['arn']}:*"
    assert trail.inputs["cloudWatchLogsRoleArn"] == role.outputs["arn"]
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trusted["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert trusted["Condition"]["StringEquals"]["aws:SourceArn"].endswith(":trail/production-platform-trail")
    policy = engine.one("aws:iam/rolePolicy:RolePolicy")
    (write,) = json.loads(policy.inputs["policy"])["Statement"]
    assert write["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert write["Resource"] == f"{group.outputs['arn']}:log-stream:*"
    assert policy.urn in trail.depends_on


@pytest.mark.req("AUD-08")
def test_silence_of_the_trail_is_told_and_so_is_its_end(built):
    engine = built(program)
    alarm = engine.one(ALARM, "audit-logs-silent").inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/Logs", "IncomingLogEvents")
    assert alarm["dimensions"] == {"LogGroupName": "/aws/cloudtrail/production-platform-trail"}
    assert (alarm["statistic"], alarm["comparisonOperator"], alarm["threshold"]) == ("Sum", "LessThanThreshold", 1)
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["treatMissingData"]) == (480, 1, "breaching")
    topic = engine.one("aws:sns/topic:Topic").outputs["arn"]
    assert (alarm["alarmActions"], alarm["okActions"]) == ([topic], [topic])


@pytest.mark.req("AUD-08", "AUD-04")
def test_whoever_bends_the_trail_or_opens_what_keeps_it_is_told_of(built):
    engine = built(program)
    rule = engine.one("aws:cloudwatch/eventRule:EventRule")
    said = json.loads(rule.inputs["eventPattern"])
    trail, buckets = said["detail"]["$or"]
    assert said["detail-type"] == ["AWS API Call via CloudTrail"]
    assert trail["eventSource"] == ["cloudtrail.amazonaws.com"]
    assert {"StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"} == set(trail["eventName"])
    assert buckets["eventSource"] == ["s3.amazonaws.com"]
    assert buckets["requestParameters"] == {"bucketName": [BUCKET, BUCKET.replace("trail", "evidence")]}
    assert {"PutBucketPolicy", "PutObjectLockConfiguration", "PutBucketLifecycle"} <= set(buckets["eventName"])
    target = engine.one("aws:cloudwatch/eventTarget:EventTarget")
    assert (target.inputs["rule"], target.inputs["arn"]) == (
        rule.inputs["name"],
        engine.one("aws:sns/topic:Topic").outputs["arn"],
    )


@pytest.mark.req("AUD-03")
def test_evidence_is_filed_by_day_whoever_files_it_and_the_trail_as_it_files_itself(built):
    engine = built(program)
    policies = {each.name: json.loads(each.inputs["policy"]) for each in engine.of("aws:s3/bucketPolicy:BucketPolicy")}
    _, filed = policies["audit-evidence"]["Statement"]
    evidence = f"arn:aws:s3:::{BUCKET.replace('trail', 'evidence')}"
    assert filed == {
        "Sid": "Filed by day",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["s3:PutObject"],
        "NotResource": f"{evidence}/audit/????/??/??/*",
    }
    assert not [each for each in policies["audit-trail"]["Statement"] if "NotResource" in each]


@pytest.mark.req("AUD-03")
def test_growth_beyond_what_was_expected_is_told(built):
    engine = built(program)
    alarm = engine.one(ALARM, "audit-evidence").inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/S3", "BucketSizeBytes")
    assert alarm["dimensions"] == {
        "BucketName": BUCKET.replace("trail", "evidence"),
        "StorageType": "StandardStorage",
    }
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (500 * 1024**3, "GreaterThanThreshold")
    assert alarm["alarmActions"] == [engine.one("aws:sns/topic:Topic").outputs["arn"]]
