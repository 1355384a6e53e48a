"""Route 53 as its resolvers see it: the failover record of the local AWS, and the metric behind its health check."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any


class Resolver:
    """Answers for one name, as a client's resolver would: an answer is kept for the record's TTL.

    A health check of type CLOUDWATCH_METRIC follows the data behind the alarm; without data it stays as it was.
    """

    def __init__(self, client: Callable[[str, str], Any], zone: str, name: str) -> None:
        self._route53, self._client, self._zone, self._name = client("route53", "us-east-1"), client, zone, name
        self._healthy: dict[str, bool] = {}
        self._kept: tuple[str, float] = ("", 0.0)

    def resolve(self) -> str:
        """The target that clients go to now."""
        target, until = self._kept
        if time.monotonic() >= until:
            target, ttl = self._ask()
            self._kept = target, time.monotonic() + ttl
        return target

    def _ask(self) -> tuple[str, float]:
        found = self._route53.list_resource_record_sets(HostedZoneId=self._zone)["ResourceRecordSets"]
        records = {each["Failover"]: each for each in found if each["Name"] == f"{self._name}." and "Failover" in each}
        check = records["PRIMARY"]["HealthCheckId"]
        chosen = records["PRIMARY" if self._is_healthy(check) else "SECONDARY"]
        return chosen["ResourceRecords"][0]["Value"], float(chosen["TTL"])

    def _is_healthy(self, check: str) -> bool:
        config = self._route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
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
