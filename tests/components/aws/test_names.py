"""The names of a host: regions' own, the pair that follows the switch, and places that have no other region."""

import pulumi
import pytest
from pulumi_aws import Provider, route53

from components.aws.certificate import Zoned
from components.aws.names import Balancer, Names, NamesArgs, Probe, Switch
from tests.components.aws.parts import HERE

RECORD, CHECK = "aws:route53/record:Record", "aws:route53/healthCheck:HealthCheck"
HOST, OWNER = "api.example.com", "000000000100"
SWITCH = Switch(region="us-west-2", alarm="platform-failover-active")
PROBE = Probe(path="/health")


def program(location=None, switch=SWITCH, regions=("us-east-1", "us-west-2"), probe=PROBE):
    provider = Provider("zone", region=HERE.region, allowed_account_ids=[OWNER])
    zone = route53.Zone("zone", name="example.com", opts=pulumi.ResourceOptions(provider=provider))
    args = NamesArgs(
        host=HOST,
        place=HERE,
        zone=Zoned(zone_id=zone.zone_id, provider=provider),
        balancers={region: Balancer(dns_name=f"edge.{region}", zone_id="Z35SXDOTRQ7X7K") for region in regions},
        ttl_seconds=30,
        location=location,
        switch=switch,
        probe=probe,
    )
    Names("names", args)


def records(engine):
    return {each.name: each.inputs for each in engine.of(RECORD)}


@pytest.mark.req("DNS-01", "BDR-11")
def test_each_region_has_a_name_that_never_moves(built):
    said = records(built(program))
    for region in ("us-east-1", "us-west-2"):
        own = said[f"names-{region}"]
        assert (own["name"], own["type"]) == (f"{region}.{HOST}", "A")
        assert own["aliases"] == [{"name": f"edge.{region}", "zoneId": "Z35SXDOTRQ7X7K", "evaluateTargetHealth": False}]
        assert "healthCheckId" not in own


@pytest.mark.req("DNS-01", "C-32")
def test_the_host_is_a_pair_of_records_with_the_lifetime_that_was_promised(built):
    said = records(built(program))
    first, second = said["names-primary"], said["names-secondary"]
    for record, region, role in ((first, "us-east-1", "PRIMARY"), (second, "us-west-2", "SECONDARY")):
        assert record["name"] == HOST
        assert record["ttl"] == 30
        assert record["records"] == [f"{region}.{HOST}"]
        assert record["failoverRoutingPolicies"] == [{"type": role}]
    assert "names" not in said


@pytest.mark.req("C-32", "DNS-01")
def test_the_pair_follows_the_alarm_on_the_switch_in_the_recovery_region_and_no_probe(built):
    engine = built(program)
    switch = engine.one(CHECK, "names-switch")
    assert {key: switch.inputs[key] for key in switch.inputs if key not in ("tags", "tagsAll")} == {
        "type": "CLOUDWATCH_METRIC",
        "cloudwatchAlarmName": "platform-failover-active",
        "cloudwatchAlarmRegion": "us-west-2",
        "insufficientDataHealthStatus": "LastKnownStatus",
    }
    asked = {name: record.get("healthCheckId") for name, record in records(engine).items()}
    assert asked == dict.fromkeys(asked) | {"names-primary": switch.id}


@pytest.mark.req("DNS-01", "BDR-11", "C-32")
def test_regions_are_probed_every_ten_seconds_and_an_alarm_is_all_that_comes_of_it(built):
    engine = built(program)
    for region in ("us-east-1", "us-west-2"):
        probe = engine.one(CHECK, f"names-{region}")
        assert (probe.inputs["type"], probe.inputs["port"]) == ("HTTPS", 443)
        assert (probe.inputs["fqdn"], probe.inputs["resourcePath"]) == (f"{region}.{HOST}", "/health")
        assert (probe.inputs["requestInterval"], probe.inputs["failureThreshold"]) == (10, 3)
        alarm = engine.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"names-{region}").inputs
        assert alarm["dimensions"] == {"HealthCheckId": probe.id}
        assert (alarm["metricName"], alarm["region"]) == ("HealthCheckStatus", "us-east-1")
        assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 1)


@pytest.mark.req("DNS-01")
def test_the_standby_is_named_once_it_has_a_load_balancer(built):
    engine = built(program, None, SWITCH, ("us-east-1",))
    said = records(engine)
    assert set(said) == {"names-us-east-1", "names-primary"}
    assert "healthCheckId" not in said["names-primary"]


@pytest.mark.req("DNS-02", "C-31")
def test_requests_of_the_eu_have_one_region_and_no_other_answer(built):
    engine = built(program, "EU", None, ("us-east-1",), None)
    here = records(engine)["names"]
    assert here["geolocationRoutingPolicies"] == [{"continent": "EU"}]
    assert (here["name"], here["records"]) == (HOST, [f"us-east-1.{HOST}"])
    assert "healthCheckId" not in here
    assert engine.none_of(CHECK)


@pytest.mark.req("DNS-02", "DNS-01")
def test_everybody_else_is_led_to_the_pair(built):
    said = records(built(program, "default"))
    assert said["names"]["geolocationRoutingPolicies"] == [{"country": "*"}]
    assert said["names"]["records"] == [f"default.{HOST}"]
    assert {said["names-primary"]["name"], said["names-secondary"]["name"]} == {f"default.{HOST}"}


@pytest.mark.req("DNS-01")
def test_a_host_of_one_region_leads_there(built):
    said = records(built(program, None, None, ("us-east-1",), None))
    assert said["names"]["records"] == [f"us-east-1.{HOST}"]
    assert not {"setIdentifier", "geolocationRoutingPolicies", "failoverRoutingPolicies"} & said["names"].keys()


@pytest.mark.req("DNS-01")
def test_records_are_written_in_the_zones_account_and_checks_in_the_alarms(built):
    engine = built(program)
    zone = engine.one("pulumi:providers:aws", "zone").urn
    assert {each.provider.rpartition("::")[0] for each in engine.of(RECORD)} == {zone}
    assert zone not in {each.provider.rpartition("::")[0] for each in engine.of(CHECK)}
