"""Samples of what watches over an account: detectors, recorders, rules, standards, defaults and budgets."""

from tests.sandbox.aws_world import OTHER_ACCOUNT, TAGS, Sample, World, replaces, updates

STANDARDS = "arn:aws:securityhub:us-east-1::standards"


def _detector(world: World) -> str:
    return str(world.make("Detector", enable=True)["id"])


def _recorder(world: World) -> str:
    made = world.make(
        "Recorder",
        name="one",
        roleArn=world.roles[0]["arn"],
        recordingGroup={"allSupported": True, "includeGlobalResourceTypes": False},
    )
    return str(made["name"])


def _channel(world: World) -> str:
    name = _recorder(world)
    world.make("DeliveryChannel", name=name, s3BucketName="history")
    return name


def _notified(percent: int, **who: list[str]) -> dict[str, object]:
    kind = {"comparisonOperator": "GREATER_THAN", "notificationType": "ACTUAL", "thresholdType": "PERCENTAGE"}
    return {**kind, "threshold": percent, **who}


SAMPLES: dict[str, Sample] = {
    "aws:guardduty/detector:Detector": lambda w: {
        "enable": updates(True, False),
        "findingPublishingFrequency": updates("FIFTEEN_MINUTES", "ONE_HOUR"),
        **TAGS,
    },
    "aws:guardduty/detectorFeature:DetectorFeature": lambda w: {
        "detectorId": replaces(_detector(w), "other"),
        "name": replaces("S3_DATA_EVENTS", "EKS_AUDIT_LOGS"),
        "status": updates("ENABLED", "DISABLED"),
    },
    "aws:cfg/recorder:Recorder": lambda w: {
        "name": replaces("one", "two"),
        "roleArn": updates(w.roles[0]["arn"], w.roles[1]["arn"]),
        "recordingGroup": updates(
            {"allSupported": True, "includeGlobalResourceTypes": True},
            {"allSupported": True, "includeGlobalResourceTypes": False},
        ),
    },
    "aws:cfg/deliveryChannel:DeliveryChannel": lambda w: {
        "name": replaces(_recorder(w), "two"),
        "s3BucketName": updates("history", "other-history"),
        "s3KeyPrefix": updates("one", "two"),
        "s3KmsKeyArn": updates(w.keys[0]["arn"], w.keys[1]["arn"]),
    },
    "aws:cfg/recorderStatus:RecorderStatus": lambda w: {
        "name": replaces(_channel(w), "two"),
        "isEnabled": updates(True, False),
    },
    "aws:cfg/rule:Rule": lambda w: {
        "name": replaces("one", "two"),
        "description": updates("One", "Two"),
        "source": updates(
            {"owner": "AWS", "sourceIdentifier": "CLOUD_TRAIL_ENABLED"},
            {"owner": "AWS", "sourceIdentifier": "ENCRYPTED_VOLUMES"},
        ),
        **TAGS,
    },
    "aws:securityhub/account:Account": lambda w: {
        "enableDefaultStandards": replaces(False, True),
        "autoEnableControls": updates(True, False),
        "controlFindingGenerator": updates("SECURITY_CONTROL", "STANDARD_CONTROL"),
    },
    "aws:securityhub/standardsSubscription:StandardsSubscription": lambda w: {
        "standardsArn": replaces(
            w.make("securityhub/account:Account", enableDefaultStandards=False) and f"{STANDARDS}/pci-dss/v/4.0.1",
            f"{STANDARDS}/nist-800-53/v/5.0.0",
        ),
    },
    "aws:ebs/encryptionByDefault:EncryptionByDefault": lambda w: {"enabled": updates(True, False)},
    "aws:ebs/defaultKmsKey:DefaultKmsKey": lambda w: {"keyArn": replaces(w.keys[0]["arn"], w.keys[1]["arn"])},
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": lambda w: dict.fromkeys(
        ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), updates(True, False)
    ),
    "aws:accessanalyzer/analyzer:Analyzer": lambda w: {
        "analyzerName": replaces("one", "two"),
        "type": replaces("ACCOUNT", "ACCOUNT_UNUSED_ACCESS"),
        **TAGS,
    },
    "aws:budgets/budget:Budget": lambda w: {
        "name": replaces("one", "two"),
        "budgetType": replaces("COST", "USAGE"),
        "timeUnit": updates("MONTHLY", "QUARTERLY"),
        "limitAmount": updates("100", "200"),
        "limitUnit": updates("USD", "GB"),
        "costFilters": updates(
            [{"name": "TagKeyValue", "values": ["user:Environment$dev"]}],
            [{"name": "TagKeyValue", "values": ["user:Environment$eu"]}],
        ),
        "notifications": updates(
            [_notified(80, subscriberEmailAddresses=["one@example.com"])],
            [_notified(90, subscriberSnsTopicArns=[f"arn:aws:sns:us-east-1:{OTHER_ACCOUNT}:spent"])],
        ),
        **TAGS,
    },
}
