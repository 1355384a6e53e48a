"""What watches over an account: threats, changes, access from outside, and defaults."""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from components.aws.guardrail_rules import RULES
from components.aws.guardrails import DETECTORS, Guardrails, GuardrailsArgs
from tests.components.aws.parts import HERE, alerts, keys

RULE, STANDARD = "aws:cfg/rule:Rule", "aws:securityhub/standardsSubscription:StandardsSubscription"
CLOSED = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"


def program(frameworks=("pci-dss", "soc2"), waived=(), whole_account=True, disks=True):
    known = keys("logs", "ebs", "alerts").arns
    args = GuardrailsArgs(
        prefix="production-platform",
        place=HERE,
        frameworks=frameworks,
        log_bucket="history",
        key_arn=known["logs"],
        disk_key_arn=known["ebs"] if disks else None,
        alerts=alerts(known["alerts"]),
        waived=waived,
        whole_account=whole_account,
    )
    return Guardrails("guardrails", args)


@pytest.mark.req("CMP-01")
def test_threats_are_looked_for_in_clusters_buckets_disks_and_databases(built):
    engine = built(program)
    assert engine.one("aws:guardduty/detector:Detector").inputs["enable"] is True
    features = engine.of("aws:guardduty/detectorFeature:DetectorFeature")
    assert {each.inputs["name"]: each.inputs["status"] for each in features} == dict.fromkeys(DETECTORS, "ENABLED")


@pytest.mark.req("CMP-01", "AUD-01")
def test_every_change_is_recorded_and_delivered_sealed_before_a_rule_judges_it(built):
    engine = built(program)
    recorder = engine.one("aws:cfg/recorder:Recorder")
    assert recorder.inputs["recordingGroup"]["allSupported"] is True
    channel = engine.one("aws:cfg/deliveryChannel:DeliveryChannel")
    assert channel.inputs["s3BucketName"] == "history"
    assert ":key/" in channel.inputs["s3KmsKeyArn"]
    status = engine.one("aws:cfg/recorderStatus:RecorderStatus")
    assert status.inputs["isEnabled"] is True
    assert channel.urn in status.depends_on
    assert all(status.urn in rule.depends_on for rule in engine.of(RULE))


@pytest.mark.req("CMP-01")
def test_the_recorder_writes_its_own_accounts_history_and_nothing_else(built):
    engine = built(program)
    policies = [json.loads(each.inputs["policy"]) for each in engine.of("aws:iam/rolePolicy:RolePolicy")]
    (policy,) = policies
    written = {
        tuple(each["Action"]) if isinstance(each["Action"], list) else (each["Action"],): each["Resource"]
        for each in policy["Statement"]
    }
    assert written[("s3:PutObject",)] == f"arn:aws:s3:::history/AWSLogs/{HERE.account}/*"
    assert "*" not in {resource for resource in written.values() if isinstance(resource, str)}


@pytest.mark.req("CMP-01")
def test_rules_are_awss_own_and_a_waived_one_is_left_out(built):
    rules = {each.name: each.inputs["source"] for each in built(program, ("soc2",), ("ssh-closed",)).of(RULE)}
    assert rules == {
        f"guardrails-{name}": {"owner": "AWS", "sourceIdentifier": identifier}
        for name, identifier in RULES.items()
        if name != "ssh-closed"
    }


@pytest.mark.req("CMP-01")
@pytest.mark.parametrize(
    ("frameworks", "standards"),
    [
        (("pci-dss", "soc2"), {"aws-foundational-security-best-practices/v/1.0.0", "pci-dss/v/4.0.1"}),
        (("cmmc-l2",), {"aws-foundational-security-best-practices/v/1.0.0", "nist-800-171/v/2.0.0"}),
        (("fedramp-moderate",), {"aws-foundational-security-best-practices/v/1.0.0", "nist-800-53/v/5.0.0"}),
    ],
)
def test_an_account_is_measured_against_the_standards_of_what_binds_it(built, frameworks, standards):
    engine = built(program, frameworks)
    hub = engine.one("aws:securityhub/account:Account")
    assert hub.inputs["enableDefaultStandards"] is False
    found = engine.of(STANDARD)
    assert {each.inputs["standardsArn"].partition("::standards/")[2] for each in found} == standards
    assert all(hub.urn in each.depends_on for each in found)


