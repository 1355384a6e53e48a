"""An alarm says what is measured, what is no longer well, and whom it tells."""

import dataclasses

import pulumi

from components.aws.alarm import Alarm, watch

ALARM, TOPIC = "aws:cloudwatch/metricAlarm:MetricAlarm", "arn:aws:sns:us-east-1:000000000103:alerts"
SILENT = Alarm(
    named="trail-silent",
    description="Nothing was recorded",
    namespace="AWS/Logs",
    metric_name="IncomingLogEvents",
    dimensions={"LogGroupName": "trail"},
    statistic="Sum",
    when="<",
    threshold=1,
    period=300,
    treat_missing_data="breaching",
)


def raised(build, alarm):
    return build(lambda: watch("it", alarm, [TOPIC], pulumi.ResourceOptions())).one(ALARM).inputs


def test_an_alarm_is_looked_for_by_its_name_and_tells_its_beginning(build):
    assert raised(build, SILENT) == {
        "name": "trail-silent",
        "alarmDescription": "Nothing was recorded",
        "namespace": "AWS/Logs",
        "metricName": "IncomingLogEvents",
        "dimensions": {"LogGroupName": "trail"},
        "statistic": "Sum",
        "comparisonOperator": "LessThanThreshold",
        "threshold": 1,
        "period": 300,
        "evaluationPeriods": 1,
        "treatMissingData": "breaching",
        "alarmActions": [TOPIC],
        "tags": {"Name": "trail-silent"},
    }


def test_an_alarm_tells_its_end_lies_elsewhere_and_looks_at_several_periods_if_asked(build):
    order = dataclasses.replace(
        SILENT, found=False, end_too=True, region="us-west-2", periods=3, datapoints=2, treat_missing_data=None
    )
    said = raised(build, order)
    assert not said.keys() & {"name", "treatMissingData"}
    assert (said["okActions"], said["region"]) == ([TOPIC], "us-west-2")
    assert (said["evaluationPeriods"], said["datapointsToAlarm"]) == (3, 2)
