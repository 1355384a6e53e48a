"""The resolver of a drill goes from name to name as the records say, and from region to region as the alarm says."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from sandbox.drill.dns import Resolver
from services.failover.switch import DIMENSION, METRIC, NAMESPACE

RECOVERY = "us-west-2"


def client(service: str, region: str) -> Any:
    """Of the account that everything is in."""
    return boto3.client(service, region_name=region)


@pytest.fixture
def zone(local_aws: None) -> str:
    """A zone with a name shared by place, whose default moves with the switch of a failover."""
    dimensions = [{"Name": DIMENSION, "Value": "one"}]
    client("cloudwatch", RECOVERY).put_metric_alarm(
        AlarmName="active", Namespace=NAMESPACE, MetricName=METRIC, Dimensions=dimensions, Statistic="Maximum",
        Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
    )  # fmt: skip
    route53 = client("route53", RECOVERY)
    watched = {"Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": {"Region": RECOVERY, "Name": "active"}}
    check = route53.create_health_check(CallerReference="one", HealthCheckConfig=watched)["HealthCheck"]["Id"]
    zone = str(route53.create_hosted_zone(Name="example.com", CallerReference="one")["HostedZone"]["Id"])
    records = [
        ("api", "default.api", {"GeoLocation": {"CountryCode": "*"}}),
        ("api", "eu.api", {"GeoLocation": {"ContinentCode": "EU"}}),
        ("default.api", "us-east-1.api", {"Failover": "PRIMARY", "HealthCheckId": check}),
        ("default.api", "us-west-2.api", {"Failover": "SECONDARY"}),
    ]
    changes = [
        {"Name": f"{name}.example.com", "Type": "CNAME", "TTL": 30, "SetIdentifier": to, **more}
        | {"ResourceRecords": [{"Value": f"{to}.example.com"}]}
        for name, to, more in records
    ]
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": change} for change in changes]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    return zone


def publish(value: float) -> None:
    """As the controller does at every tick."""
    data = {"MetricName": METRIC, "Dimensions": [{"Name": DIMENSION, "Value": "one"}], "Value": value}
    client("cloudwatch", RECOVERY).put_metric_data(
        Namespace=NAMESPACE, MetricData=[{**data, "Timestamp": datetime.now(UTC)}]
    )


def resolver(zone: str, name: str = "api.example.com", most: float = 0) -> Resolver:
    """One that keeps an answer for `most` seconds."""
    return Resolver(client("route53", RECOVERY), client, zone, name, most)


def test_everybodys_name_leads_to_the_primary_until_the_switch_is_raised(zone: str):
    asked = resolver(zone)
    assert asked.resolve() == "us-east-1.api.example.com"
    publish(1)
    assert asked.resolve() == "us-west-2.api.example.com"


def test_an_answer_is_kept_for_its_time(zone: str):
    asked = resolver(zone, most=60)
    assert asked.resolve() == "us-east-1.api.example.com"
    publish(1)
    assert asked.resolve() == "us-east-1.api.example.com"


def test_a_name_that_leads_nowhere_is_said(zone: str):
    with pytest.raises(LookupError, match=r"^no record leads from www\.example\.com anywhere$"):
        resolver(zone, "www.example.com").resolve()


def test_a_pair_that_follows_no_switch_yet_is_said(zone: str):
    route53 = client("route53", RECOVERY)
    record = {"Name": "old.example.com", "Type": "CNAME", "TTL": 30, "SetIdentifier": "primary", "Failover": "PRIMARY"}
    record["ResourceRecords"] = [{"Value": "us-east-1.api.example.com"}]  # type: ignore[assignment]
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    said = r"^old\.example\.com\. follows no switch; run `make up STACK=prod` once more$"
    with pytest.raises(LookupError, match=said):
        resolver(zone, "old.example.com").resolve()
