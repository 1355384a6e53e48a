"""Security Hub: whether a region has it, and which standards it measures against."""

from botocore.exceptions import ClientError

from sandbox.providers.aws.kind import Cloud
from sandbox.providers.aws.row import Call, Row
from sandbox.providers.protocol import Props

_ABSENT = "InvalidAccessException"  # what a region without it answers to whatever it is asked


def _hub(cloud: Cloud, id_: str, props: Props) -> Props | None:
    try:
        found = cloud("securityhub").describe_hub()
    except ClientError as error:
        if error.response["Error"]["Code"] == _ABSENT:
            return None
        raise
    return {
        "arn": found["HubArn"],
        "autoEnableControls": found["AutoEnableControls"],
        "controlFindingGenerator": found["ControlFindingGenerator"],
        "enableDefaultStandards": props.get("enableDefaultStandards", True),
    }


def _disable(cloud: Cloud, id_: str, props: Props) -> None:
    if _hub(cloud, id_, props):
        cloud("securityhub").disable_security_hub()


ROWS = [
    Row(
        type="aws:securityhub/account:Account",
        create=Call("enable_security_hub"),
        read=_hub,
        delete=_disable,
        update={"autoEnableControls controlFindingGenerator": "update_security_hub_configuration"},
        id="{account}",
        replace="enableDefaultStandards",
        write_only="enableDefaultStandards",
        defaults={
            "autoEnableControls": True,
            "controlFindingGenerator": "SECURITY_CONTROL",
            "enableDefaultStandards": True,
        },
    ),
    Row(
        type="aws:securityhub/standardsSubscription:StandardsSubscription",
        create=Call(
            "batch_enable_standards",
            "standardsSubscriptions[0].standardsSubscriptionArn",
            StandardsSubscriptionRequests=[{"StandardsArn": "{standardsArn}"}],
        ),
        read=Call("get_enabled_standards", "standardsSubscriptions[0]", StandardsSubscriptionArns=["{id}"]),
        delete=Call("batch_disable_standards", StandardsSubscriptionArns=["{id}"]),
        replace="standardsArn",
    ),
]
