"""The web firewall: what it asks about each request, in which order, and where it writes that down."""

import json

import pytest

from components.aws.web_firewall import WebFirewall, WebFirewallArgs, rules
from tests.components.aws.parts import HERE, keys

ACL, LOGGING = "aws:wafv2/webAcl:WebAcl", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
BUCKET = f"aws-waf-logs-production-platform-edge-{HERE.account}"


def program():
    args = WebFirewallArgs(
        prefix="production-platform-edge",
        place=HERE,
        rate_limit=2000,
        log_key_arn=keys("logs").arns["logs"],
        log_days=365,
        log_lock="compliance",
    )
    return WebFirewall("web-firewall", args)


@pytest.mark.req("WAF-01")
def test_it_refuses_floods_bad_addresses_common_attacks_bad_inputs_and_sql_injection(built):
    acl = built(program).one(ACL).inputs
    assert acl["scope"] == "REGIONAL"
    assert acl["defaultAction"] == {"allow": {}}
    asked = {rule["name"]: rule for rule in acl["rules"]}
    assert asked["rate"]["statement"] == {
        "rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP", "evaluationWindowSec": 300}
    }
    assert asked["rate"]["action"] == {"block": {}}
    groups = {name: rule["statement"].get("managedRuleGroupStatement") for name, rule in asked.items()}
    assert {name: group["name"] for name, group in groups.items() if group} == {
        "reputation": "AWSManagedRulesAmazonIpReputationList",
        "common": "AWSManagedRulesCommonRuleSet",
        "bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
        "sql-injection": "AWSManagedRulesSQLiRuleSet",
    }
    assert all(asked[name]["overrideAction"] == {"none": {}} for name, group in groups.items() if group)


@pytest.mark.req("WAF-01")
def test_rules_are_asked_one_after_another_and_the_cheapest_first():
    priorities = [rule["priority"] for rule in rules(100)]
    assert priorities == sorted(set(priorities))
    assert rules(100)[0]["statement"]["rate_based_statement"]["limit"] == 100


@pytest.mark.req("WAF-01")
def test_requests_are_logged_without_credentials_into_a_bucket_that_cannot_be_changed(built):
    engine = built(program)
    bucket = engine.one("aws:s3/bucket:Bucket")
    assert bucket.inputs["bucket"] == BUCKET
    lock = engine.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs
    assert lock["rule"]["defaultRetention"] == {"mode": "COMPLIANCE", "days": 365}
    logging = engine.one(LOGGING).inputs
    assert logging["logDestinationConfigs"] == [bucket.outputs["arn"]]
    assert logging["resourceArn"] == engine.one(ACL).outputs["arn"]
    hidden = [field["singleHeader"]["name"] for field in logging["redactedFields"]]
    assert hidden == ["authorization", "cookie"]


@pytest.mark.req("WAF-01")
def test_the_delivery_of_logs_writes_for_this_account_alone(built):
    _, look, write = json.loads(built(program).one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])["Statement"]
    own = {
        "StringEquals": {"aws:SourceAccount": HERE.account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:us-east-1:{HERE.account}:*"},
    }
    for statement in (look, write):
        assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
        assert statement["Condition"] == own
    assert (look["Action"], write["Action"]) == (["s3:GetBucketAcl"], ["s3:PutObject"])
    assert write["Resource"] == f"arn:aws:s3:::{BUCKET}/AWSLogs/{HERE.account}/*"