@pytest.mark.req("CMP-01", "KMS-05")
def test_disks_and_buckets_that_nobody_thought_of_are_sealed_and_closed(built):
    engine = built(program)
    assert engine.one("aws:ebs/encryptionByDefault:EncryptionByDefault").inputs["enabled"] is True
    key = engine.one("aws:kms/key:Key", "keys-ebs")
    assert engine.one("aws:ebs/defaultKmsKey:DefaultKmsKey").inputs["keyArn"] == key.outputs["arn"]
    closed = engine.one(CLOSED).inputs
    settings = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert [closed[each] for each in settings] == [True] * 4


@pytest.mark.req("CMP-01", "KMS-05")
def test_an_account_without_disks_seals_the_one_that_nobody_thought_of_with_the_key_of_aws(built):
    engine = built(program, ("soc2",), (), True, False)
    assert engine.one("aws:ebs/encryptionByDefault:EncryptionByDefault").inputs["enabled"] is True
    assert engine.none_of("aws:ebs/defaultKmsKey:DefaultKmsKey")


@pytest.mark.req("CMP-01")
def test_people_hear_of_grave_threats_of_rules_that_begin_to_be_broken_and_of_ways_in(built):
    engine = built(program)
    rule = engine.one("aws:cloudwatch/eventRule:EventRule", "guardrails-findings")
    target = engine.one("aws:cloudwatch/eventTarget:EventTarget", "guardrails-findings")
    assert target.inputs["rule"] == rule.inputs["name"]
    assert target.inputs["arn"] == engine.one("aws:sns/topic:Topic", "alerts").outputs["arn"]
    pattern = EventPattern("", json.loads(rule.inputs["eventPattern"]))
    heard = {
        "aws.guardduty": ("GuardDuty Finding", {"severity": 7.0}, {"severity": 6.9}),
        "aws.config": (
            "Config Rules Compliance Change",
            of_rule("production-platform-ssh-closed", "NON_COMPLIANT"),
            of_rule("production-platform-ssh-closed", "COMPLIANT"),
        ),
        "aws.access-analyzer": ("Access Analyzer Finding", {"status": "ACTIVE"}, {"status": "ARCHIVED"}),
    }
    for source, (what, told, untold) in heard.items():
        event: Any = {"source": source, "detail-type": what}
        assert pattern.matches_event({**event, "detail": told})
        assert not pattern.matches_event({**event, "detail": untold})
    another: Any = {"source": "aws.config", "detail-type": "Config Rules Compliance Change"}
    assert not pattern.matches_event({**another, "detail": of_rule("of-somebody-else", "NON_COMPLIANT")})


def of_rule(name, outcome):
    return {
        "messageType": "ComplianceChangeNotification",
        "configRuleName": name,
        "newEvaluationResult": {"complianceType": outcome},
    }


@pytest.mark.req("CMP-01", "IAM-05")
def test_what_strangers_to_the_account_may_reach_is_found(built):
    assert built(program).one("aws:accessanalyzer/analyzer:Analyzer").inputs["type"] == "ACCOUNT"


@pytest.mark.req("CMP-01")
def test_a_second_region_of_an_account_leaves_alone_what_the_account_has_once(built):
    engine = built(program, ("soc2",), (), False)
    assert engine.none_of(CLOSED)
    group = engine.one("aws:cfg/recorder:Recorder").inputs["recordingGroup"]
    assert group["includeGlobalResourceTypes"] is False
