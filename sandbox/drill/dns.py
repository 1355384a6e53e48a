"""Route 53 as its resolvers see it: the records of the local AWS, and the metric behind a failover's health check."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any


class Resolver:
    """Answers for one name, as a client's resolver would, kept for the record's TTL and at most for `most` seconds.

    A health check of type CLOUDWATCH_METRIC follows the data behind the alarm; without data it stays as it was. Of
    records by place, the one for everybody is taken.
    """

    def __init__(self, route53: Any, client: Callable[[str, str], Any], zone: str, name: str, most: float) -> None:
        self._route53, self._client, self._zone, self._name, self._most = route53, client, zone, name, most
        self._checks = client("route53", "us-east-1")
        self._healthy: dict[str, bool] = {}
        self._kept: tuple[str, float] = ("", 0.0)

    def resolve(self) -> str:
        """The last name that the name leads to now."""
        target, until = self._kept
        if time.monotonic() >= until:
            target, ttl = self._ask()
            self._kept = target, time.monotonic() + min(ttl, self._most)
        return target

    def _ask(self) -> tuple[str, float]:
        pages = self._route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=self._zone)
        records = [each for page in pages for each in page["ResourceRecordSets"] if each["Type"] == "CNAME"]
        name, ttls = self._name, []
        while found := self._choose([each for each in records if each["Name"] == f"{name}."]):
            name = found["ResourceRecords"][0]["Value"].rstrip(".")
            ttls.append(float(found["TTL"]))
        if not ttls:
            raise LookupError(f"no record leads from {self._name} anywhere")
        return name, max(ttls)

    def _choose(self, records: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The record that answers, of those with one name."""
        pair = {each["Failover"]: each for each in records if "Failover" in each}
        if pair:
            if "HealthCheckId" not in pair["PRIMARY"]:
                raise LookupError(f"{pair['PRIMARY']['Name']} follows no switch; run `make up STACK=prod` once more")
            return pair["PRIMARY" if self._is_healthy(pair["PRIMARY"]["HealthCheckId"]) else "SECONDARY"]
        anywhere = [each for each in records if each.get("GeoLocation", {"CountryCode": "*"}) == {"CountryCode": "*"}]
        return anywhere[0] if anywhere else None

    def _is_healthy(self, check: str) -> bool:
        config = self._checks.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
        alarm = self._alarm(config["AlarmIdentifier"])
        value = alarm["value"]
        if value is not None:
            self._healthy[check] = not value >= alarm["threshold"]
        return self._healthy.get(check, True)

    def _alarm(self, identifier: dict[str, str]) -> dict[str, Any]:
        """Threshold, and the latest value of the metric in the alarm's own region."""
        cloudwatch = self._client("cloudwatch", identifier["Region"])
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=[identifier["Name"]])["MetricAlarms"]
        now = datetime.now(UTC)
        points = cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm["Dimensions"],
            StartTime=now - timedelta(seconds=5),
            EndTime=now + timedelta(seconds=1),
            Period=1,
            Statistics=[alarm["Statistic"]],
        )["Datapoints"]
        latest = max(points, key=lambda point: point["Timestamp"], default=None)
        return {"threshold": alarm["Threshold"], "value": latest and latest[alarm["Statistic"]]}
