"""Samples of what the failover controller stands on: a table and an alarm."""

from tests.sandbox.aws_world import ABSENT, TAGS, Sample, replaces, updates

_KEYS = [{"name": "failover", "type": "S"}, {"name": "record", "type": "S"}]

SAMPLES: dict[str, Sample] = {
    "aws:dynamodb/table:Table": lambda w: {
        "name": replaces("one", "two"),
        "billingMode": replaces("PAY_PER_REQUEST", "PROVISIONED"),
        "hashKey": replaces("failover", "record", rangeKey="failover"),
        "rangeKey": replaces("record", ABSENT),
        "attributes": replaces(_KEYS, [{"name": "failover", "type": "N"}, _KEYS[1]]),
        "serverSideEncryption": updates(
            {"enabled": True, "kmsKeyArn": w.keys[0]["arn"]}, {"enabled": True, "kmsKeyArn": w.keys[1]["arn"]}
        ),
        "pointInTimeRecovery": updates(
            {"enabled": True, "recoveryPeriodInDays": 35}, {"enabled": True, "recoveryPeriodInDays": 7}
        ),
        "deletionProtectionEnabled": updates(False, True),
        **TAGS,
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": lambda w: {
        "name": replaces("one", "two"),
        "alarmDescription": updates("One", "Two"),
        "namespace": updates("Platform/Failover", "Platform/Other"),
        "metricName": updates("RecoveryActive", "Epoch"),
        "dimensions": updates({"Failover": "payment"}, {"Failover": "other"}),
        "statistic": updates("Maximum", "Minimum"),
        "period": updates(60, 120),
        "evaluationPeriods": updates(1, 2),
        "datapointsToAlarm": updates(1, 2, evaluationPeriods=2),
        "threshold": updates(1, 2),
        "comparisonOperator": updates("GreaterThanOrEqualToThreshold", "GreaterThanThreshold"),
        "treatMissingData": updates("ignore", "breaching"),
        "actionsEnabled": updates(True, False),
        "alarmActions": updates(ABSENT, [w.keys[0]["arn"]]),
        "okActions": updates(ABSENT, [w.keys[0]["arn"]]),
        "insufficientDataActions": updates(ABSENT, [w.keys[0]["arn"]]),
        **TAGS,
    },
}
