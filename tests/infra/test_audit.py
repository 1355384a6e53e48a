"""The evidence of a region and its second place: who owns it, and that nothing leaves the EU."""

import json

import pytest

from tests import records

REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
BUCKET, PROVIDER = "aws:s3/bucket:Bucket", "pulumi:providers:aws"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def region_of(engine, record):
    (provider,) = [each for each in engine.of(PROVIDER) if each.urn == record.provider.rpartition("::")[0]]
    return record.inputs.get("region") or provider.inputs["region"]


@pytest.mark.req("AUD-01", "AUD-04", "C-02", "C-23")
def test_all_evidence_of_production_is_kept_a_second_time_as_locked_where_it_recovers():
    engine = records.of_stack("prod")
    for what, days in (("trail", 2557), ("evidence", 1096)):
        copy = engine.one(BUCKET, f"audit-recovery-{what}")
        config = engine.one(REPLICATION, f"audit-{what}-replication").inputs
        assert region_of(engine, copy) == "us-west-2"
        assert config["bucket"] == f"production-platform-000000000103-{what}"
        assert config["rules"][0]["destination"]["bucket"] == copy.outputs["arn"]
        assert copy.options["protect"] is True
        for end in ("audit", "audit-recovery"):
            kept = engine.one(LOCK, f"{end}-{what}").inputs["rule"]["defaultRetention"]
            assert kept == {"mode": "COMPLIANCE", "days": days}


@pytest.mark.req("AUD-02", "CMP-01")
def test_every_account_has_one_trail_of_all_its_regions_and_every_stack_its_guard_rails():
    everywhere = {}
    for stack in records.COMMITTED:
        engine = records.of_stack(stack)
        trail = engine.one("aws:cloudtrail/trail:Trail").inputs
        assert trail["includeGlobalServiceEvents"] is trail["isMultiRegionTrail"]
        assert engine.one(BUCKET, "audit-trail").inputs["bucket"] == trail["s3BucketName"]
        everywhere.setdefault(records.order(stack).account, []).append(trail["isMultiRegionTrail"])
        assert engine.one("aws:guardduty/detector:Detector").inputs["enable"] is True
        assert engine.one("aws:cfg/recorderStatus:RecorderStatus").inputs["isEnabled"] is True
        assert engine.one("aws:ebs/encryptionByDefault:EncryptionByDefault").inputs["enabled"] is True
    assert [told.count(True) for told in everywhere.values()] == [1] * len(everywhere)


@pytest.mark.req("AUD-04", "AUD-08")
def test_the_lag_that_recovery_counts_on_is_the_lag_that_is_watched():
    engine = records.of_stack("prod")
    promised = records.order("prod").recovery.data["evidence"].max_lag_seconds
    alarm = engine.one("aws:cloudwatch/metricAlarm:MetricAlarm", "audit-evidence-replication-lag").inputs
    assert (alarm["threshold"], alarm["region"]) == (promised, "us-west-2")


@pytest.mark.req("DATA-04")
def test_evidence_of_the_eu_has_no_second_place_and_nothing_of_it_is_elsewhere():
    engine = records.of_stack("eu")
    assert engine.none_of(REPLICATION)
    assert {each.inputs["region"] for each in engine.of(PROVIDER)} == {"eu-west-1"}
    assert {each.inputs["region"] for each in engine.records if "region" in each.inputs} == {"eu-west-1"}


@pytest.mark.req("AUD-04")
def test_the_standby_owns_its_own_evidence_and_nothing_in_the_region_that_may_be_lost():
    engine = records.of_stack("dr")
    assert engine.none_of(REPLICATION)
    assert {each.inputs["region"] for each in engine.of(PROVIDER)} == {"us-west-2"}


@pytest.mark.req("AUD-08", "BDR-06")
@pytest.mark.parametrize("stack", records.COMMITTED)
def test_every_alarm_and_every_rule_of_the_region_reaches_people(stack):
    engine = records.of_stack(stack)
    topics = {each.outputs["arn"] for each in engine.of("aws:sns/topic:Topic")}
    heard = {each.inputs["topic"] for each in engine.of("aws:sns/topicSubscription:TopicSubscription")}
    assert {topic for topic in topics if topic.endswith("-alerts")} <= heard
    for alarm in engine.of("aws:cloudwatch/metricAlarm:MetricAlarm"):
        assert set(alarm.inputs["alarmActions"]) <= topics


@pytest.mark.req("AUD-04", "C-33")
@pytest.mark.parametrize(("stack", "days"), [("dev", 1), ("staging", 7)])
def test_evidence_outside_production_is_locked_for_a_short_time_and_can_be_destroyed_with_its_stack(stack, days):
    engine = records.of_stack(stack)
    for what in ("trail", "evidence"):
        kept = engine.one(LOCK, f"audit-{what}").inputs["rule"]["defaultRetention"]
        assert kept == {"mode": "GOVERNANCE", "days": days}
    buckets = [each for each in engine.of(BUCKET) if each.name.startswith("audit-")]
    assert [each.inputs["forceDestroy"] for each in buckets] == [True] * 3


@pytest.mark.req("AUD-03")
def test_evidence_is_filed_by_day_in_production():
    engine = records.of_stack("prod")
    policy = json.loads(engine.one("aws:s3/bucketPolicy:BucketPolicy", "audit-evidence").inputs["policy"])
    filed = [each["NotResource"] for each in policy["Statement"] if "NotResource" in each]
    assert filed == ["arn:aws:s3:::production-platform-000000000103-evidence/audit/????/??/??/*"]
