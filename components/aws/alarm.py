"""Alarms on metrics: what is measured of one thing, when that is no longer well, and who hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import cloudwatch

OPERATORS = {"<": "LessThanThreshold", ">": "GreaterThanThreshold", ">=": "GreaterThanOrEqualToThreshold"}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Raised when the metric was `when` beside `threshold` in each of `periods` of `period` seconds.

    `named` is the name that is shown, and the alarm's own where `found`: people and other stacks look for it.
    `treat_missing_data` says what it means that nothing was measured. `end_too`: its end is told as well. `region` is
    where the metric is, if elsewhere.
    """

    named: str
    description: str
    namespace: str
    metric_name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    statistic: Literal["Average", "Maximum", "Minimum", "SampleCount", "Sum"]
    when: Literal["<", ">", ">="]
    threshold: float
    period: int
    periods: int = 1
    datapoints: int | None = None
    """In how many of them; all unless stated."""
    treat_missing_data: Literal["breaching", "ignore", "notBreaching"] | None = None
    found: bool = True
    end_too: bool = False
    region: str | None = None


def watch(name: str, alarm: Alarm, topics: Sequence[pulumi.Input[str]], child: pulumi.ResourceOptions) -> None:
    """Raise the alarm to the topics; `child` are the options of what the component makes."""
    cloudwatch.MetricAlarm(
        name,
        name=alarm.named if alarm.found else None,
        alarm_description=alarm.description,
        namespace=alarm.namespace,
        metric_name=alarm.metric_name,
        dimensions=dict(alarm.dimensions),
        statistic=alarm.statistic,
        comparison_operator=OPERATORS[alarm.when],
        threshold=alarm.threshold,
        period=alarm.period,
        evaluation_periods=alarm.periods,
        datapoints_to_alarm=alarm.datapoints,
        treat_missing_data=alarm.treat_missing_data,
        alarm_actions=list(topics),
        ok_actions=list(topics) if alarm.end_too else None,
        region=alarm.region,
        tags={"Name": alarm.named},
        opts=child,
    )
