"""Certificates: proved by one record, waited for, and watched until their end."""

import pulumi
import pytest
from pulumi_aws import Provider, route53

from components.aws.certificate import Certificate, CertificateArgs, Zoned
from sandbox.cloud.certificates import record
from tests import recorder
from tests.components.aws.parts import HERE

CERTIFICATE, ISSUED = "aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"
RECORD, ALARM = "aws:route53/record:Record", "aws:cloudwatch/metricAlarm:MetricAlarm"
HOST, OWNER = "api.example.com", "000000000100"


def program(days=30):
    provider = Provider("zone", region=HERE.region, allowed_account_ids=[OWNER])
    zone = route53.Zone("zone", name="example.com", opts=pulumi.ResourceOptions(provider=provider))
    zoned = Zoned(zone_id=zone.zone_id, provider=provider)
    topic = f"arn:aws:sns:us-east-1:{OWNER}:alerts"
    Certificate("certificate", CertificateArgs(host=HOST, zone=zoned, expiry_alarm_days=days, alarm_topics=[topic]))


def elsewhere():
    Certificate("certificate", CertificateArgs(host=HOST, zone=None, expiry_alarm_days=30))


@pytest.mark.req("WAF-02")
def test_it_covers_the_host_and_the_names_of_its_regions(built):
    inputs = built(program).one(CERTIFICATE).inputs
    assert inputs["domainName"] == HOST
    assert inputs["subjectAlternativeNames"] == [f"*.{HOST}"]
    assert inputs["validationMethod"] == "DNS"


@pytest.mark.req("WAF-02", "DNS-01")
def test_one_record_in_the_zones_account_proves_it(built):
    engine = built(program)
    proof, wanted = engine.one(RECORD), record(HERE.account, HOST)
    assert proof.provider.rpartition("::")[0] == engine.one("pulumi:providers:aws", "zone").urn
    assert proof.inputs["name"] == wanted["Name"].rstrip(".")
    assert proof.inputs["records"] == [wanted["Value"]]
    issued = engine.one(ISSUED)
    assert proof.urn in issued.depends_on
    assert issued.inputs["certificateArn"] == engine.one(CERTIFICATE).outputs["arn"]


def test_a_region_without_the_record_says_what_is_missing(local_aws):
    with pytest.raises(Exception, match="deploy the stack that declares this record first"):
        recorder.build(elsewhere)


@pytest.mark.req("WAF-02")
def test_its_end_is_announced_before_it_comes(built):
    alarm = built(program, 21).one(ALARM).inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/CertificateManager", "DaysToExpiry")
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 21)
    assert alarm["dimensions"] == {"CertificateArn": built(program, 21).one(CERTIFICATE).outputs["arn"]}
    assert alarm["alarmActions"] == [f"arn:aws:sns:us-east-1:{OWNER}:alerts"]
